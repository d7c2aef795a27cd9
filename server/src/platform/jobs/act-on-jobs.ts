import { type Static, Type } from "typebox";
import type { Transaction } from "../db/database.ts";
import { arrayLiteral, statement } from "../db/statements.ts";
import { recordAudit } from "../events/record-audit.ts";
import type { Origin } from "../events/record-events.ts";
import { itemProblem } from "../http/bulk.ts";
import { common, type Refusal } from "../refusals.ts";
import { wakeWorkers } from "./enqueue-jobs.ts";
import type { ParkedJobReports } from "./job-kinds.ts";
import { promoteSuccessors } from "./jobs.sql.ts";
import { jobs } from "./refusals.ts";
import { Job, JOB_COLUMNS, type JobRow, viewJob } from "./view-jobs.ts";

export const MAX_ITEMS = 200;
/** Of one call that names no IDs; larger crowds take several calls, so that no transaction holds locks for long. */
const MAX_RETRIED_AT_ONCE = 5_000;

const id = Type.String({ format: "uuid", description: "The job's ID." });
const itemsOf = <const Item extends Parameters<typeof Type.Array>[0]>(item: Item, $id: string, description: string) =>
  Type.Object(
    { items: Type.Array(item, { minItems: 1, maxItems: MAX_ITEMS, description: "The jobs." }) },
    { additionalProperties: false, $id, description },
  );

export const JobsToRetry = itemsOf(
  Type.Object({ id }, { additionalProperties: false }),
  "JobsToRetry",
  "Jobs that failed, to try again at once.",
);
export const JobsToSkip = itemsOf(
  Type.Object(
    {
      id,
      reason: Type.String({
        minLength: 1,
        maxLength: 500,
        description: "Why it need not be done; stays with the job.",
        examples: ["The receiver was told by hand."],
      }),
    },
    { additionalProperties: false },
  ),
  "JobsToSkip",
  "Jobs that shall not be done.",
);
export const JobsToAssign = itemsOf(
  Type.Object(
    {
      id,
      ownerTeam: Type.String({
        minLength: 1,
        maxLength: 64,
        description: "Who deals with it.",
        examples: ["integrations"],
      }),
    },
    { additionalProperties: false },
  ),
  "JobsToAssign",
  "Parked jobs with the teams that deal with them.",
);
export const ParkedJobsToRetry = Type.Object(
  {
    kind: Type.String({ minLength: 1, maxLength: 64, description: "Of this kind.", examples: ["webhook"] }),
    lane: Type.Optional(
      Type.String({
        maxLength: 128,
        description: "Only those of this lane.",
        examples: ["0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"],
      }),
    ),
  },
  { additionalProperties: false, $id: "ParkedJobsToRetry", description: "Which parked jobs to try again." },
);
export const RetriedJobs = Type.Object(
  {
    retried: Type.Integer({ description: "How many jobs will be tried again.", examples: [120] }),
    more: Type.Boolean({ description: "True: there are more; repeat the call.", examples: [false] }),
  },
  { $id: "RetriedJobs", description: "What a call for all parked jobs did." },
);

interface BulkAnswer {
  items: (
    | { index: number; status: "ok"; result: Static<typeof Job> }
    | { index: number; status: "refused"; problem: ReturnType<typeof itemProblem> }
  )[];
}

const lockRows = statement<JobRow>(
  "platform.lockJobs",
  `select ${JOB_COLUMNS} from platform.jobs where id = any($1::uuid[]) order by id for update`,
);

const retryRows = statement<JobRow>(
  "platform.retryJobs",
  `update platform.jobs set state = 'waiting', attempts = 0, due_at = now(), parked_at = null, owner_team = null, deadline_at = null
   where id = any($1::uuid[]) and state in ('waiting', 'parked') returning ${JOB_COLUMNS}`,
);

