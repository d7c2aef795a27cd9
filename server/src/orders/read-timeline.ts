import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import type { Principal } from "../platform/http/route.ts";

export interface TimelineEntry {
  sequence: number;
  type: string;
  occurredAt: string;
  recordedAt: string;
  actor: string;
  actorName: string | null;
  data: Readonly<Record<string, unknown>>;
}

/** Long-running orders have tens of facts; this bounds one that a faulty integration has changed all day. */
const MAX_ENTRIES = 2_000;

// Names are looked up now: events hold IDs only, so that a person can be erased (design, "Event feed").
const readEntries = statement<TimelineEntry>(
  "orders.readTimeline",
  `select e.sequence, e.type, e.actor, e.data,
          to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "occurredAt",
          to_char(e.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "recordedAt",
          coalesce(u.name, k.name) as "actorName"
     from platform.events e
     left join access.users u on e.actor = 'user:' || u.id::text
     left join access.api_keys k on e.actor = 'key:' || k.id::text
    where e.entity_id = $1::uuid order by e.sequence limit ${MAX_ENTRIES}`,
);

/**
 * The order's facts in the order in which they happened to it (O18). Whoever is limited to some locations is told what
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
