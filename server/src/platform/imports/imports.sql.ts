import { bulkInsert, statement } from "../db/statements.ts";
import type { Origin } from "../events/record-events.ts";
import { importEvents } from "./events.ts";
import type { Transaction } from "../db/database.ts";
import type { ImportJob, RowError } from "./kinds.ts";
import { MAX_KEPT_ERRORS } from "./limits.ts";

/** SQL that uploads, the worker and cancellation share. */
export const IMPORT_STATES = ["uploading", "queued", "running", "finished", "failed", "cancelled"] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

export interface JobRow {
  id: string;
  kind: string;
  options: Record<string, unknown>;
  columns: string[];
  queued_at: Date;
  created_by: string;
  request_id: string | null;
  location_codes: string[] | null;
  channel_codes: string[] | null;
  rows_total: number;
  lease_number: number;
}
export const JOB_COLUMNS = `id, kind, options, columns, queued_at, created_by, request_id, location_codes, channel_codes, rows_total, lease_number`;

export function jobOf(row: JobRow): ImportJob {
  return {
    importId: row.id,
    kind: row.kind,
    options: row.options,
    columns: new Set(row.columns),
    uploadedAt: row.queued_at,
    origin: { actor: row.created_by, requestId: row.request_id },
    locationCodes: row.location_codes === null ? null : new Set(row.location_codes),
    channelCodes: row.channel_codes === null ? null : new Set(row.channel_codes),
  };
}

interface ErrorRow {
  import_id: string;
  row_number: number;
  column_name: string;
  code: string;
  message: string;
  value: string | null;
}
export const insertErrors = bulkInsert<ErrorRow>(
  "platform.insertImportErrors",
  "platform.import_errors",
  { import_id: "uuid", row_number: "int", column_name: "text", code: "text", message: "text", value: "text" },
  "on conflict do nothing",
);

const MAX_SHOWN_VALUE = 200;

/** The errors to keep: no more once 100,000 rows have failed; `failedBefore` counts those before these. */
export function errorRows(importId: string, errors: readonly RowError[], failedBefore: number): ErrorRow[] {
  return errors.slice(0, Math.max(0, MAX_KEPT_ERRORS - failedBefore)).map(({ row, column, code, message, value }) => ({
    import_id: importId,
    row_number: row,
    column_name: column ?? "",
    code,
    message,
    value: value === null ? null : shortened(value),
  }));
}

/** Cut between characters, not inside one. */
function shortened(value: string): string {
  if (value.length <= MAX_SHOWN_VALUE) return value;
  const last = value.charCodeAt(MAX_SHOWN_VALUE - 1);
  const insidePair = last >= 0xd800 && last <= 0xdbff;
  return `${value.slice(0, insidePair ? MAX_SHOWN_VALUE - 1 : MAX_SHOWN_VALUE)}…`;
}

export function failedRows(errors: readonly RowError[]): number {
  return new Set(errors.map(({ row }) => row)).size;
}

interface EndedRow {
  queued: boolean;
  rows_total: number;
  rows_failed: number;
}
const endUnfinished = statement<EndedRow>(
  "platform.endImport",
  `update platform.imports set state = $2, failure = $3, finished_at = clock_timestamp(), lease_until = null
   where id = $1::uuid and state in ('uploading', 'queued', 'running')
   returning queued_at is not null as queued, rows_total, rows_failed`,
);

export interface ImportEnd {
  state: "finished" | "failed" | "cancelled";
  failure: string | null;
  occurredAt: Date;
  origin: Origin;
}

/** Ends an import that has not ended, with its event. False when it had. */
export async function endImport(transaction: Transaction, importId: string, end: ImportEnd): Promise<boolean> {
  const [ended] = await transaction.read(endUnfinished, [importId, end.state, end.failure]);
  if (ended === undefined) return false;
  const { occurredAt, origin } = end;
  const data = { rows: ended.rows_total, rowsFailed: ended.rows_failed };
  // What was never acknowledged has no first event.
  const sequence = ended.queued ? 2 : 1;
  importEvents.record(transaction, [
    { type: `import.${end.state}`, entityId: importId, sequence, occurredAt, origin, data },
  ]);
  return true;
}