const skipRows = statement<JobRow>(
  "platform.skipJobs",
  `update platform.jobs set state = 'skipped', ended_at = now(), ended_by = $3, skip_reason = given.reason, parked_at = null,
     owner_team = null, deadline_at = null
   from unnest($1::uuid[], $2::text[]) as given (job_id, reason) where id = given.job_id returning ${JOB_COLUMNS}`,
);

const assignRows = statement<JobRow>(
  "platform.assignJobs",
  `update platform.jobs set owner_team = given.team from unnest($1::uuid[], $2::text[]) as given (job_id, team)
   where id = given.job_id returning ${JOB_COLUMNS}`,
);

const lockFree = statement<{ id: string }>(
  "platform.lockParkedJobs",
  "select id from platform.jobs where id = any($1::uuid[]) and state = 'parked' order by id for update skip locked",
);

type Item = { id: string };

/** The states of jobs, locked in the order of their IDs: whoever does one or gives it up ends first. */
export async function lockJobs(
  transaction: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, JobRow["state"]>> {
  const rows = await transaction.read(lockRows, [arrayLiteral("uuid", ids)]);
  return new Map(rows.map(({ id, state }) => [id, state]));
}

/** Tries jobs again that are parked, or that failed and wait for their next try; from the first pause of their schedule on. */
export async function retryJobs(
  transaction: Transaction,
  items: readonly Item[],
  origin: Origin,
  reports: ParkedJobReports,
): Promise<BulkAnswer> {
  const fits = (job: JobRow): Refusal | null =>
    job.state === "parked" || (job.state === "waiting" && job.last_error !== null) ? null : jobs.refuse("notRetryable");
  return await act(transaction, items, fits, "retryJobs", origin, async (chosen) => {
    const ids = chosen.map((item) => item.id);
    reports.released(transaction, ids, "Tried again.", origin.actor);
    const { database } = transaction;
    transaction.afterCommit(() => wakeWorkers(database));
    return await transaction.read(retryRows, [arrayLiteral("uuid", ids)]);
  });
}

/** Gives jobs up for good: a visible gap, and what waits behind them goes on. */
export async function skipJobs(
  transaction: Transaction,
  items: readonly (Item & { reason: string })[],
  origin: Origin,
  reports: ParkedJobReports,
): Promise<BulkAnswer> {
  const fits = (job: JobRow): Refusal | null =>
    ["parked", "waiting", "behind"].includes(job.state) ? null : jobs.refuse("notSkippable");
  return await act(transaction, items, fits, "skipJobs", origin, async (chosen) => {
    const ids = chosen.map((item) => item.id);
    const reasons = chosen.map(({ reason }) => reason);
    const rows = await transaction.read(skipRows, [
      arrayLiteral("uuid", ids),
      arrayLiteral("text", reasons),
      origin.actor,
    ]);
    promoteSuccessors(transaction, ids);
    for (const [reason, group] of Map.groupBy(chosen, (item) => item.reason))
      reports.released(
        transaction,
        group.map((item) => item.id),
        `Skipped: ${reason}`,
        origin.actor,
      );
    const { database } = transaction;
    transaction.afterCommit(() => wakeWorkers(database));
    return rows;
  });
}

/** Jobs that are parked and that nobody else has locked, locked in the order of their IDs. */
export async function lockParkedJobs(transaction: Transaction, ids: readonly string[]): Promise<string[]> {
  const rows = await transaction.read(lockFree, [arrayLiteral("uuid", ids)]);
  return rows.map(({ id }) => id);
}

/** Other teams deal with these, locked and parked, from now on; whoever gives them says so to their exceptions. */
export async function giveParkedJobs(
  transaction: Transaction,
  items: readonly (Item & { ownerTeam: string })[],
): Promise<JobRow[]> {
  return await transaction.read(assignRows, [
    arrayLiteral(
      "uuid",
      items.map(({ id }) => id),
    ),
    arrayLiteral(
      "text",
      items.map(({ ownerTeam }) => ownerTeam),
    ),
  ]);
}

/** Gives parked jobs to other teams. */
export async function assignJobs(
  transaction: Transaction,
  items: readonly (Item & { ownerTeam: string })[],
  origin: Origin,
  reports: ParkedJobReports,
): Promise<BulkAnswer> {
  const fits = (job: JobRow): Refusal | null => (job.state === "parked" ? null : jobs.refuse("notParked"));
  return await act(transaction, items, fits, "assignJobs", origin, async (chosen) => {
    for (const [team, group] of Map.groupBy(chosen, ({ ownerTeam }) => ownerTeam))
      reports.assigned(
        transaction,
        group.map((item) => item.id),
        team,
        origin,
      );
    return await giveParkedJobs(transaction, chosen);
  });
}

/** Locks the jobs, lets `change` act on those that fit, and answers for each item by itself. */
async function act<Chosen extends Item>(
  transaction: Transaction,
  items: readonly Chosen[],
  fits: (job: JobRow) => Refusal | null,
  action: string,
  origin: Origin,
  change: (chosen: readonly Chosen[]) => Promise<JobRow[]>,
): Promise<BulkAnswer> {
  const found = await transaction.read(lockRows, [
    arrayLiteral(
      "uuid",
      items.map((item) => item.id),
    ),
  ]);
  const before = new Map(found.map((job) => [job.id, job]));
  const seen = new Set<string>();
  const refused = items.map((item): Refusal | null => {
    const job = before.get(item.id);
    if (job === undefined) return common.refuse("notFound");
    if (seen.has(item.id)) return common.refuse("invalidInput", { message: "This job is in the list twice." });
    seen.add(item.id);
    return fits(job);
  });
  const chosen = items.filter((_item, index) => refused[index] === null);
  const rows = chosen.length === 0 ? [] : await change(chosen);
  const after = new Map(rows.map((job) => [job.id, job]));
  const entry = { ids: chosen.map((item) => item.id), refused: items.length - chosen.length };
  if (chosen.length > 0)
    recordAudit(transaction, [
      {
        origin,
        action,
        entityType: "job",
        entityId: items.length === 1 ? items[0]!.id : null,
        details: entry,
      },
    ]);
  return {
    items: items.map((item, index) => {
      const refusal = refused[index]!;
      if (refusal !== null) return { index, status: "refused", problem: itemProblem(refusal, index) };
      return { index, status: "ok", result: viewJob(after.get(item.id)!) };
    }),
  };
}

const retryAll = statement<{ id: string }>(
  "platform.retryParkedJobs",
  `with chosen as materialized (
     select id from platform.jobs where state = 'parked' and kind = $1 and ($2::text is null or lane = $2::text)
     order by deadline_at, id limit $3 for update
   )
   update platform.jobs set state = 'waiting', attempts = 0, due_at = now(), parked_at = null, owner_team = null, deadline_at = null
   from chosen where jobs.id = chosen.id returning jobs.id`,
);

/** Everything of a kind (and lane) that is parked, such as after a long outage of a receiver. */
export async function retryParkedJobs(
  transaction: Transaction,
  { kind, lane = null }: { kind: string; lane?: string | null },
  origin: Origin,
  reports: ParkedJobReports,
): Promise<Static<typeof RetriedJobs>> {
  const rows = await transaction.read(retryAll, [kind, lane, MAX_RETRIED_AT_ONCE]);
  reports.released(
    transaction,
    rows.map((row) => row.id),
    "Tried again.",
    origin.actor,
  );
  recordAudit(transaction, [
    {
      origin,
      action: "retryParkedJobs",
      entityType: "job",
      entityId: null,
      details: { kind, lane, retried: rows.length },
    },
  ]);
  const { database } = transaction;
  transaction.afterCommit(() => wakeWorkers(database));
  return { retried: rows.length, more: rows.length === MAX_RETRIED_AT_ONCE };
}
