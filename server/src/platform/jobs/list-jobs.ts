import { type Static, Type } from "typebox";
import { type Condition, readComposed, sql, where } from "../db/composed.ts";
import type { Database } from "../db/database.ts";
import { cutPage, decodeCursor, DEFAULT_PAGE_SIZE, type Page, PageQuery } from "../http/paging.ts";
import { common } from "../refusals.ts";
import { Job, JOB_COLUMNS, type JobRow, JobState, viewJob } from "./view-jobs.ts";

export const JobsQuery = Type.Object({
  ...PageQuery,
  kind: Type.Optional(
    Type.String({
      maxLength: 64,
      description: "Only this kind; needed unless `state` is parked.",
      examples: ["webhook"],
    }),
  ),
  lane: Type.Optional(
    Type.String({
      maxLength: 128,
      description: "Only this lane of the kind.",
      examples: ["0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"],
    }),
  ),
  orderingKey: Type.Optional(
    Type.String({
      maxLength: 128,
      description: "Only jobs with this key.",
      examples: ["0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"],
    }),
  ),
  state: Type.Optional(JobState),
});

/** Parked ones by their deadline, most urgent first; others as they were enqueued, newest first. */
export async function listJobs(database: Database, query: Static<typeof JobsQuery>): Promise<Page<Static<typeof Job>>> {
  if (query.state === "parked") return await listParked(database, query);
  if (query.kind === undefined)
    throw common.refuse("invalidInput", {
      message: "Name a kind, or ask for what is parked.",
      faults: [{ pointer: "?kind", message: "is needed unless state is parked" }],
    });
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const [lane, sequence] = decodeCursor(query.after, ["text", "integer"]) ?? [null, null];
  const rows = await readComposed(
    database,
    sql<JobRow>`select ${sql.raw(JOB_COLUMNS)} from platform.jobs ${where([
      ...conditionsOf(query),
      ...(query.state === undefined ? [] : [sql`state in (${sql.join(statesOf(query.state))})`]),
      ...(lane === null ? [] : [sql`(lane, sequence) < (${lane}, ${sequence})`]),
    ])} order by lane desc, sequence desc limit ${limit + 1}`,
  );
  return cutPage(rows, limit, viewJob, (row) => [row.lane, row.sequence]);
}

async function listParked(database: Database, query: Static<typeof JobsQuery>): Promise<Page<Static<typeof Job>>> {
  const limit = query.limit ?? DEFAULT_PAGE_SIZE;
  const [time, id] = decodeCursor(query.after, ["time", "uuid"]) ?? [null, null];
  const rows = await readComposed(
    database,
    sql<
      JobRow & { sort_time: string }
    >`select ${sql.raw(JOB_COLUMNS)}, to_json(deadline_at at time zone 'UTC') #>> '{}' || 'Z' as sort_time
      from platform.jobs ${where([
        sql`state = 'parked'`,
        ...conditionsOf(query),
        ...(time === null ? [] : [sql`(deadline_at, id) > (${time}::timestamptz, ${id}::uuid)`]),
      ])} order by deadline_at, id limit ${limit + 1}`,
  );
  return cutPage(rows, limit, viewJob, (row) => [row.sort_time, row.id]);
}

function conditionsOf({ kind, lane, orderingKey }: Static<typeof JobsQuery>): Condition[] {
  return [
    ...(kind === undefined ? [] : [sql`kind = ${kind}`]),
    ...(lane === undefined ? [] : [sql`lane = ${lane}`]),
    ...(orderingKey === undefined ? [] : [sql`ordering_key = ${orderingKey}`]),
  ];
}

const statesOf = (state: string): string[] => (state === "waiting" ? ["waiting", "behind"] : [state]);
