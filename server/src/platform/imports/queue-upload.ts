import type { Readable } from "node:stream";
import type { Clock } from "../clock.ts";
import type { Database, Transaction } from "../db/database.ts";
import { sqlState } from "../db/failures.ts";
import { arrayLiteral, statement } from "../db/statements.ts";
import { recordAudit } from "../events/record-audit.ts";
import type { Origin } from "../events/record-events.ts";
import { answerOnce, requestHash, type RequestKey } from "../http/idempotency.ts";
import type { Principal } from "../http/route.ts";
import { newId } from "../ids.ts";
import { Refusal } from "../refusals.ts";
import { importEvents } from "./events.ts";
import { endImport } from "./imports.sql.ts";
import type { ImportKind } from "./kinds.ts";
import { MAX_UPLOADS } from "./limits.ts";
import { imports } from "./refusals.ts";
import type { UploadRow } from "./staging-connection.ts";
import { stageUpload, type StagedUpload } from "./stage-upload.ts";

const UNIQUE_VIOLATION = "23505";
const MAX_ATTEMPTS = 5;

export interface Upload {
  kind: ImportKind;
  fileName: string;
  options: Readonly<Record<string, unknown>>;
  body: Readable;
  principal: Principal;
  origin: Origin;
  idempotencyKey: string | null;
}

export type UploadFile = (upload: Upload) => Promise<{ id: string }>;

const queueImport = statement<{ rows_total: number }>(
  "platform.queueImport",
  `update platform.imports set state = 'queued', content_hash = $2::bytea, columns = $3::text[], queued_at = clock_timestamp(), lease_until = null
   where id = $1::uuid and state = 'uploading' returning rows_total`,
);
const findUnfinished = statement<{ id: string }>(
  "platform.findUnfinishedImport",
  `select id from platform.imports where kind = $1 and content_hash = $2::bytea and state in ('queued', 'running')`,
);

/** Takes uploads of this process, a few at a time. The answer comes after the whole file is committed. */
export function createUploads({ database, clock }: { database: Database; clock: Clock }): UploadFile {
  let underWay = 0;
  return async (upload) => {
    if (underWay >= MAX_UPLOADS) throw imports.refuse("tooManyUploads");
    underWay++;
    const row = uploadRowOf(upload);
    try {
      const staged = await stageUpload(database.url, upload.kind, row, upload.body);
      return await queue(database, clock, upload, row, staged);
    } catch (error) {
      await giveUp(database, clock, row, upload.origin, error);
      throw error;
    } finally {
      underWay--;
    }
  };
}

function uploadRowOf({ kind, fileName, options, principal, origin }: Upload): UploadRow {
  return {
    id: newId(),
    kind: kind.kind,
    fileName,
    options,
    createdBy: origin.actor,
    requestId: origin.requestId,
    locationCodes: principal.locationCodes === null ? null : [...principal.locationCodes],
    channelCodes: principal.channelCodes === null ? null : [...principal.channelCodes],
  };
}

/** The same content while it is unfinished, or the same key at any time, is the import that it was. */
async function queue(
  database: Database,
  clock: Clock,
  upload: Upload,
  row: UploadRow,
  staged: StagedUpload,
): Promise<{ id: string }> {
  const key: RequestKey | null =
    upload.idempotencyKey === null
      ? null
      : {
          principal: upload.origin.actor,
          key: upload.idempotencyKey,
          hash: requestHash(`import ${row.kind}`, staged.contentHash.toString("hex")),
        };
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await database.transaction((transaction) =>
        answerOnce(transaction, key, 202, () => acknowledge(transaction, clock, upload, row, staged)),
      );
      if (answer.id !== row.id) await dropCopy(database, clock, upload, row, answer.id);
      return answer;
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION || attempt === MAX_ATTEMPTS) throw error;
      const [other] = await database.read(findUnfinished, [row.kind, staged.contentHash]);
      // It ended in between: then ours is the next one.
      if (other === undefined) continue;
      await dropCopy(database, clock, upload, row, other.id);
      return other;
    }
  }
}

async function acknowledge(
  transaction: Transaction,
  clock: Clock,
  upload: Upload,
  row: UploadRow,
  staged: StagedUpload,
): Promise<{ id: string }> {
  const [queued] = await transaction.read(queueImport, [
    row.id,
    staged.contentHash,
    arrayLiteral("text", staged.columns),
  ]);
  if (queued === undefined) throw imports.refuse("importEnded", { message: "The upload was cancelled." });
  const { origin } = upload;
  const data = { kind: row.kind, rows: queued.rows_total };
  importEvents.record(transaction, [
    {
      type: "import.queued",
      entityId: row.id,
      sequence: 1,
      occurredAt: clock.now(),
      origin,
      data,
    },
  ]);
  recordAudit(transaction, [
    {
      origin,
      action: `import.${row.kind}`,
      entityType: "import",
      entityId: row.id,
      details: { ...data, fileName: row.fileName },
    },
  ]);
  return { id: row.id };
}

async function dropCopy(
  database: Database,
  clock: Clock,
  upload: Upload,
  row: UploadRow,
  original: string,
): Promise<void> {
  const end = {
    state: "cancelled" as const,
    failure: `The same file as import ${original}.`,
    occurredAt: clock.now(),
    origin: upload.origin,
  };
  await database.transaction((transaction) => endImport(transaction, row.id, end));
}

/** A failed upload stays in the list with its reason. When the database is gone, the worker gives it up later. */
async function giveUp(database: Database, clock: Clock, row: UploadRow, origin: Origin, error: unknown): Promise<void> {
  const failure = error instanceof Refusal ? error.message : "The upload failed on our side.";
  const end = { state: "failed" as const, failure, occurredAt: clock.now(), origin };
  await database.transaction((transaction) => endImport(transaction, row.id, end)).catch(() => undefined);
}
