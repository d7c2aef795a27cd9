import type { BenchDatabase } from "../runner/database.ts";

/** How far the average bytes of a table's rows may differ: numbers and references have more or fewer digits. */
const BYTES_TOLERANCE = 0.1;

interface Written {
  rows: number;
  bytes: number;
}

/**
 * Lets both write some orders and compares what lies in every table afterwards: the reference is one only if it writes as
 * many rows as the subject, of the same size.
 */
export async function assertSameRows(
  database: BenchDatabase,
  work: { subject: () => Promise<number>; reference: () => Promise<number> },
): Promise<void> {
  const before = await contents(database);
  const captured = await work.subject();
  const between = await contents(database);
  const written = await work.reference();
  const after = await contents(database);
  for (const table of after.keys()) {
    const subject = perOrder(before.get(table), between.get(table), captured);
    const reference = perOrder(between.get(table), after.get(table), written);
    const describe = ({ rows, bytes }: Written): string => `${rows.toFixed(3)} rows of ${bytes.toFixed(0)} bytes`;
    if (
      subject.rows !== reference.rows ||
      Math.abs(subject.bytes - reference.bytes) > BYTES_TOLERANCE * subject.bytes
    ) {
      throw new Error(
        `For an order, ${table} gets ${describe(subject)} by capture and ${describe(reference)} by the reference.`,
      );
    }
  }
}

function perOrder(before: Written | undefined, after: Written | undefined, orders: number): Written {
  const rows = (after?.rows ?? 0) - (before?.rows ?? 0);
  const bytes = (after?.bytes ?? 0) - (before?.bytes ?? 0);
  return { rows: rows / orders, bytes: rows === 0 ? 0 : bytes / rows };
}

/** All tables but the feed, which follows by itself, and what processes keep for themselves. */
async function contents({ pool }: BenchDatabase): Promise<Map<string, Written>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('orders', 'inventory', 'workflow', 'platform', 'tasks') and tablename not in ('feed', 'feed_state', 'leases')`,
  );
  const found = new Map<string, Written>();
  for (const { name } of tables) {
    const { rows } = await pool.query<{ rows: number; bytes: number }>(
      `select count(*)::int as rows, coalesce(sum(pg_column_size(t.*)), 0)::float8 as bytes from ${name} as t`,
    );
    found.set(name, rows[0]!);
  }
  return found;
}
