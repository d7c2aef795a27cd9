import { statfs } from "node:fs/promises";
import { readFeedStatus } from "../../platform/events/feed-status.ts";
import type { Database } from "../../platform/db/database.ts";
import { readEnvironment } from "../environment.ts";
import { version } from "../version.ts";
import { withDatabase } from "./with-database.ts";

interface Finding {
  what: string;
  says: string;
  /** What to do, when something is wrong. */
  mend: string | null;
}

const MIN_FREE_BYTES = 5 * 1024 ** 3;
const MAX_LAG_MS = 5_000;

/** `orrery doctor`: looks at everything that the person at night would look at, and says what to do. Exit code 1 when something is wrong. */
export async function doctorCommand(): Promise<void> {
  const environment = readEnvironment();
  const findings: Finding[] = [
    {
      what: "Orrery",
      says: `${version} on Node ${process.versions.node}`,
      mend: process.versions.node.startsWith("24.") ? null : "Start it through npm, which brings Node 24.",
    },
  ];
  await withDatabase("doctor", async (database) => {
    findings.push(...(await examine(database)));
  });
  if (environment.databaseUrl === undefined) {
    const disk = await statfs(environment.directory);
    const free = disk.bavail * disk.bsize;
    findings.push({
      what: "disk",
      says: `${(free / 1024 ** 3).toFixed(1)} GiB free at ${environment.directory}`,
      mend: free < MIN_FREE_BYTES ? "Make room: PostgreSQL stops writing when the disk is full." : null,
    });
  }
  for (const { what, says, mend } of findings)
    process.stdout.write(
      `${mend === null ? "ok   " : "WRONG"}  ${what}: ${says}${mend === null ? "" : `\n       ${mend}`}\n`,
    );
  if (findings.some((finding) => finding.mend !== null)) process.exitCode = 1;
}

async function examine(database: Database): Promise<Finding[]> {
  const one = async <Row>(sql: string): Promise<Row> => (await database.pool.query(sql)).rows[0] as Row;
  const server = await one<{ version: string; major: number; durable: boolean }>(
    "select current_setting('server_version') as version, current_setting('server_version_num')::int / 10000 as major, current_setting('fsync') = 'on' and current_setting('synchronous_commit') <> 'off' as durable",
  );
  const feed = await readFeedStatus(database);
  const tickAgeMs = Date.now() - feed.tickedAt.getTime();
  const oldest = await one<{ seconds: number | null }>(
    "select extract(epoch from max(now() - xact_start))::float8 as seconds from pg_stat_activity where state <> 'idle' and backend_type = 'client backend' and pid <> pg_backend_pid()",
  );
  const exceptions = await one<{ open: number; overdue: number }>(
    "select count(*)::int as open, count(*) filter (where due_at < now())::int as overdue from tasks.exceptions where closed_at is null",
  );
  const imports = await one<{ stuck: number }>(
    "select count(*)::int as stuck from platform.imports where state in ('queued', 'running') and coalesce(lease_until, created_at) < now() - interval '5 minutes'",
  );
  const timers = await one<{ late: number }>(
    "select count(*)::int as late from workflow.timers where due_at < now() - interval '1 minute'",
  );
  const jobs = await one<{ late: number; parked: number }>(
    `select count(*) filter (where state = 'waiting' and due_at < now() - interval '5 minutes' and kind <> 'webhook'
         or state = 'running' and lease_until < now() - interval '1 minute')::int as late,
       count(*) filter (where state = 'parked')::int as parked
     from platform.jobs where state in ('waiting', 'behind', 'running', 'parked')`,
  );
  const webhooks = await one<{ failing: number; disabled: number }>(
    `select count(*) filter (where state = 'active' and failing_since < now() - interval '15 minutes')::int as failing,
       count(*) filter (where state = 'disabled')::int as disabled from integrations.webhooks`,
  );
  const inDefault = await one<{ rows: number }>(
    "select ((select count(*) from platform.events_default) + (select count(*) from platform.audit_log_default) + (select count(*) from inventory.movements_default) + (select count(*) from inventory.supply_movements_default) + (select count(*) from workflow.history_default))::int as rows",
  );
  return [
    { what: "PostgreSQL", says: server.version, mend: server.major >= 17 ? null : "Orrery needs PostgreSQL 17 or 18." },
    {
      what: "durability",
      says: server.durable ? "fsync and synchronous_commit are on" : "a crash can lose acknowledged orders",
      mend: server.durable ? null : "Turn fsync and synchronous_commit on.",
    },
    {
      what: "event feed",
      says: `position ${feed.generation}.${feed.position}, ${feed.pending} events pending, lag ${Math.round(feed.lagMs)} ms`,
      mend:
        feed.lagMs > MAX_LAG_MS
          ? `The sequencer last worked ${Math.round(tickAgeMs / 1000)} s ago: is a worker running?`
          : null,
    },
    {
      what: "transactions",
      says: oldest.seconds === null ? "none open" : `the oldest is open for ${oldest.seconds.toFixed(1)} s`,
      mend: (oldest.seconds ?? 0) > 300 ? "Something holds a transaction open: see pg_stat_activity." : null,
    },
    {
      what: "exceptions",
      says: `${exceptions.open} open, ${exceptions.overdue} overdue`,
      mend: exceptions.overdue > 0 ? "Somebody must look at them: console, Exceptions." : null,
    },
    {
      what: "imports",
      says: imports.stuck === 0 ? "none stuck" : `${imports.stuck} have not moved for five minutes`,
      mend: imports.stuck === 0 ? null : "Is a worker running?",
    },
    {
      what: "timers",
      says: timers.late === 0 ? "none late" : `${timers.late} are more than a minute late`,
      mend: timers.late === 0 ? null : "Is a worker running?",
    },
    {
      what: "jobs",
      says: `${jobs.late} late, ${jobs.parked} parked`,
      mend:
        jobs.late > 0
          ? "Is a worker running?"
          : jobs.parked > 0
            ? "Somebody must retry or skip what is parked: GET /v1/jobs?state=parked."
            : null,
    },
    {
      what: "webhooks",
      says: `${webhooks.failing} failing, ${webhooks.disabled} disabled`,
      mend: webhooks.failing + webhooks.disabled > 0 ? "Their receivers need mending: GET /v1/webhooks." : null,
    },
    {
      what: "partitions",
      says: inDefault.rows === 0 ? "rows are in their months" : `${inDefault.rows} rows are in default partitions`,
      mend: inDefault.rows === 0 ? null : "The job keepPartitions has not run: is a worker running?",
    },
  ];
}
