import { Type, type Static } from "typebox";
import type { Database } from "../platform/db/database.ts";
import type { Principal } from "../platform/http/route.ts";
import { readUser } from "./access.sql.ts";
import { ChannelCodes, LocationCodes, PermissionNames } from "./rights.ts";
import { User, viewUser } from "./view-users.ts";
import { scopeOf } from "./view-api-keys.ts";

export const Session = Type.Object(
  {
    name: Type.String({ description: "Of the user or the API key.", examples: ["Ana Lopes"] }),
    user: Type.Union([User, Type.Null()], { description: "null for an API key." }),
    permissions: PermissionNames,
    locationCodes: LocationCodes,
    channelCodes: ChannelCodes,
  },
  { $id: "Session", description: "Who you are and what you may do." },
);

export async function viewSession(database: Database, principal: Principal): Promise<Static<typeof Session>> {
  const userId = userIdOf(principal);
  const user = userId === null ? undefined : await readUser(database, userId);
  return {
    name: principal.name,
    user: user === undefined ? null : viewUser(user),
    permissions: [...principal.permissions].sort(),
    locationCodes: scopeOf(principal.locationCodes),
    channelCodes: scopeOf(principal.channelCodes),
  };
}

/** null for an API key. */
export function userIdOf(principal: Principal): string | null {
  return principal.actor.startsWith("user:") ? principal.actor.slice("user:".length) : null;
}
