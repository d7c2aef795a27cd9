import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { Type, type TProperties, type TSchema } from "typebox";
import type { Clock } from "../clock.ts";
import type { Transaction } from "../db/database.ts";
import type { Statement } from "../db/statements.ts";
import { refusalOfSchemaErrors } from "../http/problems.ts";
import { refuseUnstorableText } from "../http/unstorable.ts";
import type { ImportChunk, ImportColumn, ImportJob, ImportKind, RowError } from "../imports/kinds.ts";
import { type Fault, Refusal } from "../refusals.ts";
import { changeEntities, type EntityStore } from "./change-entities.ts";
import { isCode } from "./codes.ts";
import type { Change } from "./decide-changes.ts";
import { type CellType, readCell } from "./read-cell.ts";

export interface EntityColumn extends ImportColumn {
  cell: CellType;
}

/** A staged row: its number and its cells by column name, null where empty. */
export type StagedRow = { rowNumber: number; code: string | null } & Record<string, string | number | null>;

export interface EntityImport<Fields extends object> {
  kind: string;
  summary: string;
  permission: string;
  clock: Clock;
  store: EntityStore<Fields>;
  /** Schemas of the fields: files are held to the same rules as the API. */
  fields: TProperties;
  /** What an empty cell sets; fields without a default cannot be emptied. */
  defaults: Partial<Fields>;
  /** The first is `code`. */
  columns: readonly EntityColumn[];
  copy: string;
  discard: Statement;
  /** The staged rows of import $1::uuid from $2::int to $3::int, in order. */
  readRows: Statement<StagedRow>;
  /** Gathers columns that belong to one field. */
  gather?: (values: Record<string, unknown>) => Record<string, unknown>;
  /** The codes that the uploader may change; null: all. */
  scope: (job: ImportJob) => ReadonlySet<string> | null;
}

/** Worth about 200 ms. */
const CHUNK_ROWS = 1_000;

/** CSV imports of reference data: a row is a merge of the columns that the file has, decided like a call of the API. */
export function entityImportKind<Fields extends object>(entities: EntityImport<Fields>): ImportKind {
  const { kind, summary, permission, columns, copy, discard } = entities;
  const optional = Object.fromEntries(
    Object.entries(entities.fields).map(([name, schema]) => [name, Type.Optional(schema)]),
  );
  const schema = Type.Object(optional, { additionalProperties: false });
  // Made for the first file: at the start of the process the five kinds together took 90 ms.
  let validate: ValidateFunction | undefined;
  return {
    kind,
    summary,
    permission,
    columns,
    options: {},
    copy,
    discard,
    chunkRows: CHUNK_ROWS,
    applyChunk: (transaction, chunk) => {
      validate ??= compile(schema);
      return applyChunk(entities, validate, transaction, chunk);
    },
  };
}

function compile(schema: TSchema): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats.default(ajv);
  return ajv.compile(schema);
}

async function applyChunk<Fields extends object>(
  entities: EntityImport<Fields>,
  validate: ValidateFunction,
  transaction: Transaction,
  chunk: ImportChunk,
): Promise<RowError[]> {
  const rows = await transaction.read(entities.readRows, [chunk.importId, chunk.fromRow, chunk.toRow]);
  const present = entities.columns.filter(({ name }) => chunk.columns.has(name));
  const scope = entities.scope(chunk);
  const errors: RowError[] = [];
  const changes: { row: StagedRow; change: Change<Fields> }[] = [];
  for (const row of rows) {
    const read = readRow(entities, validate, present, row, scope);
    if (Array.isArray(read)) errors.push(...read);
    else changes.push({ row, change: read });
  }
  const call = { origin: chunk.origin, clock: entities.clock, action: null };
  const decisions = await changeEntities(
    transaction,
    entities.store,
    changes.map(({ change }) => change),
    call,
  );
  for (const [index, decision] of decisions.entries()) {
    if (decision instanceof Refusal) errors.push(...errorsOf(entities.columns, changes[index]!.row, decision));
  }
  return errors;
}

/** What the row changes, or what is wrong with it. */
function readRow<Fields extends object>(
  entities: EntityImport<Fields>,
  validate: ValidateFunction,
  columns: readonly EntityColumn[],
  row: StagedRow,
  scope: ReadonlySet<string> | null,
): Change<Fields> | RowError[] {
  const { code } = row;
  if (code === null || !isCode(code))
    return [
      errorOf(row, "code", "badCode", "must be 1 to 64 letters, digits and . _ : / - and begin with a letter or digit"),
    ];
  if (scope !== null && !scope.has(code)) return [errorOf(row, "code", "notYours", "is not one of yours")];
  const values: Record<string, unknown> = {};
  const errors: RowError[] = [];
  for (const { name, cell: type } of columns) {
    if (name === "code") continue;
    const cell = row[name];
    if (typeof cell !== "string") values[name] = entities.defaults[name as keyof Fields] ?? null;
    else {
      const read = readCell(type, cell);
      if ("fault" in read) errors.push(errorOf(row, name, "badCell", read.fault));
      else values[name] = read.value;
    }
  }
  if (errors.length > 0) return errors;
  const fields = entities.gather ? entities.gather(values) : values;
  const refusal = refusalOf(validate, fields);
  if (refusal !== null) return errorsOf(entities.columns, row, refusal);
  return { code, kind: "merge", fields: fields as Partial<Fields>, ifMatch: null };
}

function refusalOf(validate: ValidateFunction, fields: object): Refusal | null {
  try {
    refuseUnstorableText(fields);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  return validate(fields) ? null : refusalOfSchemaErrors((validate.errors ?? []) as never, "body");
}

function errorsOf(columns: readonly EntityColumn[], row: StagedRow, refusal: Refusal): RowError[] {
  if (refusal.faults.length === 0)
    return [{ row: row.rowNumber, column: null, code: refusal.code, message: refusal.message, value: row.code }];
  const found = refusal.faults.map((fault) => errorOf(row, columnOf(columns, fault), "badValue", fault.message));
  // A list with ten faults is one fault of its column.
  return [...new Map(found.map((error) => [error.column, error])).values()];
}

/** "/address/city" is the column city, "/unitsOfMeasure/0/gtin" the column unitsOfMeasure. */
function columnOf(columns: readonly EntityColumn[], fault: Fault): string | null {
  const [first, ...rest] = fault.pointer.split("/").slice(1);
  const names = new Set(columns.map(({ name }) => name));
  return [first, ...rest].find((segment) => segment !== undefined && names.has(segment)) ?? null;
}

function errorOf(row: StagedRow, column: string | null, code: string, message: string): RowError {
  const cell = column === null ? null : row[column];
  return { row: row.rowNumber, column, code, message, value: typeof cell === "string" ? cell : null };
}
