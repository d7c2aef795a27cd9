import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import type { Principal } from "../platform/http/route.ts";
import type { LocalText } from "../platform/local-text.ts";
import { nameOf, TITLE } from "../tasks/public.ts";

/** What a fact of a task says of it in words; its event holds codes. */
export interface TimelineTask {
  id: string;
  title: LocalText;
  /** Who was given it, by name. */
  assigneeName: string | null;
  /** How it ended, as people read it. */
  outcome: LocalText | null;
}

export interface TimelineEntry {
  sequence: number;
  type: string;
  occurredAt: string;
  recordedAt: string;
  actor: string;
  actorName: string | null;
  task: TimelineTask | null;
  data: Readonly<Record<string, unknown>>;
}

/** Long-running orders have tens of facts; this bounds one that a faulty integration has changed all day. */
const MAX_ENTRIES = 2_000;

const ACTOR_NAME = nameOf("e.actor");
const ASSIGNEE_NAME = nameOf("(e.data ->> 'assignee')");

// Names are looked up now: events hold IDs only, so that a person can be erased (design, "Event feed"). What happened to the
// order's tasks happened to the order; an event's ID is drawn under the order's lock, or after it for people's work on a task.
// What people have entered about somebody is kept beside the fact, and can be erased.
const readEntries = statement<TimelineEntry>(
  "orders.readTimeline",
  `select e.sequence, e.type, e.actor,
          case when entered.data is null then e.data else e.data || jsonb_build_object('data', e.data -> 'data' || entered.data) end as data,
          to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "occurredAt",
          to_char(e.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "recordedAt",
          ${ACTOR_NAME} as "actorName",
          case when t.id is not null then jsonb_build_object('id', t.id, 'title', ${TITLE},
            'assigneeName', ${ASSIGNEE_NAME},
            'outcome', (select one -> 'label' from jsonb_array_elements(t.outcomes) one where one ->> 'event' = e.data ->> 'outcome' limit 1)) end as task
     from (select $1::uuid as entity_id union all select id from tasks.tasks where root_id = $1::uuid) about
     join platform.events e on e.entity_id = about.entity_id
     left join tasks.tasks t on t.id = e.entity_id
     left join orders.action_entries entered on entered.order_id = e.entity_id and entered.sequence = e.sequence
    order by e.id limit ${MAX_ENTRIES}`,
);

/**
 * The facts of the order and of its tasks in the order in which they happened (O18). Whoever is limited to some locations is told what
 * concerns the whole order and those, nothing of others.
 */
export async function readTimeline(
  database: Database,
  orderId: string,
  { locationCodes }: Pick<Principal, "locationCodes">,
): Promise<TimelineEntry[]> {
  const entries = await database.read(readEntries, [orderId]);
  return locationCodes === null
    ? entries
    : entries.filter(({ data: { location } }) => typeof location !== "string" || locationCodes.has(location));
}
