/**
 * Settings for many small transactions on a machine that PostgreSQL shares with Node, usually two cores. They are
 * written at every start; what an operator sets with ALTER SYSTEM is read later and wins.
 */
const SETTINGS: Record<string, string> = {
  // Acknowledged means on disk. These three are promises, so they are said although they are the defaults.
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",

  // Several processes with 10 connections each, pg-boss and a person with psql; an unused slot costs some kilobytes.
  max_connections: "200",

  // Positions and the orders of the day; the system's page cache holds the rest.
  shared_buffers: "256MB",
  effective_cache_size: "1GB",
  // Sorts of lists and reports stay in memory; 200 connections at once never sort.
  work_mem: "16MB",
  maintenance_work_mem: "128MB",
  // A runaway report ends with an error instead of a full disk.
  temp_file_limit: "8GB",

  // Recovery after a kill replays 80–140 MB of log a second. With 1 GB it stays under 5 s in normal trade and at about
  // 10 s after a long peak (4 GB: 23 s after 1.5 GB). Order-like inserts ran as fast as with 4 GB; 512 MB cost
  // 3–30 %, 256 MB 30–50 %, because every checkpoint makes pages be logged whole again.
  max_wal_size: "1GB",
  checkpoint_timeout: "5min",
  // Before recovery everything is flushed by one call instead of file by file: 0.1 s where 1,300 files took 0.6–3.4 s.
  recovery_init_sync_method: "syncfs",
  // Whole pages shrink to about a half; this build knows no faster method than pglz.
  wal_compression: "pglz",

  // Solid-state disks read at random nearly as fast as in sequence.
  random_page_cost: "1.1",
  // Compiling a plan takes longer than any statement of ours runs.
  jit: "off",
  // A report must not take both cores from order capture.
  max_parallel_workers_per_gather: "0",

  // Queues and counters die young: look for dead rows four times as often.
  autovacuum_naptime: "15s",

  // A client that was killed while it waited for a lock, or sat in a transaction, must not keep its locks.
  client_connection_check_interval: "2s",
  idle_in_transaction_session_timeout: "60s",

  timezone: "UTC",
  log_timezone: "UTC",
  log_lock_waits: "on",
  // The text of a slow statement; its parameters, which may be personal, are never logged.
  log_min_duration_statement: "1s",
  log_parameter_max_length: "0",
  log_parameter_max_length_on_error: "0",
};

export function renderSettings(ownSettings: Record<string, string>): string {
  const lines = Object.entries({ ...SETTINGS, ...ownSettings }).map(
    ([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`,
  );
  return `# Written at every start; change settings with ALTER SYSTEM, which wins.\n${lines.join("\n")}\n`;
}
