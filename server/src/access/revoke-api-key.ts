import type { Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { common } from "../platform/refusals.ts";
import { lockAccess } from "./access.sql.ts";
import type { Rights } from "./rights.ts";
import { scopeOf } from "./view-api-keys.ts";

const revokeKey = statement<{ id: string }>(
  "access.revokeApiKey",
  `update access.api_keys set revoked_at = coalesce(revoked_at, $2)
   where id = $1 and ($3::text[] is null or location_codes <@ $3::text[]) and ($4::text[] is null or channel_codes <@ $4::text[])
   returning id`,
);

export interface ApiKeyToRevoke {
  id: string;
  reader: Rights;
  origin: Origin;
  now: Date;
}

/** For good; every process refuses the key within a second. Revoking it again changes nothing. */
export async function revokeApiKey(
  transaction: Transaction,
  { id, reader, origin, now }: ApiKeyToRevoke,
): Promise<void> {
  lockAccess(transaction);
  const [row] = await transaction.read(revokeKey, [
    id,
    now,
    scopeOf(reader.locationCodes),
    scopeOf(reader.channelCodes),
  ]);
  if (row === undefined) throw common.refuse("notFound");
  recordAudit(transaction, [{ origin, action: "revokeApiKey", entityType: "apiKey", entityId: id }]);
}
