import type { Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";

type Details = Readonly<Record<string, unknown>>;

const lockDetails = statement<{ id: string; details: Details }>(
  "tasks.lockDetailsOfException",
  "select id, details from tasks.exceptions where kind = $1 and entity_id = $2 and reported_from = '' and closed_at is null for update",
);

const setDetails = statement(
  "tasks.setDetailsOfException",
  "update tasks.exceptions set details = $2::jsonb where id = $1::uuid",
);

/** What an open exception tells goes on while nobody has dealt with it. One that is not open is left alone. */
export async function amendException(
  transaction: Transaction,
  { kind, entityId }: { kind: string; entityId: string },
  change: (details: Details) => Details,
): Promise<void> {
  const [open] = await transaction.read(lockDetails, [kind, entityId]);
  if (open !== undefined) transaction.write(setDetails, [open.id, JSON.stringify(change(open.details))]);
}
