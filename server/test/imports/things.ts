import type { Database } from "../../src/platform/db/database.ts";
import { statement } from "../../src/platform/db/statements.ts";
import type { ImportKind, RowError } from "../../src/platform/imports/kinds.ts";

/** A kind of import for tests. The key of `test.effects` fails loudly if a row ever took effect twice. */
const TABLES = [
  "create schema test",
  "create table test.staged (import_id uuid, row_number int, text text, number text, primary key (import_id, row_number))",
  "create table test.effects (import_id uuid, row_number int, text text, number int, primary key (import_id, row_number))",
];

const apply = statement<{ row: number; value: string | null }>(
  "test.apply",
  `with good as (
     insert into test.effects (import_id, row_number, text, number)
     select import_id, row_number, text, number::int from test.staged
     where import_id = $1::uuid and row_number between $2::int and $3::int and number ~ '^[0-9]+$'
   )
   select row_number as row, number as value from test.staged
   where import_id = $1::uuid and row_number between $2::int and $3::int and (number is null or number !~ '^[0-9]+$')`,
);
const discard = statement(
  "test.discard",
  "delete from test.staged where import_id = $1::uuid and row_number between $2::int and $3::int",
);

export async function createThings(database: Database): Promise<void> {
  for (const table of TABLES) await database.pool.query(table);
}

/** `beforeChunk` is what a test breaks on purpose. */
export function thingsKind(beforeChunk: (fromRow: number) => void | Promise<void> = () => undefined): ImportKind {
  return {
    kind: "things",
    summary: "Keeps things.",
    permission: "things:write",
    columns: [
      { name: "text", required: true, description: "Text.", example: "a" },
      { name: "theNumber", required: false, description: "Number.", example: "1" },
    ],
    options: {},
    copy: "copy test.staged (import_id, row_number, text, number) from stdin",
    discard,
    chunkRows: 100,
    applyChunk: async (transaction, { importId, fromRow, toRow }) => {
      await beforeChunk(fromRow);
      const bad = await transaction.read(apply, [importId, fromRow, toRow]);
      return bad.map(
        ({ row, value }): RowError => ({
          row,
          column: "theNumber",
          code: "badNumber",
          message: "must be a number",
          value,
        }),
      );
    },
  };
}

export function thingsFile(rows: number, from = 1): string {
  const lines = Array.from({ length: rows }, (_, index) => `t${index + from},${index + from}\n`);
  return `text,theNumber\n${lines.join("")}`;
}
