import { type Static, Type } from "typebox";
import { idField, momentField, orNull, textField, versionField, wholeField } from "../platform/http/described.ts";
import { type LocalText, LocalTextAnswer } from "../platform/local-text.ts";
import { type Doer, mayDo } from "./may-do-tasks.ts";
import type { TaskOutcome } from "./open-tasks.ts";
import { staffedBy } from "./staff.sql.ts";

const actor = (description: string) => textField(description, "user:0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d");
const json = (description: string, example: object) =>
  Type.Record(Type.String(), Type.Unknown(), { description, examples: [example] });

export const Task = Type.Object(
  {
    id: idField("The task's ID."),
    queue: textField("Code of its queue.", "fraud-review"),
    title: { ...LocalTextAnswer, description: "What is to be done." },
    instructions: { ...LocalTextAnswer, description: "How; empty: its title says everything." },
    team: textField("Whose it is.", "fraud"),
    helpers: Type.Array(Type.String(), { description: "Other teams that may do it.", examples: [["operations"]] }),
    mayDo: Type.Boolean({
      description: "Whether the caller may claim and end it, being in one of its teams or because he manages tasks.",
      examples: [true],
    }),
    priority: wholeField("Higher comes first.", 70),
    location: orNull(textField("Code of the location that it concerns; null: none.", "store-12")),
    channel: orNull(textField("Code of the channel that it concerns; null: none.", "web")),
    entityType: textField("Type of what it is about.", "order"),
    entityId: idField("What it is about."),
    orderId: idField("The order that this belongs to."),
    subject: json("Codes and numbers of it.", { orderNumber: 100001, total: 54900, currency: "EUR" }),
    outcomes: Type.Array(
      Type.Object({
        event: textField("Its name.", "approve"),
        label: LocalTextAnswer,
        confirm: orNull({ ...LocalTextAnswer, description: "What is asked before it ends like that; null: nothing." }),
        form: Type.Array(json("A field, as in user actions.", { name: "note", type: "text" }), {
          description: "What has to be entered.",
        }),
      }),
      { description: "How it may end." },
    ),
    assignee: orNull(actor("Who works on it; null: nobody yet.")),
    assigneeName: orNull(textField("That person's name.", "Ada Lovelace")),
    dueAt: momentField("Until when."),
    overdue: Type.Boolean({ description: "Whether it is open past that.", examples: [false] }),
    level: wholeField("How often it was escalated.", 0),
    escalatesAt: orNull(momentField("When it is escalated next; null: never.")),
    openedAt: momentField("Since when."),
    closedAt: orNull(momentField("When it ended; null: it is open.")),
    closedBy: orNull(actor("Who ended it.")),
    closedByName: orNull(textField("That person's name.", "Ada Lovelace")),
    outcome: orNull(
      textField("How it ended; null: it is open, or was withdrawn because its entity went on.", "approve"),
    ),
    outcomeData: orNull(json("What was entered.", { note: "Known customer" })),
    comments: Type.Array(
      Type.Object({
        id: idField("The comment."),
        by: actor("Who."),
        byName: orNull(textField("That person's name.", "Ada Lovelace")),
        at: momentField("When."),
        text: textField("What.", "Called, no answer."),
      }),
      { description: "What people said, oldest first." },
    ),
    version: versionField("the task"),
  },
  { $id: "Task", description: "Something that a workflow asks of people; its outcome moves what it is about (W4)." },
);
export type Task = Static<typeof Task>;

export interface TaskRow {
  id: string;
  queue: string;
  title: LocalText;
  instructions: LocalText;
  team: string;
  helpers: string[];
  /** Whether somebody in one of its teams can do it. */
  staffed: boolean;
  priority: number;
  entity_type: string;
  entity_id: string;
  root_id: string;
  entry: number;
  subject: Record<string, unknown>;
  location: string | null;
  channel: string | null;
  outcomes: TaskOutcome[];
  assignee: string | null;
  assignee_name: string | null;
  due_at: Date;
  level: number;
  escalates_at: Date | null;
  opened_at: Date;
  closed_at: Date | null;
  closed_by: string | null;
  closed_by_name: string | null;
  outcome: string | null;
  outcome_data: Record<string, unknown> | null;
  comments: Task["comments"];
  version: number;
}

// By their keys: comparing texts read all users for every task of a page.
const nameIn = (table: string, prefix: string, actor: string) =>
  `(select name from ${table} where id = case when ${actor} ~ '^${prefix}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then split_part(${actor}, ':', 2)::uuid end)`;
/** SQL for the name of whoever an actor is, a user or an API key; null for the system. */
export const nameOf = (actor: string) =>
  `coalesce(${nameIn("access.users", "user", actor)}, ${nameIn("access.api_keys", "key", actor)})`;

const ASSIGNEE_NAME = nameOf("t.assignee");
const CLOSER_NAME = nameOf("t.closed_by");
const WRITER_NAME = nameOf("c.written_by");

/** SQL for what a task `t` asks: by language, or one text for all. */
export const TITLE = "coalesce(t.title_texts, to_jsonb(t.title))";

const STAFFED = staffedBy("t.team");

/** Of `tasks.tasks t`. */
export const TASK_COLUMNS = `t.id, t.queue, ${TITLE} as title, coalesce(t.instructions_texts, to_jsonb(t.instructions)) as instructions, t.team, t.helpers, ${STAFFED} as staffed, t.priority, t.entity_type, t.entity_id, t.root_id, t.entry, t.subject, t.location, t.channel,
  t.outcomes, t.assignee, ${ASSIGNEE_NAME} as assignee_name, t.due_at, t.level, t.escalates_at, t.opened_at, t.closed_at, t.closed_by, ${CLOSER_NAME} as closed_by_name, t.outcome, t.outcome_data, t.version,
  (select coalesce(json_agg(json_build_object('id', c.id, 'by', c.written_by, 'byName', ${WRITER_NAME},
     'at', to_char(c.written_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'text', c.text) order by c.written_at, c.id), '[]') from tasks.comments c where c.task_id = t.id) as comments`;

/** $1, $2: locations and channels to which somebody is limited; null: no limit. What names none is hidden from him. */
export const TASK_IN_SCOPE = `($1::text[] is null or t.location = any($1::text[])) and ($2::text[] is null or t.channel = any($2::text[]))`;

export function viewTask(row: TaskRow, doer: Doer, now: Date): Task {
  return {
    id: row.id,
    queue: row.queue,
    title: row.title,
    instructions: row.instructions,
    team: row.team,
    helpers: row.helpers,
    mayDo: mayDo(row, doer),
    priority: row.priority,
    location: row.location,
    channel: row.channel,
    entityType: row.entity_type,
    entityId: row.entity_id,
    orderId: row.root_id,
    subject: row.subject,
    // Tasks that an earlier release opened say nothing of a question.
    outcomes: row.outcomes.map((outcome) => ({
      ...outcome,
      confirm: outcome.confirm ?? null,
    })) as unknown as Task["outcomes"],
    assignee: row.assignee,
    assigneeName: row.assignee_name,
    dueAt: row.due_at.toISOString(),
    overdue: row.closed_at === null && row.due_at < now,
    level: row.level,
    escalatesAt: row.escalates_at?.toISOString() ?? null,
    openedAt: row.opened_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
    closedBy: row.closed_by,
    closedByName: row.closed_by_name,
    outcome: row.outcome,
    outcomeData: row.outcome_data,
    comments: row.comments,
    version: row.version,
  };
}
