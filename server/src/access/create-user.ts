import { Type, type Static } from "typebox";
import type { Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { newId } from "../platform/ids.ts";
import { lockAccess, permissionsOfRoles, readUser, replaceRolesOfUser } from "./access.sql.ts";
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from "./passwords.ts";
import { access } from "./refusals.ts";
import { LocationCodes, refuseMoreThan, type Rights, setOrNull, Teams } from "./rights.ts";
import { type UserView, viewUser } from "./view-users.ts";

export const Email = Type.String({
  format: "email",
  maxLength: 254,
  description: "Signs in with it; unique.",
  examples: ["ana@example.com"],
});
export const UserName = Type.String({
  minLength: 1,
  maxLength: 200,
  description: "Shown beside what the user does.",
  examples: ["Ana Lopes"],
});
export const Language = Type.Union(
  [Type.String({ pattern: "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", maxLength: 35 }), Type.Null()],
  {
    description: "BCP 47 tag; null: the browser's.",
    examples: ["en"],
  },
);
export const NewPassword = Type.String({
  minLength: MIN_PASSWORD_LENGTH,
  maxLength: MAX_PASSWORD_LENGTH,
  description: `At least ${MIN_PASSWORD_LENGTH} characters of any kind.`,
  examples: ["correct horse battery"],
});
export const RoleCodes = Type.Array(Type.String({ maxLength: 64 }), {
  maxItems: 20,
  uniqueItems: true,
  description: "Codes of the user's roles; their permissions add up.",
  examples: [["planner"]],
});

export const NewUser = Type.Object(
  {
    email: Email,
    name: UserName,
    password: NewPassword,
    roles: RoleCodes,
    locationCodes: Type.Optional(LocationCodes),
    teams: Type.Optional(Teams),
    language: Type.Optional(Language),
  },
  { additionalProperties: false, $id: "NewUser", description: "A user to create." },
);

export interface UserToCreate {
  user: Omit<Static<typeof NewUser>, "password">;
  passwordHash: string;
  grantor: Rights;
  origin: Origin;
}

const insertUser = statement<{ id: string }>(
  "access.insertUser",
  `insert into access.users (id, email, name, password_hash, language, location_codes, teams)
   values ($1, $2, $3, $4, $5, $6::text[], $7::text[]) on conflict (lower(email)) do nothing returning id`,
);

export async function createUser(
  transaction: Transaction,
  { user, passwordHash, grantor, origin }: UserToCreate,
): Promise<UserView> {
  lockAccess(transaction);
  const permissions = await permissionsOfRoles(transaction, user.roles);
  const locationCodes = user.locationCodes ?? null;
  refuseMoreThan(grantor, { permissions, locationCodes: setOrNull(locationCodes), channelCodes: null });
  const id = newId();
  const [inserted] = await transaction.read(insertUser, [
    id,
    user.email,
    user.name,
    passwordHash,
    user.language ?? null,
    locationCodes,
    user.teams ?? [],
  ]);
  if (inserted === undefined)
    throw access.refuse("emailTaken", { faults: [{ pointer: "/email", message: "is used by another user" }] });
  replaceRolesOfUser(transaction, id, user.roles);
  recordAudit(transaction, [
    {
      origin,
      action: "createUser",
      entityType: "user",
      entityId: id,
      details: { roles: user.roles, locationCodes, teams: user.teams ?? [] },
    },
  ]);
  return viewUser((await readUser(transaction, id))!);
}
