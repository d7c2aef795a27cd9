import type { Readable } from "node:stream";
import { Type, type Static } from "typebox";
import type { Database } from "../db/database.ts";
import { statement } from "../db/statements.ts";
import { csvStream, inBatches } from "../http/csv.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, PageQuery, type Page } from "../http/paging.ts";
import type { Principal } from "../http/route.ts";
import { common } from "../refusals.ts";
import { orNull } from "../reference-data/fields.ts";
import { IMPORT_STATES, type ImportState } from "./imports.sql.ts";

const moment = (description: string) =>
  orNull(Type.String({ format: "date-time", description, examples: ["2026-11-20T14:05:00.000Z"] }));
const count = (description: string, example: number) => Type.Integer({ description, examples: [example] });

export const Import = Type.Object(
  {
    id: Type.String({
      format: "uuid",
      description: "The import's ID.",
      examples: ["0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"],
    }),
    kind: Type.String({ description: "What is imported.", examples: ["stock"] }),
    fileName: Type.String({ description: "Name of the uploaded file.", examples: ["stock-2026-11-20.csv"] }),
    state: Type.Enum(IMPORT_STATES, {
      description: "uploading, queued, running, and one of finished, failed, cancelled.",
      examples: ["running"],
    }),
    options: Type.Record(Type.String(), Type.Unknown(), { description: "Options of the upload.", examples: [{}] }),
    columns: Type.Array(Type.String(), {
      description: "Columns that the file has.",
      examples: [["sku", "location", "quantity"]],
    }),
    bytesRead: count("Bytes received.", 44_990_035),
    rowsTotal: count("Rows below the header, as far as they are received.", 1_000_000),
    rowsDone: count("Rows that have been dealt with.", 250_000),
    rowsFailed: count("Rows that had no effect; see its errors.", 12),
    rowsPerSecond: orNull(
      Type.Integer({ description: "Rows dealt with per second since it started.", examples: [42_000] }),
    ),
    failure: orNull(
      Type.String({
        description: "Why it failed or was cancelled.",
        examples: ["A quote that opens in row 7 is not closed within 64 KiB."],
      }),
    ),
    createdBy: Type.String({
      description: "Who uploaded it.",
      examples: ["user:0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"],
    }),
    createdByName: orNull(
      Type.String({ description: "The name of that user or key; null: no longer known.", examples: ["Ada Lovelace"] }),
    ),
    createdAt: Type.String({
      format: "date-time",
      description: "When the upload began.",
      examples: ["2026-11-20T14:05:00.000Z"],
    }),
    queuedAt: moment("When the upload was complete."),
    startedAt: moment("When its rows began to take effect."),
    finishedAt: moment("When it ended."),
  },
  { $id: "Import", description: "An uploaded file and how far it has taken effect." },
);
export type ImportView = Static<typeof Import>;

export const ImportError = Type.Object(
  {
    row: Type.Integer({ description: "Row below the header, from 1: line row + 1 of a spreadsheet.", examples: [7] }),
    column: orNull(
      Type.String({ description: "The column at fault; null: the row as a whole.", examples: ["quantity"] }),
    ),
    code: Type.String({ description: "Stable name of the fault.", examples: ["badQuantity"] }),
    message: Type.String({ description: "What is wrong.", examples: ["Must be a whole number."] }),
    value: orNull(Type.String({ description: "The cell, shortened.", examples: ["1,5"] })),
  },
  { $id: "ImportError", description: "A row that had no effect." },
);
type ImportErrorView = Static<typeof ImportError>;

interface ImportRow extends Omit<ImportView, "createdByName" | "createdAt" | "queuedAt" | "startedAt" | "finishedAt"> {
  createdAt: Date;
  queuedAt: Date | null;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** With all its digits, for the cursor. */
  sortedAt: string;
}

const IMPORT_COLUMNS = `id, kind, file_name as "fileName", state, options, columns, bytes_read as "bytesRead", rows_total as "rowsTotal",
  rows_done as "rowsDone", rows_failed as "rowsFailed",
  case when started_at is not null then round(rows_done / greatest(0.001, extract(epoch from coalesce(finished_at, clock_timestamp()) - started_at)))::int end as "rowsPerSecond",
  failure, created_by as "createdBy", created_at as "createdAt", queued_at as "queuedAt", started_at as "startedAt", finished_at as "finishedAt",
  to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "sortedAt"`;

