import { arrayLiteral, statement } from "../db/statements.ts";
import type { Database, Transaction } from "../db/database.ts";
import { newId } from "../ids.ts";
import type { NewJob } from "./job-kinds.ts";

const insertJobs = statement(
  "platform.enqueueJobs",
  `insert into platform.jobs (id, kind, lane, ordering_key, payload, due_at)
   select id, kind, lane, ordering_key, payload, now() + delay_ms * interval '1 millisecond'
   from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::double precision[])
     with ordinality as given (id, kind, lane, ordering_key, payload, delay_ms, ordinal)
   order by ordinal
   on conflict (id) do nothing`,
);

/** Puts jobs down in the caller's transaction: they exist exactly if the change that asked for them does. */
export function enqueueJobs(transaction: Transaction, jobs: readonly NewJob[]): void {
  if (jobs.length === 0) return;
  transaction.write(insertJobs, [
    arrayLiteral(
      "uuid",
      jobs.map(({ id }) => id ?? newId()),
    ),
    arrayLiteral(
      "text",
      jobs.map(({ kind }) => kind),
    ),
    arrayLiteral(
      "text",
      jobs.map(({ lane }) => lane ?? ""),
    ),
    arrayLiteral(
      "text",
      jobs.map(({ orderingKey }) => orderingKey),
    ),
    arrayLiteral(
      "jsonb",
      jobs.map(({ payload }) => payload),
    ),
    arrayLiteral(
      "double precision",
      jobs.map(({ delayMs }) => delayMs ?? 0),
    ),
  ]);
  const { database } = transaction;
  transaction.afterCommit(() => wakeWorkers(database));
}

const sleepers = new WeakMap<Database, Set<() => void>>();

/** Workers of this process need not wait for their next poll; those of others do, at most a quarter of a second. */
export function wakeWorkers(database: Database): void {
  for (const wake of sleepers.get(database) ?? []) wake();
}

/** Answers how to take it back. */
export function onJobsEnqueued(database: Database, wake: () => void): () => void {
  const others = sleepers.get(database) ?? new Set();
  sleepers.set(database, others.add(wake));
  return () => others.delete(wake);
}
