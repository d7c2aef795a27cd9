import { Gauge } from "prom-client";
import { classifyFailure } from "./failures.ts";
import type { Database } from "./database.ts";
import { statement } from "./statements.ts";

/** Partitions that exist ahead of time: a quarter in which this job may fail before rows land in a default partition. */
const MONTHS_AHEAD = 3;

const moved = new Gauge({
  name: "orrery_default_partition_rows",
  help: "Rows that the last check found in default partitions; more than 0 means that partitions came too late.",
});

// Whatever is partitioned by range of recorded_at is a ledger; a new one needs no registration.
const listLedgers = statement<{ ledger: string }>(
  "platform.listLedgers",
  `select partrelid::regclass::text as ledger from pg_partitioned_table
   where partstrat = 'r' and pg_get_partkeydef(partrelid) = 'RANGE (recorded_at)' order by 1`,
);

const takeTurn = statement(
  "platform.takeTurnToKeepPartitions",
  "select pg_advisory_xact_lock(hashtextextended('platform.keepPartitions', 0))",
);

const keep = statement<{ partition_name: string; moved_rows: number }>(
  "platform.keepPartitions",
  "select partition_name, moved_rows from platform.keep_partitions($1::text::regclass, $2)",
);

export interface KeptPartitions {
  created: string[];
  /** Rows that had landed in default partitions and were moved; should be 0. */
  movedRows: number;
  /** Ledgers that were too busy to be locked; the next run tries again. */
  skipped: string[];
}

/** Makes the monthly partitions of all ledgers for the coming months. Safe to run at any time and by several at once. */
export async function keepPartitions(
  database: Database,
  log: { warn(details: object, message: string): void },
): Promise<KeptPartitions> {
  const kept: KeptPartitions = { created: [], movedRows: 0, skipped: [] };
  for (const { ledger } of await database.read(listLedgers)) {
    try {
      const rows = await database.transaction(async (transaction) => {
        transaction.write(takeTurn);
        return await transaction.read(keep, [ledger, MONTHS_AHEAD]);
      });
      kept.created.push(...rows.map((row) => row.partition_name));
      kept.movedRows += rows.reduce((sum, row) => sum + row.moved_rows, 0);
    } catch (error) {
      if (classifyFailure(error) !== "retry") throw error;
      kept.skipped.push(ledger);
    }
  }
  moved.set(kept.movedRows);
  if (kept.movedRows > 0) log.warn(kept, "rows had landed in default partitions and were moved");
  if (kept.skipped.length > 0) log.warn(kept, "some ledgers were too busy to get their partitions");
  return kept;
}
