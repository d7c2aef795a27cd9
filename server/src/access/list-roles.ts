import { Type, type Static } from "typebox";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { ADMIN_ROLE } from "./access.sql.ts";
import { ALL_PERMISSIONS, isPermission, PERMISSIONS } from "./permissions.ts";
import { PermissionNames } from "./rights.ts";

export const Role = Type.Object(
  {
    code: Type.String({ description: "Code of the role, as users have it.", examples: ["planner"] }),
    name: Type.String({ description: "Shown on screens.", examples: ["Planner"] }),
    permissions: PermissionNames,
    shipped: Type.Boolean({ description: "Came with Orrery; it may be changed all the same.", examples: [true] }),
    fixed: Type.Boolean({
      description: "Cannot be changed: the role admin always has every permission.",
      examples: [false],
    }),
    userCount: Type.Integer({ description: "Users who have it, disabled ones included.", examples: [4] }),
    version: Type.Integer({ description: "For If-Match.", examples: [1] }),
    updatedAt: Type.String({ format: "date-time", description: "When it was last changed." }),
  },
  { $id: "Role", description: "A named set of permissions." },
);

export const Roles = Type.Object(
  {
    data: Type.Array(Role, { description: "Every role." }),
    permissions: Type.Array(
      Type.Object({
        name: Type.String({ description: "Name of the permission.", examples: ["orders:read"] }),
        allows: Type.String({ description: "What it allows.", examples: ["See orders."] }),
      }),
      { description: "Every permission there is." },
    ),
  },
  { $id: "Roles", description: "All roles, and what a role can be made of." },
);

export interface RoleRow {
  code: string;
  name: string;
  permissions: string[];
  shipped: boolean;
  version: number;
  updated_at: Date;
  user_count: number;
}

export function viewRole(row: RoleRow): Static<typeof Role> {
  const fixed = row.code === ADMIN_ROLE;
  return {
    code: row.code,
    name: row.name,
    permissions: fixed ? ALL_PERMISSIONS : row.permissions.filter(isPermission),
    shipped: row.shipped,
    fixed,
    userCount: row.user_count,
    version: row.version,
    updatedAt: row.updated_at.toISOString(),
  };
}

const listRoleRows = statement<RoleRow>(
  "access.listRoles",
  `select code, name, permissions, shipped, version, updated_at,
     (select count(*)::int from access.user_roles where role_code = roles.code) as user_count
   from access.roles order by shipped desc, name, code`,
);

/** All of them: roles are few (MAX_ROLES). */
export async function listRoles(database: Database): Promise<Static<typeof Roles>> {
  const rows = await database.read(listRoleRows);
  return {
    data: rows.map(viewRole),
    permissions: Object.entries(PERMISSIONS).map(([name, allows]) => ({ name, allows })),
  };
}
