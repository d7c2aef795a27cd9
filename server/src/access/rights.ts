import { Type } from "typebox";
import type { Principal } from "../platform/http/route.ts";
import { common, type Fault } from "../platform/refusals.ts";
import { ALL_PERMISSIONS, isPermission } from "./permissions.ts";
import { access } from "./refusals.ts";

/** What somebody may do, and where. null: everywhere. */
export type Rights = Pick<Principal, "permissions" | "locationCodes" | "channelCodes">;

/** Of the command line and of the start of the system. */
export const ALL_RIGHTS: Rights = { permissions: new Set(ALL_PERMISSIONS), locationCodes: null, channelCodes: null };

/** Nobody gives, takes over or changes rights that he does not have himself. */
export function refuseMoreThan(grantor: Rights, wanted: Rights): void {
  const missing = [...wanted.permissions].filter((permission) => !grantor.permissions.has(permission));
  const covered =
    covers(grantor.locationCodes, wanted.locationCodes) && covers(grantor.channelCodes, wanted.channelCodes);
  if (missing.length > 0 || !covered)
    throw access.refuse("grantsTooMuch", { details: { missingPermissions: missing } });
}

function covers(own: ReadonlySet<string> | null, wanted: ReadonlySet<string> | null): boolean {
  if (own === null) return true;
  return wanted !== null && [...wanted].every((code) => own.has(code));
}

/** For what concerns the whole account, such as roles and the audit log. */
export function refuseScoped(principal: Rights): void {
  if (principal.locationCodes === null && principal.channelCodes === null) return;
  throw common.refuse("forbidden", {
    message: "This concerns the whole account; your access is limited to some locations or channels.",
  });
}

export function refuseUnknownPermissions(permissions: readonly string[]): void {
  const faults: Fault[] = [];
  permissions.forEach((permission, index) => {
    if (!isPermission(permission)) faults.push({ pointer: `/permissions/${index}`, message: "is not a permission" });
  });
  if (faults.length > 0) throw common.refuse("invalidInput", { faults });
}

export function setOrNull(codes: readonly string[] | null): ReadonlySet<string> | null {
  return codes === null ? null : new Set(codes);
}

const Code = Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$", examples: ["store-12"] });

/** At most this many locations or channels in one scope; more is everywhere. */
const MAX_SCOPE = 1000;

export const LocationCodes = Type.Union([Type.Array(Code, { maxItems: MAX_SCOPE, uniqueItems: true }), Type.Null()], {
  description: "Only these locations are visible and changeable; null: every location.",
  examples: [["store-12"]],
});

export const ChannelCodes = Type.Union([Type.Array(Code, { maxItems: MAX_SCOPE, uniqueItems: true }), Type.Null()], {
  description: "Only these channels are visible and usable; null: every channel.",
  examples: [["web"]],
});

export const Teams = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
  maxItems: 50,
  uniqueItems: true,
  description: "Whose tasks the user does. Tasks of a team without members are done by whoever may do tasks.",
  examples: [["fraud"]],
});

export const PermissionNames = Type.Array(Type.String({ maxLength: 64 }), {
  maxItems: 100,
  uniqueItems: true,
  description: "Names of permissions; GET /v1/roles lists them all with what each allows.",
  examples: [["orders:read", "orders:write"]],
});
