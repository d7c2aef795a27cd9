import type { Database, Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { common } from "../platform/refusals.ts";
import { ALL_PERMISSIONS, isPermission } from "./permissions.ts";

const takeLock = statement("access.takeLock", "update access.changes set version = version + 1");

/** First in every change of users, roles, keys and ended sessions: one at a time, and every process hears of it. */
export function lockAccess(transaction: Transaction): void {
  transaction.write(takeLock);
}

export interface UserRow {
  id: string;
  email: string;
  name: string;
  language: string | null;
  disabled_at: Date | null;
  location_codes: string[] | null;
  teams: string[];
  alert_mails: boolean;
  roles: string[];
  version: number;
  created_at: Date;
  updated_at: Date;
}

const readUserById = statement<UserRow>(
  "access.readUser",
  `select id, email, name, language, disabled_at, location_codes, teams, alert_mails, version, created_at, updated_at,
     array(select role_code from access.user_roles where user_id = users.id order by role_code) as roles
   from access.users where id = $1`,
);

/** A transaction, or the database for a read on its own. */
export type Readable = Pick<Database, "read">;

export async function readUser(source: Readable, id: string): Promise<UserRow | undefined> {
  const [row] = await source.read(readUserById, [id]);
  return row;
}

const readPermissionsOfRoles = statement<{ code: string; permissions: string[] }>(
  "access.readPermissionsOfRoles",
  "select code, permissions from access.roles where code = any($1::text[])",
);

/** Everything these roles allow together; a role that does not exist is a fault of the input. */
export async function permissionsOfRoles(transaction: Transaction, roles: readonly string[]): Promise<Set<string>> {
  const rows = await transaction.read(readPermissionsOfRoles, [roles]);
  const known = new Map(rows.map((row) => [row.code, row.permissions]));
  const faults = roles.flatMap((role, index) =>
    known.has(role) ? [] : [{ pointer: `/roles/${index}`, message: "is not a role" }],
  );
  if (faults.length > 0) throw common.refuse("invalidInput", { faults });
  if (known.has(ADMIN_ROLE)) return new Set(ALL_PERMISSIONS);
  return new Set([...known.values()].flat().filter(isPermission));
}

/** Has every permission, also those of later releases, whatever its row says. */
export const ADMIN_ROLE = "admin";

const deleteRolesOfUser = statement("access.deleteRolesOfUser", "delete from access.user_roles where user_id = $1");
const insertRolesOfUser = statement(
  "access.insertRolesOfUser",
  "insert into access.user_roles (user_id, role_code) select $1, role_code from unnest($2::text[]) as role_code",
);

export function replaceRolesOfUser(transaction: Transaction, userId: string, roles: readonly string[]): void {
  transaction.write(deleteRolesOfUser, [userId]);
  transaction.write(insertRolesOfUser, [userId, roles]);
}

const deleteSessionsOfUser = statement("access.deleteSessionsOfUser", "delete from access.sessions where user_id = $1");

/** After a change of rights or password: whoever is signed in as this user must sign in again. */
export function endSessionsOfUser(transaction: Transaction, userId: string): void {
  transaction.write(deleteSessionsOfUser, [userId]);
}
