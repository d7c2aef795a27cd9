import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { arrayLiteral, statement } from "../db/statements.ts";
import { endImport } from "./imports.sql.ts";
import type { ImportKind } from "./kinds.ts";
import { DISCARD_ROWS, KEPT_DAYS } from "./limits.ts";

const findDeadUploads = statement<{ id: string; created_by: string; request_id: string | null }>(
  "platform.findDeadUploads",
  `select id, created_by, request_id from platform.imports
   where discarded_at is null and state = 'uploading' and lease_until < clock_timestamp() order by id limit 10`,
);
const findEnded = statement<{ id: string; kind: string; rows_total: number }>(
  "platform.findEndedImport",
  `select id, kind, rows_total from platform.imports
   where discarded_at is null and kind = any($1::text[]) and state in ('finished', 'failed', 'cancelled')
   order by created_at, id limit 1 for update skip locked`,
);
const holdEnded = statement<{ id: string }>(
  "platform.holdEndedImport",
  "select id from platform.imports where id = $1::uuid and discarded_at is null for update skip locked",
);
const markDiscarded = statement(
  "platform.markDiscarded",
  "update platform.imports set discarded_at = clock_timestamp() where id = $1::uuid",
);
const forgetOld = statement(
  "platform.forgetOldImports",
  `delete from platform.imports where id in (select id from platform.imports
     where discarded_at < clock_timestamp() - $1::int * interval '1 day' order by id limit 10)`,
);

/** Uploads whose process died: nobody will finish them. */
export async function giveUpDeadUploads(database: Database, clock: Clock): Promise<void> {
  const dead = await database.read(findDeadUploads);
  for (const { id, created_by: actor, request_id: requestId } of dead) {
    const failure = "The upload was cut off: the process that received it ended.";
    const end = { state: "failed" as const, failure, occurredAt: clock.now(), origin: { actor, requestId } };
    await database.transaction((transaction) => endImport(transaction, id, end));
  }
}

/** Deletes the staged rows of one ended import, in short transactions. True when there may be another one. */
export async function discardEnded(
  database: Database,
  kinds: ReadonlyMap<string, ImportKind>,
  stopped: () => boolean,
): Promise<boolean> {
  const [ended] = await database.read(findEnded, [arrayLiteral("text", [...kinds.keys()])]);
  if (ended === undefined) return false;
  const { discard } = kinds.get(ended.kind)!;
  for (let from = 1; from <= ended.rows_total; from += DISCARD_ROWS) {
    if (stopped()) return false;
    const ours = await database.transaction(async (transaction) => {
      const held = await transaction.read(holdEnded, [ended.id]);
      if (held.length > 0) transaction.write(discard, [ended.id, from, from + DISCARD_ROWS - 1]);
      return held.length > 0;
    });
    if (!ours) return false;
  }
  await database.read(markDiscarded, [ended.id]);
  return true;
}

/** Old imports go with their errors. */
export async function forgetOldImports(database: Database): Promise<void> {
  await database.read(forgetOld, [KEPT_DAYS]);
}
