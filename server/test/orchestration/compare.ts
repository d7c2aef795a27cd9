import { expect } from "vitest";
import type { Database } from "../../src/platform/db/database.ts";
import type { Fact, ModelOrder } from "./model.ts";

interface Stored {
  id: string;
  state: string;
  entry: number;
  status: string;
  attributes: Record<string, unknown>;
  units: number[];
  holds: string[];
  history: { event: string; from: string | null; to: string; entry: number }[];
  timers: Record<string, string>;
  tasks: string[];
  exceptions: string[];
  facts: { type: string; sequence: number; position: number | null; data: Record<string, unknown> }[];
}

const READ = `
  select o.id, i.state, i.entry, o.status, coalesce(o.attributes, '{}') as attributes,
    (select array[l.backordered, l.delivered, l.cancelled] from orders.order_lines l where l.order_id = o.id) as units,
    array(select h.reason from orders.holds h where h.order_id = o.id and h.released_at is null order by h.reason) as holds,
    (select json_agg(json_build_object('event', h.event, 'from', h.from_state, 'to', h.to_state, 'entry', h.entry) order by h.entry)
       from workflow.history h where h.entity_id = o.id) as history,
    coalesce((select json_object_agg(t.name, t.due_at) from workflow.timers t where t.entity_id = o.id and t.entry = i.entry), '{}') as timers,
    array(select t.title from tasks.tasks t where t.root_id = o.id and t.closed_at is null order by t.title) as tasks,
    array(select x.kind from tasks.exceptions x where x.entity_id = o.id::text and x.closed_at is null and x.kind <> 'timerFailed' order by x.kind) as exceptions,
    (select json_agg(json_build_object('type', e.type, 'sequence', e.sequence, 'data', e.data) order by e.sequence)
       from platform.events e where e.entity_id = o.id) as facts
  from orders.orders o join workflow.instances i on i.entity_id = o.id where o.id = any($1::uuid[])`;

/** Everything that can be seen of these orders is what the model says. */
export async function expectSame(
  database: Database,
  subjects: readonly { id: string; model: ModelOrder }[],
): Promise<void> {
  const { rows } = await database.pool.query<Stored>(READ, [subjects.map(({ id }) => id)]);
  const stored = new Map(rows.map((row) => [row.id, row]));
  for (const { id, model } of subjects) {
    const row = stored.get(id)!;
    expect(whatIs(row)).toEqual(whatShouldBe(id, model));
    expect(row.history.map(({ entry }) => entry)).toEqual(row.history.map((_, index) => index + 1));
    expect(row.facts.map(({ sequence }) => sequence)).toEqual(row.facts.map((_, index) => index + 1));
    row.history.forEach(({ from }, index) => expect(from).toBe(row.history[index - 1]?.to ?? null));
  }
}

function whatIs(row: Stored) {
  const timers = Object.entries(row.timers).map(([name, due]) => [name, Date.parse(due)] as const);
  return {
    id: row.id,
    state: row.state,
    entry: row.entry,
    status: row.status,
    attributes: row.attributes,
    units: row.units,
    holds: row.holds,
    history: row.history.map(({ event, from, to }) => ({ event, from, to })),
    timers: new Map(timers),
    tasks: row.tasks,
    exceptions: row.exceptions,
    facts: row.facts.flatMap(({ type, data }) => factOf(type, data)),
  };
}

function whatShouldBe(id: string, model: ModelOrder): ReturnType<typeof whatIs> {
  return {
    id,
    state: model.state!,
    entry: model.entry,
    status: model.label,
    attributes: model.attributes,
    units: [model.waiting, model.delivered, model.cancelled],
    holds: [...model.holds].sort(),
    history: model.history,
    timers: model.timers,
    tasks: [...model.tasks].sort(),
    exceptions: [...model.exceptions].sort(),
    facts: model.facts,
  };
}

/** What the model says of a fact. Capture has facts of its own, which others prove. */
function factOf(type: string, data: Record<string, unknown>): Fact[] {
  const only = (...names: string[]): Fact[] => [
    { type, ...Object.fromEntries(names.map((name) => [name, data[name]])) },
  ];
  switch (type) {
    case "order.held":
      return only("reason");
    case "order.holdReleased":
      return only();
    case "order.attributesSet":
      return only("attributes");
    case "order.signaled":
      return only("name", "data");
    case "order.messageRequested":
      return only("trigger");
    case "order.statusChanged":
      return only("from", "to");
    case "order.actionTaken":
      return only("action", "data");
    case "order.callAnswered":
      return only("call", "status", "succeeded");
    case "order.unitsPerformed":
    case "order.unitsCancelled":
      return [{ type, units: (data["lines"] as { quantity: number }[]).reduce((sum, line) => sum + line.quantity, 0) }];
    default:
      return [];
  }
}
