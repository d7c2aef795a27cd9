import type { Transaction } from "../db/database.ts";
import { arrayLiteral, statement } from "../db/statements.ts";
import { wakeWorkers } from "./enqueue-jobs.ts";

/** More would hold their locks for long; the rest keeps its schedule. */
const MOST = 5_000;

const hasten = statement(
  "platform.hastenJobs",
  `with later as materialized (
     select id from platform.jobs where kind = $1 and lane = any($2::text[]) and state = 'waiting' and due_at > now()
     order by due_at limit $3 for update skip locked
   )
   update platform.jobs set due_at = now() from later where jobs.id = later.id`,
);

/** What waits for its next try in these lanes is tried now: the cause of the failures is gone. */
export function hastenJobs(transaction: Transaction, kind: string, lanes: readonly string[]): void {
  if (lanes.length === 0) return;
  transaction.write(hasten, [kind, arrayLiteral("text", lanes), MOST]);
  const { database } = transaction;
  transaction.afterCommit(() => wakeWorkers(database));
}

const hastenChosen = statement(
  "platform.hastenChosenJobs",
  `with later as materialized (
     select id from platform.jobs where id = any($1::uuid[]) and state = 'waiting' order by id for update skip locked
   )
   update platform.jobs set due_at = now(), attempts = 0 from later where jobs.id = later.id`,
);

/** What these waited for has happened: they are tried now, and from the first pause of their schedule on. */
export function startAfresh(transaction: Transaction, ids: readonly string[]): void {
  if (ids.length === 0) return;
  transaction.write(hastenChosen, [arrayLiteral("uuid", ids)]);
  const { database } = transaction;
  transaction.afterCommit(() => wakeWorkers(database));
}
