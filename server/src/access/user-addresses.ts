import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { isId } from "../platform/ids.ts";

export interface UserAddress {
  id: string;
  email: string;
}

export interface UserAddresses {
  /** Of who acts ("user:ID"); null for keys, the system, and people who may not sign in any more. */
  ofActor(actor: string): Promise<UserAddress | null>;
  /** The person with this address; null: nobody who may sign in has it. */
  withEmail(email: string): Promise<UserAddress | null>;
}

const readById = statement<UserAddress>(
  "access.readUserAddress",
  "select id, email from access.users where id = $1::uuid and disabled_at is null",
);

const readByEmail = statement<UserAddress>(
  "access.readUserWithAddress",
  "select id, email from access.users where lower(email) = lower($1) and disabled_at is null",
);

/** The email addresses of the people of this installation. */
export function userAddresses(database: Database): UserAddresses {
  return {
    async ofActor(actor) {
      const id = actor.startsWith("user:") ? actor.slice("user:".length) : "";
      if (!isId(id)) return null;
      const [user] = await database.read(readById, [id]);
      return user ?? null;
    },
    async withEmail(email) {
      const [user] = await database.read(readByEmail, [email]);
      return user ?? null;
    },
  };
}
