import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { isId } from "../platform/ids.ts";

/** Names of actors ("user:ID", "key:ID") as they are now; who is not there, and the system, has none. */
export type ActorNames = ReadonlyMap<string, string>;
export type ReadActorNames = (actors: Iterable<string | null>) => Promise<ActorNames>;

const readNames = statement<{ actor: string; name: string }>(
  "access.readActorNames",
  `select 'user:' || id as actor, name from access.users where id = any ($1::uuid[])
   union all
   select 'key:' || id, name from access.api_keys where id = any ($2::uuid[])`,
);

// Ledgers, events and history keep IDs only, so that a person can be erased; what is shown looks the names up.
export function actorNames(database: Database): ReadActorNames {
  return async (actors) => {
    const known = new Set(actors);
    const idsOf = (kind: string): string[] =>
      [...known].flatMap((actor) => (actor?.startsWith(kind) ? [actor.slice(kind.length)] : [])).filter(isId);
    const [users, keys] = [idsOf("user:"), idsOf("key:")];
    if (users.length + keys.length === 0) return new Map();
    const rows = await database.read(readNames, [arrayLiteral("uuid", users), arrayLiteral("uuid", keys)]);
    return new Map(rows.map(({ actor, name }) => [actor, name]));
  };
}
