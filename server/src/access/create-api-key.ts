import { Type, type Static } from "typebox";
import type { Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { newId } from "../platform/ids.ts";
import { common } from "../platform/refusals.ts";
import { newApiKeyToken } from "./api-key-tokens.ts";
import {
  ChannelCodes,
  LocationCodes,
  PermissionNames,
  refuseMoreThan,
  refuseUnknownPermissions,
  type Rights,
  setOrNull,
} from "./rights.ts";
import { ApiKey, type ApiKeyRow, viewApiKey } from "./view-api-keys.ts";

export const NewApiKey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200, description: "What uses it.", examples: ["Web shop"] }),
    permissions: PermissionNames,
    locationCodes: Type.Optional(LocationCodes),
    channelCodes: Type.Optional(ChannelCodes),
    expiresAt: Type.Optional(
      Type.Union([Type.String({ format: "date-time", maxLength: 40 }), Type.Null()], {
        description: "null: never.",
        examples: ["2027-12-31T23:59:59Z"],
      }),
    ),
  },
  { additionalProperties: false, $id: "NewApiKey", description: "A key to create." },
);

export const CreatedApiKey = Type.Object(
  {
    key: ApiKey,
    secret: Type.Union([Type.String(), Type.Null()], {
      description:
        "The whole key, for `Authorization: Bearer`. Shown only now; null when the request is repeated under its Idempotency-Key.",
      examples: ["orr_live_k3v9x0q2m1pz_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    }),
  },
  { $id: "CreatedApiKey", description: "The key that was created, with its secret." },
);

export interface ApiKeyToCreate {
  key: Static<typeof NewApiKey>;
  grantor: Rights;
  origin: Origin;
  now: Date;
}

const insertKey = statement<ApiKeyRow>(
  "access.insertApiKey",
  `insert into access.api_keys (id, name, prefix, secret_hash, permissions, location_codes, channel_codes, created_by, created_at, expires_at)
   values ($1, $2, $3, $4, $5::text[], $6::text[], $7::text[], $8, $9, $10)
   returning id, name, prefix, permissions, location_codes, channel_codes, created_by, created_at, expires_at, revoked_at, used_at`,
);

/** The secret leaves only in this answer: the database keeps its hash. */
export async function createApiKey(
  transaction: Transaction,
  { key, grantor, origin, now }: ApiKeyToCreate,
): Promise<{ key: Static<typeof ApiKey>; secret: string }> {
  refuseUnknownPermissions(key.permissions);
  const { locationCodes = null, channelCodes = null } = key;
  refuseMoreThan(grantor, {
    permissions: new Set(key.permissions),
    locationCodes: setOrNull(locationCodes),
    channelCodes: setOrNull(channelCodes),
  });
  const expiresAt = key.expiresAt == null ? null : new Date(key.expiresAt);
  if (expiresAt !== null && expiresAt <= now)
    throw common.refuse("invalidInput", { faults: [{ pointer: "/expiresAt", message: "must be in the future" }] });
  const id = newId();
  const { token, prefix, secretHash } = newApiKeyToken();
  const [row] = await transaction.read(insertKey, [
    id,
    key.name,
    prefix,
    secretHash,
    key.permissions,
    locationCodes,
    channelCodes,
    origin.actor,
    now,
    expiresAt,
  ]);
  recordAudit(transaction, [
    {
      origin,
      action: "createApiKey",
      entityType: "apiKey",
      entityId: id,
      details: { permissions: key.permissions, locationCodes, channelCodes, expiresAt },
    },
  ]);
  return { key: viewApiKey(row!), secret: token };
}