const selectImports = statement<ImportRow>(
  "platform.selectImports",
  `select ${IMPORT_COLUMNS} from platform.imports
   where ($1::timestamptz is null or (created_at, id) < ($1, $2::uuid)) and ($3::text is null or kind = $3)
     and ($4::text is null or state = $4) and ($5::text is null or created_by = $5)
   order by created_at desc, id desc limit $6::int`,
);
const selectImport = statement<ImportRow>(
  "platform.selectImport",
  `select ${IMPORT_COLUMNS} from platform.imports where id = $1::uuid`,
);
const selectErrors = statement<ImportErrorView>(
  "platform.selectImportErrors",
  `select row_number as row, nullif(column_name, '') as "column", code, message, value from platform.import_errors
   where import_id = $1::uuid and ($2::bigint is null or (row_number, column_name, code) > ($2, $3::text, $4::text))
   order by row_number, column_name, code limit $5::int`,
);

export const ImportListQuery = Type.Object(
  {
    ...PageQuery,
    kind: Type.Optional(Type.String({ maxLength: 64, description: "Only of this kind.", examples: ["stock"] })),
    state: Type.Optional(Type.Enum(IMPORT_STATES, { description: "Only in this state.", examples: ["running"] })),
  },
  { additionalProperties: false },
);
export const ErrorListQuery = Type.Object(PageQuery, { additionalProperties: false });

/** Reads and names uploads. Who uses the system is kept by an upper module, which tells their names. */
export interface ImportReading {
  database: Database;
  actorNames: (actors: string[]) => Promise<ReadonlyMap<string, string>>;
}

/** Newest first. Who may see only some locations or channels sees only what they uploaded themselves. */
export async function listImports(
  { database, actorNames }: ImportReading,
  query: Static<typeof ImportListQuery>,
  principal: Principal,
): Promise<Page<ImportView>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const [createdAt, id] = decodeCursor(query.after, ["time", "uuid"]) ?? [null, null];
  const parameters = [createdAt, id, query.kind ?? null, query.state ?? null, ownerOf(principal), limit + 1];
  const rows = await database.read(selectImports, parameters);
  const names = await actorNames(rows.map(({ createdBy }) => createdBy));
  return cutPage(
    rows,
    limit,
    (row) => viewOf(row, names),
    (row) => [row.sortedAt, row.id],
  );
}

export async function readImport(
  { database, actorNames }: ImportReading,
  id: string,
  principal: Principal,
): Promise<ImportView> {
  const [row] = await database.read(selectImport, [id]);
  const owner = ownerOf(principal);
  if (row === undefined || (owner !== null && row.createdBy !== owner))
    throw common.refuse("notFound", { message: `There is no import ${id}.` });
  return viewOf(row, await actorNames([row.createdBy]));
}

type ErrorPlace = Pick<ImportErrorView, "row" | "column" | "code">;

function selectErrorsAfter(
  database: Database,
  id: string,
  after: ErrorPlace | null,
  limit: number,
): Promise<ImportErrorView[]> {
  return database.read(selectErrors, [id, after?.row ?? null, after?.column ?? "", after?.code ?? "", limit]);
}

export async function listImportErrors(
  database: Database,
  id: string,
  query: Static<typeof ErrorListQuery>,
): Promise<Page<ImportErrorView>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const cursor = decodeCursor(query.after, ["integer", "text", "text"]);
  const after = cursor && { row: cursor[0], column: cursor[1], code: cursor[2] };
  const rows = await selectErrorsAfter(database, id, after, limit + 1);
  return cutPage(
    rows,
    limit,
    (row) => row,
    (row) => [row.row, row.column ?? "", row.code],
  );
}

const EXPORT_BATCH = 5_000;

export function exportImportErrors(database: Database, id: string): Readable {
  const batches = inBatches<ImportErrorView>(EXPORT_BATCH, (last, limit) =>
    selectErrorsAfter(database, id, last, limit),
  );
  return csvStream(["row", "column", "code", "message", "value"], batches, (row) => [
    row.row,
    row.column,
    row.code,
    row.message,
    row.value,
  ]);
}

function ownerOf(principal: Principal): string | null {
  return principal.locationCodes === null && principal.channelCodes === null ? null : principal.actor;
}

function viewOf(
  { sortedAt: _, createdAt, queuedAt, startedAt, finishedAt, ...row }: ImportRow,
  names: ReadonlyMap<string, string>,
): ImportView {
  return {
    ...row,
    createdByName: names.get(row.createdBy) ?? null,
    createdAt: createdAt.toISOString(),
    queuedAt: queuedAt?.toISOString() ?? null,
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

export function hasEnded(state: ImportState): boolean {
  return state === "finished" || state === "failed" || state === "cancelled";
}
