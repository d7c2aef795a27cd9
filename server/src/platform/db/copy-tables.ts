import type pg from "pg";
import { escapeIdentifier } from "pg";
import { type CopyStreamQuery, type CopyToStreamQuery, from as copyFrom, to as copyTo } from "pg-copy-streams";

/** A table and the columns that are stored; names come from a catalog or a manifest and are quoted before they reach SQL. */
export interface TableShape {
  schema: string;
  table: string;
  columns: { name: string; type: string }[];
}

/** Every table of these schemas; a partitioned one stands for its partitions. Generated columns are left out. */
export async function listTables(client: pg.Client, schemas: readonly string[]): Promise<TableShape[]> {
  const { rows } = await client.query<TableShape>(
    `select n.nspname as schema, c.relname as table,
            json_agg(json_build_object('name', a.attname, 'type', a.atttypid::regtype::text) order by a.attnum) as columns
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      where c.relkind in ('r', 'p') and not c.relispartition and n.nspname = any($1)
      group by n.nspname, c.relname order by 1, 2`,
    [[...schemas]],
  );
  return rows;
}

function nameOf({ schema, table }: Pick<TableShape, "schema" | "table">): string {
  return `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
}

/** Transaction numbers mean nothing in another server, where they would lie in the future: they become the oldest one. */
function exported({ name, type }: { name: string; type: string }): string {
  if (type === "xid8") return "'3'::xid8";
  return type === "pg_snapshot" ? "'3:3:'::pg_snapshot" : escapeIdentifier(name);
}

export async function countRows(client: pg.Client, table: TableShape): Promise<number> {
  const { rows } = await client.query<{ rows: string }>(`select count(*) as rows from ${nameOf(table)}`);
  return Number(rows[0]!.rows);
}

export function copyOut(client: pg.Client, table: TableShape): CopyToStreamQuery {
  return client.query(
    copyTo(`copy (select ${table.columns.map(exported).join(", ")} from ${nameOf(table)}) to stdout`),
  );
}

export function copyIn(client: pg.Client, table: TableShape): CopyStreamQuery {
  const columns = table.columns.map(({ name }) => escapeIdentifier(name)).join(", ");
  return client.query(copyFrom(`copy ${nameOf(table)} (${columns}) from stdin`));
}

export async function emptyTables(client: pg.Client, tables: readonly TableShape[]): Promise<void> {
  await client.query(`truncate ${tables.map(nameOf).join(", ")} cascade`);
}
