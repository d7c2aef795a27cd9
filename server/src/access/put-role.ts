import { Type, type Static } from "typebox";
import type { Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { common } from "../platform/refusals.ts";
import { ADMIN_ROLE, lockAccess } from "./access.sql.ts";
import { type Role, type RoleRow, viewRole } from "./list-roles.ts";
import { access } from "./refusals.ts";
import { PermissionNames, refuseMoreThan, refuseScoped, refuseUnknownPermissions, type Rights } from "./rights.ts";

const MAX_ROLES = 200;

export const RoleCode = Type.Object({
  code: Type.String({ pattern: "^[a-z][a-z0-9-]{0,63}$", description: "Code of the role.", examples: ["planner"] }),
});

export const RoleContent = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, description: "Shown on screens.", examples: ["Planner"] }),
    permissions: PermissionNames,
  },
  { additionalProperties: false, $id: "RoleContent", description: "What a role shall be." },
);

export interface RoleToPut {
  code: string;
  content: Static<typeof RoleContent>;
  ifMatch: number | null;
  grantor: Rights;
  origin: Origin;
}

const readRole = statement<RoleRow>(
  "access.readRole",
  `select code, name, permissions, shipped, version, updated_at,
     (select count(*)::int from access.user_roles where role_code = roles.code) as user_count
   from access.roles where code = $1`,
);

const countRoles = statement<{ count: number }>("access.countRoles", "select count(*)::int as count from access.roles");

const upsertRole = statement(
  "access.upsertRole",
  `insert into access.roles (code, name, permissions) values ($1, $2, $3::text[])
   on conflict (code) do update set name = excluded.name, permissions = excluded.permissions,
     version = roles.version + 1, updated_at = now()`,
);

/** Creates the role or replaces its content. Only what is newly allowed must be among the grantor's own rights. */
export async function putRole(
  transaction: Transaction,
  { code, content, ifMatch, grantor, origin }: RoleToPut,
): Promise<Static<typeof Role>> {
  if (code === ADMIN_ROLE) throw access.refuse("fixedRole");
  refuseScoped(grantor);
  refuseUnknownPermissions(content.permissions);
  lockAccess(transaction);
  const [before] = await transaction.read(readRole, [code]);
  if (ifMatch !== null && ifMatch !== (before?.version ?? 0))
    throw common.refuse("versionConflict", { details: { version: before?.version ?? null } });
  if (before === undefined) await refuseTooManyRoles(transaction);
  const had = new Set(before?.permissions);
  const added = content.permissions.filter((permission) => !had.has(permission));
  const removed = [...had].filter((permission) => !content.permissions.includes(permission));
  refuseMoreThan(grantor, { permissions: new Set(added), locationCodes: null, channelCodes: null });
  transaction.write(upsertRole, [code, content.name, content.permissions]);
  recordAudit(transaction, [
    { origin, action: "putRole", entityType: "role", entityId: code, details: { added, removed } },
  ]);
  const [after] = await transaction.read(readRole, [code]);
  return viewRole(after!);
}

async function refuseTooManyRoles(transaction: Transaction): Promise<void> {
  const [row] = await transaction.read(countRoles);
  if (row!.count >= MAX_ROLES)
    throw common.refuse("invalidInput", { message: `There can be at most ${MAX_ROLES} roles.` });
}
