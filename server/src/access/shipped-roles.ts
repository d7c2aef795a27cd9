import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { ADMIN_ROLE } from "./access.sql.ts";
import { ALL_PERMISSIONS, type Permission } from "./permissions.ts";

interface ShippedRole {
  code: string;
  name: string;
  permissions: readonly Permission[];
}

const STORE_ASSOCIATE: Permission[] = [
  "catalog:read",
  "network:read",
  "inventory:read",
  "availability:read",
  "orders:read",
  "fulfillment:read",
  "fulfillment:write",
  "fulfillment:deliver",
  "events:read",
  "tasks:read",
  "tasks:write",
  "reports:read",
];

/** Where a new account starts; each can be edited, except admin. Stores and vendors get their locations per user. */
const SHIPPED_ROLES: readonly ShippedRole[] = [
  { code: ADMIN_ROLE, name: "Administrator", permissions: ALL_PERMISSIONS },
  {
    code: "operations",
    name: "Operations",
    permissions: ALL_PERMISSIONS.filter((permission) => !/^(users|roles|keys):|^orders:migrate$/.test(permission)),
  },
  {
    code: "planner",
    name: "Planner",
    permissions: [
      "catalog:read",
      "catalog:write",
      "network:read",
      "network:write",
      "inventory:read",
      "inventory:write",
      "supply:write",
      "availability:read",
      "orders:read",
      "orders:export",
      "fulfillment:read",
      "documents:read",
      "documents:write",
      "events:read",
      "imports:read",
      "imports:write",
      "tasks:read",
      "tasks:write",
      "reports:read",
    ],
  },
  {
    code: "customer-service",
    name: "Customer service",
    permissions: [
      "catalog:read",
      "network:read",
      "inventory:read",
      "availability:read",
      "orders:read",
      "orders:write",
      "orders:cancel",
      "orders:hold",
      "orders:export",
      "fulfillment:read",
      "messages:read",
      "messages:write",
      "events:read",
      "tasks:read",
      "tasks:write",
      "reports:read",
    ],
  },
  {
    code: "store-manager",
    name: "Store manager",
    permissions: [
      ...STORE_ASSOCIATE,
      "tasks:manage",
      "inventory:write",
      "supply:write",
      "orders:cancel",
      "orders:hold",
    ],
  },
  { code: "store-associate", name: "Store associate", permissions: STORE_ASSOCIATE },
  {
    code: "vendor",
    name: "Drop-ship vendor",
    permissions: [
      "catalog:read",
      "inventory:read",
      "inventory:write",
      "fulfillment:read",
      "fulfillment:write",
      "fulfillment:deliver",
      "events:read",
      "imports:read",
      "imports:write",
    ],
  },
  {
    code: "fraud",
    name: "Fraud analyst",
    permissions: [
      "orders:read",
      "orders:hold",
      "orders:cancel",
      "fulfillment:read",
      "events:read",
      "tasks:read",
      "tasks:write",
    ],
  },
  {
    code: "finance",
    name: "Finance",
    permissions: [
      "catalog:read",
      "network:read",
      "orders:read",
      "orders:export",
      "fulfillment:read",
      "events:read",
      "reports:read",
      "audit:read",
    ],
  },
  {
    code: "analyst",
    name: "Analyst",
    permissions: [
      "catalog:read",
      "network:read",
      "inventory:read",
      "availability:read",
      "orders:read",
      "orders:export",
      "fulfillment:read",
      "documents:read",
      "events:read",
      "tasks:read",
      "reports:read",
    ],
  },
];

const insertShippedRoles = statement(
  "access.insertShippedRoles",
  `insert into access.roles (code, name, permissions, shipped)
   select code, name, string_to_array(permissions, ' '), true from unnest($1::text[], $2::text[], $3::text[]) as shipped (code, name, permissions)
   on conflict (code) do nothing`,
);

/** At every start: adds the roles that are missing, and leaves those that somebody may have edited. */
export async function ensureShippedRoles(database: Database): Promise<void> {
  const column = (value: (role: ShippedRole) => string): string => arrayLiteral("text", SHIPPED_ROLES.map(value));
  await database.transaction(async (transaction) => {
    transaction.write(insertShippedRoles, [
      column((role) => role.code),
      column((role) => role.name),
      column((role) => role.permissions.join(" ")),
    ]);
  });
}
