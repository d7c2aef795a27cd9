import { Type, type Static } from "typebox";
import type { Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { common } from "../platform/refusals.ts";
import {
  ADMIN_ROLE,
  endSessionsOfUser,
  lockAccess,
  permissionsOfRoles,
  readUser,
  replaceRolesOfUser,
  type UserRow,
} from "./access.sql.ts";
import { Email, Language, NewPassword, RoleCodes, UserName } from "./create-user.ts";
import { access } from "./refusals.ts";
import { LocationCodes, refuseMoreThan, type Rights, setOrNull, Teams } from "./rights.ts";
import { readVisibleUser, type UserView, viewUser } from "./view-users.ts";

export const UserChange = Type.Object(
  {
    email: Type.Optional(Email),
    name: Type.Optional(UserName),
    language: Type.Optional(Language),
    roles: Type.Optional(RoleCodes),
    locationCodes: Type.Optional(LocationCodes),
    teams: Type.Optional(Teams),
    disabled: Type.Optional(Type.Boolean({ description: "true ends every session at once.", examples: [true] })),
    password: Type.Optional(NewPassword),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    $id: "UserChange",
    description: "The fields to change; the others stay.",
  },
);

export interface UserToChange {
  id: string;
  change: Omit<Static<typeof UserChange>, "password">;
  /** null: the password stays. */
  passwordHash: string | null;
  ifMatch: number | null;
  grantor: Rights;
  origin: Origin;
}

/** Changes of these end the user's sessions, and need every right that the user has before and after. */
const RIGHTS_FIELDS = ["email", "roles", "locationCodes", "disabled"] as const;

const updateUser = statement<{ id: string }>(
  "access.updateUser",
  `update access.users set email = $2, name = $3, language = $4, location_codes = $5::text[], teams = $8::text[],
     disabled_at = case when $6::boolean then coalesce(disabled_at, now()) end,
     password_hash = coalesce($7, password_hash), version = version + 1, updated_at = now()
   where id = $1 and not exists (select from access.users other where lower(other.email) = lower($2) and other.id <> $1)
   returning id`,
);

const otherAdmins = statement<{ count: number }>(
  "access.countOtherAdmins",
  `select count(*)::int as count from access.user_roles join access.users on users.id = user_roles.user_id
   where role_code = $2 and user_id <> $1 and disabled_at is null and location_codes is null`,
);

export async function changeUser(transaction: Transaction, request: UserToChange): Promise<UserView> {
  const { id, change, passwordHash, grantor, origin } = request;
  lockAccess(transaction);
  const row = await readVisibleUser(transaction, id, grantor);
  if (request.ifMatch !== null && request.ifMatch !== row.version)
    throw common.refuse("versionConflict", { details: { version: row.version } });
  const before = accountOf(row);
  const after = { ...before, ...change };
  const changesRights = passwordHash !== null || RIGHTS_FIELDS.some((field) => change[field] !== undefined);
  if (changesRights || change.teams !== undefined) refuseMoreThan(grantor, await rightsOf(transaction, before));
  if (changesRights) {
    refuseMoreThan(grantor, await rightsOf(transaction, after));
    if (isFullAdmin(before) && !isFullAdmin(after)) await refuseLastAdmin(transaction, id);
  }
  const [updated] = await transaction.read(updateUser, [
    id,
    after.email,
    after.name,
    after.language,
    after.locationCodes,
    after.disabled,
    passwordHash,
    after.teams,
  ]);
  if (updated === undefined)
    throw access.refuse("emailTaken", { faults: [{ pointer: "/email", message: "is used by another user" }] });
  if (change.roles !== undefined) replaceRolesOfUser(transaction, id, change.roles);
  if (changesRights) endSessionsOfUser(transaction, id);
  recordAudit(transaction, [
    {
      origin,
      action: "changeUser",
      entityType: "user",
      entityId: id,
      details: auditDetails(change, passwordHash !== null),
    },
  ]);
  return viewUser((await readUser(transaction, id))!);
}

/** What a change may change. */
type Account = Required<UserToChange["change"]>;

function accountOf(row: UserRow): Account {
  const { email, name, language, roles, teams } = row;
  return { email, name, language, roles, locationCodes: row.location_codes, teams, disabled: row.disabled_at !== null };
}

async function rightsOf(transaction: Transaction, account: Account): Promise<Rights> {
  const permissions = await permissionsOfRoles(transaction, account.roles);
  return { permissions, locationCodes: setOrNull(account.locationCodes), channelCodes: null };
}

function isFullAdmin(account: Account): boolean {
  return !account.disabled && account.locationCodes === null && account.roles.includes(ADMIN_ROLE);
}

async function refuseLastAdmin(transaction: Transaction, id: string): Promise<void> {
  const [row] = await transaction.read(otherAdmins, [id, ADMIN_ROLE]);
  if (row!.count === 0) throw access.refuse("lastAdmin");
}

/** Names and emails stay out: the log outlives erasure. */
function auditDetails(change: UserToChange["change"], password: boolean): Record<string, unknown> {
  const { roles, locationCodes, teams, disabled } = change;
  const fields = [...Object.keys(change), ...(password ? ["password"] : [])];
  return {
    fields,
    ...(roles && { roles }),
    ...(locationCodes !== undefined && { locationCodes }),
    ...(teams && { teams }),
    ...(disabled !== undefined && { disabled }),
  };
}
