import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { isId } from "../platform/ids.ts";

const readAddress = statement<{ email: string }>(
  "access.readUserAddress",
  "select email from access.users where id = $1::uuid",
);

/** The email address of who acts ("user:ID"); null for keys and the system. */
export function userAddresses(database: Database): (actor: string) => Promise<string | null> {
  return async (actor) => {
    const id = actor.startsWith("user:") ? actor.slice("user:".length) : "";
    if (!isId(id)) return null;
    const [row] = await database.read(readAddress, [id]);
    return row?.email ?? null;
  };
}
