import { type Static, Type } from "typebox";
import { idField, momentField, orNull, textField, wholeField } from "../http/described.ts";

export const JobState = Type.Union(
  [
    Type.Literal("waiting"),
    Type.Literal("running"),
    Type.Literal("parked"),
    Type.Literal("done"),
    Type.Literal("skipped"),
  ],
  { description: "waiting, running, parked (given up until somebody acts), done or skipped." },
);

export const Job = Type.Object(
  {
    id: idField("The job's ID."),
    kind: textField("What is to be done.", "webhook"),
    lane: textField(
      "What shares a limit within the kind; empty where nothing does.",
      "0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d",
    ),
    orderingKey: orNull(
      textField(
        "Jobs of one kind, lane and key run one after the other; null: in any order.",
        "0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d",
      ),
    ),
    payload: Type.Record(Type.String(), Type.Unknown(), { description: "What it is about: IDs and codes." }),
    state: JobState,
    behindAnother: Type.Boolean({
      description: "True while an earlier job of its key has not ended.",
      examples: [false],
    }),
    attempts: wholeField("How often it was tried since it was enqueued or retried by hand.", 3),
    createdAt: momentField("When it was enqueued."),
    dueAt: momentField("Not tried before."),
    lastError: orNull(textField("How the last failed attempt ended.", "The receiver answered 503.")),
    ownerTeam: orNull(textField("Who deals with it while it is parked.", "operations")),
    deadlineAt: orNull(momentField("Until when somebody deals with it while it is parked.")),
    endedAt: orNull(momentField("When it was done or skipped.")),
    endedBy: orNull(textField("Who skipped it: user:ID or key:ID.", "user:0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d")),
    skipReason: orNull(textField("Why it was skipped.", "The receiver was told by hand.")),
  },
  { $id: "Job", description: "Work in the background, after the change that asked for it." },
);

export interface JobRow {
  id: string;
  kind: string;
  lane: string;
  ordering_key: string | null;
  payload: Record<string, unknown>;
  state: Static<typeof JobState> | "behind";
  attempts: number;
  sequence: number;
  created_at: Date;
  due_at: Date;
  last_error: string | null;
  owner_team: string | null;
  deadline_at: Date | null;
  ended_at: Date | null;
  ended_by: string | null;
  skip_reason: string | null;
}

export const JOB_COLUMNS =
  "id, kind, lane, ordering_key, payload, state, attempts, sequence, created_at, due_at, last_error, owner_team, deadline_at, ended_at, ended_by, skip_reason";

export function viewJob(row: JobRow): Static<typeof Job> {
  return {
    id: row.id,
    kind: row.kind,
    lane: row.lane,
    orderingKey: row.ordering_key,
    payload: row.payload,
    state: row.state === "behind" ? "waiting" : row.state,
    behindAnother: row.state === "behind",
    attempts: row.attempts,
    createdAt: row.created_at.toISOString(),
    dueAt: row.due_at.toISOString(),
    lastError: row.last_error,
    ownerTeam: row.owner_team,
    deadlineAt: row.deadline_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    endedBy: row.ended_by,
    skipReason: row.skip_reason,
  };
}
