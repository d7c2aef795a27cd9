import { createHash } from "node:crypto";
import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";

/** Addresses are known by their hash, so that a preference outlives the erasure of the customer and tells nothing of him. */
export function hashOfAddress(address: string): Buffer {
  return createHash("sha256").update(address.trim().toLowerCase()).digest();
}

export interface AddressRow {
  bounced_at: Date | null;
  bounce_reason: string | null;
  declined_at: Date | null;
}

export const readAddress = statement<AddressRow>(
  "messages.readAddress",
  "select bounced_at, bounce_reason, declined_at from messages.addresses where address_hash = $1::bytea",
);

// In the order of their keys: two that note the same addresses must not wait for each other.
const noteBounces = statement(
  "messages.noteBounces",
  `insert into messages.addresses as a (address_hash, bounced_at, bounce_reason)
   select hash, now(), max(reason) from unnest($1::bytea[], $2::text[]) as given (hash, reason) group by hash order by hash
   on conflict (address_hash) do update set bounced_at = excluded.bounced_at, bounce_reason = excluded.bounce_reason, updated_at = now()`,
);

export interface Bounce {
  addressHash: Buffer;
  reason: string;
}

/** Nothing more is sent to these. */
export function writeBounces(transaction: Transaction, bounces: readonly Bounce[]): void {
  if (bounces.length === 0) return;
  transaction.write(noteBounces, [
    arrayLiteral(
      "bytea",
      bounces.map(({ addressHash }) => addressHash),
    ),
    arrayLiteral(
      "text",
      bounces.map(({ reason }) => reason),
    ),
  ]);
}
