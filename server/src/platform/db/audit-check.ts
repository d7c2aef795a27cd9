import type { Database } from "./database.ts";

/**
 * One promise that the data must keep. `sql` selects what breaks it; nothing selected is a proof, because every check
 * looks at all rows. The statement runs alone in a repeatable-read transaction, so it sees one moment.
 */
export interface AuditCheck {
  /** `module: promise`, as a sentence about what is true. */
  name: string;
  sql: string;
}

export interface AuditResult {
  name: string;
  violations: Record<string, unknown>[];
  /** True when there were more than are listed. */
  more: boolean;
  durationMs: number;
}

const MAX_LISTED = 20;

/** Runs all checks on one snapshot of the live database; writers are not disturbed. */
export async function runAudit(database: Database, checks: readonly AuditCheck[]): Promise<AuditResult[]> {
  const client = await database.pool.connect();
  let ended = false;
  try {
    await client.query("begin isolation level repeatable read read only");
    await client.query("set local statement_timeout = 0");
    await client.query("set local plan_cache_mode = auto");
    const results: AuditResult[] = [];
    for (const check of checks) {
      const started = performance.now();
      const { rows } = await client.query({ text: `select * from (${check.sql}) violation limit ${MAX_LISTED + 1}` });
      results.push({
        name: check.name,
        violations: rows.slice(0, MAX_LISTED) as Record<string, unknown>[],
        more: rows.length > MAX_LISTED,
        durationMs: performance.now() - started,
      });
    }
    await client.query("commit");
    ended = true;
    return results;
  } finally {
    // A connection whose transaction has failed would refuse whatever the pool gave it next.
    client.release(!ended);
  }
}
