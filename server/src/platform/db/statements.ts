/**
 * SQL stays in the open, next to its use case; these helpers only name it (a named statement is prepared once per
 * connection) and turn rows into one array parameter per column, so that a list of any length is one statement.
 */
export interface Statement<Row = never> {
  readonly name: string;
  readonly text: string;
  /** Phantom: the shape of the rows that come back. */
  readonly row?: Row;
}

const names = new Set<string>();

/** `name` must be unique in the process: PostgreSQL refuses other SQL under a name that is already prepared. */
export function statement<Row = never>(name: string, text: string): Statement<Row> {
  if (names.has(name)) throw new Error(`Two statements are named ${name}.`);
  if (name.length > 63) throw new Error(`The statement name ${name} is longer than PostgreSQL keeps (63).`);
  names.add(name);
  return { name, text };
}

export type ColumnType =
  | "int"
  | "smallint"
  | "bigint"
  | "double precision"
  | "boolean"
  | "text"
  | "uuid"
  | "timestamptz"
  | "date"
  | "bytea"
  | "json"
  | "jsonb";

type Value = string | number | bigint | boolean | Date | Uint8Array | object | null | undefined;

/**
 * A PostgreSQL array literal. About 4 times as fast as letting the driver serialize nested JavaScript arrays,
 * because it knows the column's type.
 */
export function arrayLiteral(type: ColumnType, values: readonly Value[]): string {
  const elementOf = ELEMENTS[type];
  let text = "{";
  for (let index = 0; index < values.length; index++) {
    if (index > 0) text += ",";
    const value = values[index];
    text += value === null || value === undefined ? "NULL" : elementOf(value);
  }
  return `${text}}`;
}

const ELEMENTS: { readonly [Type in ColumnType]: (value: NonNullable<Value>) => string } = {
  int: String,
  smallint: String,
  bigint: String,
  "double precision": String,
  boolean: String,
  uuid: String,
  date: String,
  timestamptz: (value) => (value instanceof Date ? momentText(value) : `"${String(value)}"`),
  text: (value) => quoted(String(value)),
  bytea: (value) => `"\\\\x${Buffer.from(value as Uint8Array).toString("hex")}"`,
  // JSON text holds no raw control character, so quoting it as JSON once more is quoting it for the array, at a third of
  // the price (1 KB with 120 quotes: 3.3 instead of 8.4 µs).
  json: (value) => JSON.stringify(JSON.stringify(value)),
  jsonb: (value) => JSON.stringify(JSON.stringify(value)),
};

let lastMoment = Number.NaN;
let lastMomentText = "";

/** Most rows of a transaction carry the same moment, and writing it out takes 0.8 µs. */
function momentText(moment: Date): string {
  const milliseconds = moment.getTime();
  if (milliseconds !== lastMoment) {
    lastMoment = milliseconds;
    lastMomentText = moment.toISOString();
  }
  return lastMomentText;
}

function quoted(text: string): string {
  return text.includes('"') || text.includes("\\") ? `"${text.replace(/["\\]/g, "\\$&")}"` : `"${text}"`;
}

export interface BulkStatement<Row> {
  readonly statement: Statement;
  readonly parameters: (rows: readonly Row[]) => string[];
}

/**
 * `bulkInsert<Row>("orders.insertLines", "orders.order_lines", { order_id: "uuid", … })` inserts any number of rows
 * with one statement: `insert into … select * from unnest(…)`. `suffix` takes an `on conflict` clause.
 */
export function bulkInsert<Row extends object>(
  name: string,
  table: string,
  columns: { readonly [Column in keyof Row]-?: ColumnType },
  suffix = "",
): BulkStatement<Row> {
  const entries = Object.entries(columns) as [keyof Row & string, ColumnType][];
  const list = entries.map(([column]) => column).join(", ");
  return {
    statement: statement(name, `insert into ${table} (${list}) select * from unnest(${arraysOf(entries)}) ${suffix}`),
    parameters: (rows) => columnsOf(entries, rows),
  };
}

/**
 * `bulkUpdate<Row>("orders.updateLines", "orders.order_lines", { order_id: "uuid", … }, ["order_id", "number"])` updates any
 * number of rows with one statement: those that the key columns name get the values of the other columns. `changes` are
 * columns that get an expression instead, in which `t` is the row as it is and `u` the row as given.
 */
export function bulkUpdate<Row extends object>(
  name: string,
  table: string,
  columns: { readonly [Column in keyof Row]-?: ColumnType },
  keys: readonly (keyof Row & string)[],
  changes: Readonly<Record<string, string>> = {},
): BulkStatement<Row> {
  const entries = Object.entries(columns) as [keyof Row & string, ColumnType][];
  const names = entries.map(([column]) => column);
  const plain = names.filter((column) => !keys.includes(column) && !(column in changes));
  const set = [
    ...plain.map((column) => `${column} = u.${column}`),
    ...Object.entries(changes).map(([column, expression]) => `${column} = ${expression}`),
  ];
  return {
    statement: statement(
      name,
      `update ${table} t set ${set.join(", ")} from unnest(${arraysOf(entries)}) u (${names.join(", ")})
        where ${keys.map((key) => `t.${key} = u.${key}`).join(" and ")}`,
    ),
    parameters: (rows) => columnsOf(entries, rows),
  };
}

function arraysOf(entries: readonly [string, ColumnType][]): string {
  return entries.map(([, type], index) => `$${index + 1}::${type}[]`).join(", ");
}

function columnsOf<Row>(entries: readonly [keyof Row & string, ColumnType][], rows: readonly Row[]): string[] {
  return entries.map(([column, type]) =>
    arrayLiteral(
      type,
      rows.map((row) => row[column] as Value),
    ),
  );
}
