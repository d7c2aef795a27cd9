import { type Static, Type } from "typebox";
import { HELD, orderScope } from "../orders/public.ts";
import { type Condition, readPrepared, sql } from "../platform/db/composed.ts";
import type { Database } from "../platform/db/database.ts";
import { momentField, orNull, textField, wholeField } from "../platform/http/described.ts";
import { readFeedStatus } from "../platform/events/feed-status.ts";
import type { Principal } from "../platform/http/route.ts";

const count = (description: string) => Type.Integer({ description, minimum: 0, examples: [12] });
const figure = (description: string, example: number) => Type.Number({ description, examples: [example] });

const DayFigures = Type.Object({
  orders: figure("Orders placed.", 412),
  units: figure("Units ordered.", 980),
  shipped: figure("Shipments that left.", 371),
  delivered: figure("Shipments that arrived.", 344),
  cancelled: figure("Orders cancelled.", 6),
});

export const Today = Type.Object(
  {
    asOf: momentField("The moment of the numbers."),
    counts: Type.Object(
      {
        open: count("Fulfillment orders that have not left."),
        dueToday: count("Of these, due before the end of the day in the given time zone."),
        late: count("Of these, past their due time."),
        unsourced: count("Orders with a line that waits for stock."),
        short: count("Positions where promised units are not there."),
        shortUnits: count("Units that are promised but not there."),
        held: count("Orders that an active hold keeps back."),
        stuck: count("Fulfillment orders in the same state for more than a day."),
        exceptions: count("Open exceptions."),
        exceptionsOverdue: count("Of these, past their deadline."),
      },
      { description: "What is open at this moment; each number counts what its list shows." },
    ),
    heldByReason: Type.Array(
      Type.Object({ reason: textField("Reason of the hold.", "fraud check"), orders: count("Orders held for it.") }),
      { description: "The held orders by reason; an order with two reasons counts for both." },
    ),
    exceptionsByKind: Type.Array(
      Type.Object({ kind: textField("Kind of exception.", "shortOrder"), exceptions: count("Open ones.") }),
      { description: "The open exceptions by kind." },
    ),
    feed: Type.Object(
      {
        lagMs: figure("Age of the oldest event that is not in the feed yet, in milliseconds.", 40),
        pending: count("Events not in the feed yet."),
        position: wholeField("Last position of the feed.", 48211),
      },
      { description: "How far the event feed is behind." },
    ),
    today: Type.Object(DayFigures.properties, {
      description: "What happened since the day began in the given time zone.",
    }),
    plan: Type.Object(
      {
        ...DayFigures.properties,
        basis: textField("What the plan is made of.", "mean of this weekday up to this hour, last four weeks"),
      },
      { description: "What this time of this weekday brought on average in the last four weeks." },
    ),
    hours: Type.Array(
      Type.Object({
        hour: wholeField("Hour of the day in the given time zone, 0 to 23.", 14),
        orders: wholeField("Orders placed in that hour today.", 31),
        plan: figure("Orders placed in this hour on this weekday, on average of the last four weeks.", 28.5),
      }),
      { description: "Today against plan, hour by hour." },
    ),
    backlog: Type.Array(
      Type.Object({
        location: textField("Location code.", "store-leeds"),
        name: textField("The location's name for people.", "Leeds Briggate"),
        type: textField("What it is: warehouse, store, 3pl, vendor or virtual.", "store"),
        open: count("Fulfillment orders that have not left."),
        late: count("Of these, past their due time."),
        dueToday: count("Of these, due before the end of the day."),
        picking: count("Of these, being picked or packed."),
        dispatchedToday: count("Left today."),
        capacityPerDay: orNull(
          wholeField("Fulfillment orders that the location can do in a day; null: not limited.", 120),
        ),
        nextDueAt: orNull(momentField("The next due time; null: nothing open has one.")),
      }),
      { description: "Locations with work or work done today, the latest first." },
    ),
  },
  { $id: "Today", description: "What matters now; every number has the list that it opens." },
);
export type TodayAnswer = Static<typeof Today>;

export const TodayQuery = Type.Object(
  {
    timeZone: Type.Optional(
      Type.String({
        maxLength: 64,
        pattern: "^[A-Za-z0-9_+/-]+$",
        default: "UTC",
        description: "IANA time zone in which the day begins.",
        examples: ["Europe/London"],
      }),
    ),
  },
  { additionalProperties: false },
);

const OPEN = sql`f.status in ('created', 'escalated', 'scheduled', 'waiting for wave', 'picking', 'packed', 'ready for pickup')`;

/** What the caller may see, so that every number is that of the list which it opens. */
interface Scope {
  /** null: every location. */
  locations: string[] | null;
  /** null: every channel. */
  channels: string[] | null;
  /** `and …` for the order `o`. */
  orders: Condition;
  /** `and …` for the fulfillment order `f` at the location `l`. */
  work: Condition;
}

function scopeOf(principal: Principal): Scope {
  const locations = principal.locationCodes === null ? null : [...principal.locationCodes];
  const channels = principal.channelCodes === null ? null : [...principal.channelCodes];
  return {
    locations,
    channels,
    orders: sql.join(
      orderScope(principal).map((condition) => sql` and ${condition}`),
      sql``,
    ),
    work: sql` and (${locations}::text[] is null or l.code = any(${locations}::text[]))
      and (${channels}::text[] is null or exists (select from orders.orders wo join network.channels wc on wc.id = wo.channel_id where wo.id = f.order_id and wc.code = any(${channels}::text[])))`,
  };
}

/** All numbers of the front page, each exact; a handful of indexed reads of the open work and of one day. */
export async function readToday(
  database: Database,
  timeZone: string,
  principal: Principal,
  now: Date,
): Promise<TodayAnswer> {
  const scope = scopeOf(principal);
  const [feed, backlog, orders, shorts, held, exceptions, days] = await Promise.all([
    readFeedStatus(database),
    readBacklog(database, timeZone, scope, now),
    readOrderCounts(database, scope),
    readShorts(database, scope),
    readHeld(database, scope),
    readExceptions(database, scope, now),
    readDays(database, timeZone, scope, now),
  ]);
  const sum = (pick: (row: BacklogRow) => number): number => backlog.reduce((total, row) => total + pick(row), 0);
  return {
    asOf: now.toISOString(),
    counts: {
      open: sum((row) => row.open),
      dueToday: sum((row) => row.dueToday),
      late: sum((row) => row.late),
      stuck: sum((row) => row.stuck),
      unsourced: orders.unsourced,
      held: orders.held,
      short: shorts.positions,
      shortUnits: shorts.units,
      exceptions: exceptions.reduce((total, row) => total + row.exceptions, 0),
      exceptionsOverdue: exceptions.reduce((total, row) => total + row.overdue, 0),
    },
    heldByReason: held,
    exceptionsByKind: exceptions.map(({ kind, exceptions: open }) => ({ kind, exceptions: open })),
    feed: { lagMs: feed.lagMs, pending: feed.pending, position: feed.position },
    ...days,
    backlog: backlog.map(({ stuck: _, ...row }) => row),
  };
}

interface BacklogRow {
  location: string;
  name: string;
  type: string;
  open: number;
  late: number;
  dueToday: number;
  picking: number;
  stuck: number;
  dispatchedToday: number;
  capacityPerDay: number | null;
  nextDueAt: string | null;
}

function readBacklog(database: Database, timeZone: string, scope: Scope, now: Date): Promise<BacklogRow[]> {
  return readPrepared(
    database,
    sql<BacklogRow>`
    with day as (select date_trunc('day', ${now}::timestamptz, ${timeZone}) as begins, date_trunc('day', ${now}::timestamptz, ${timeZone}) + interval '1 day' as ends),
    work as (
      select f.location_id, count(*)::int as open, count(*) filter (where f.due_at < ${now}::timestamptz)::int as late,
             count(*) filter (where f.due_at < (select ends from day))::int as due_today,
             count(*) filter (where f.status in ('picking', 'packed', 'ready for pickup'))::int as picking,
             count(*) filter (where f.status_at < ${now}::timestamptz - interval '1 day')::int as stuck,
             min(f.due_at) filter (where f.due_at >= ${now}::timestamptz) as next_due_at
        from orders.fulfillment_orders f join network.locations l on l.id = f.location_id where ${OPEN}${scope.work} group by f.location_id),
    done as (
      select f.location_id, count(*)::int as dispatched
        from fulfillment.shipments h join orders.fulfillment_orders f on f.id = h.fulfillment_order_id join network.locations l on l.id = f.location_id
       where h.shipped_at >= (select begins from day) and h.shipped_at < (select ends from day)${scope.work} group by f.location_id)
    select l.code as location, l.name, l.type, coalesce(w.open, 0) as open, coalesce(w.late, 0) as late, coalesce(w.due_today, 0) as "dueToday",
           coalesce(w.picking, 0) as picking, coalesce(w.stuck, 0) as stuck, coalesce(d.dispatched, 0) as "dispatchedToday",
           l.capacity_per_day as "capacityPerDay", to_char(w.next_due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "nextDueAt"
      from network.locations l left join work w on w.location_id = l.id left join done d on d.location_id = l.id
     where w.open is not null or d.dispatched is not null
     order by coalesce(w.late, 0) desc, coalesce(w.open, 0) desc, l.code`,
  );
}

async function readOrderCounts(database: Database, scope: Scope): Promise<{ unsourced: number; held: number }> {
  const [row] = await readPrepared(
    database,
    sql<{ unsourced: number; held: number }>`
    select (select count(*)::int from orders.orders o where o.id in (select order_id from orders.order_lines where backordered > 0)${scope.orders}) as unsourced,
           (select count(*)::int from orders.orders o where ${HELD}${scope.orders}) as held`,
  );
  return row!;
}

async function readShorts(database: Database, { locations }: Scope): Promise<{ positions: number; units: number }> {
  const [row] = await readPrepared(
    database,
    sql<{ positions: number; units: number }>`
    select count(*)::int as positions, coalesce(sum(h.quantity), 0)::int as units
      from inventory.shorts h join network.locations l on l.id = h.location_id
     where h.closed_at is null and (${locations}::text[] is null or l.code = any(${locations}::text[]))`,
  );
  return row!;
}

function readHeld(database: Database, scope: Scope): Promise<{ reason: string; orders: number }[]> {
  return readPrepared(
    database,
    sql<{ reason: string; orders: number }>`
    select h.reason, count(distinct h.order_id)::int as orders from orders.holds h join orders.orders o on o.id = h.order_id
     where h.released_at is null and ${HELD}${scope.orders} group by h.reason order by 2 desc, 1 limit 50`,
  );
}

function readExceptions(
  database: Database,
  { locations, channels }: Scope,
  now: Date,
): Promise<{ kind: string; exceptions: number; overdue: number }[]> {
  return readPrepared(
    database,
    sql<{ kind: string; exceptions: number; overdue: number }>`
    select kind, count(*)::int as exceptions, count(*) filter (where due_at < ${now}::timestamptz)::int as overdue
      from tasks.exceptions where closed_at is null and (${locations}::text[] is null or details ->> 'location' = any(${locations}::text[]))
       and (${channels}::text[] is null or details ->> 'channel' = any(${channels}::text[]))
     group by kind order by 2 desc, 1`,
  );
}

interface DayRow {
  age: number;
  hour: number;
  orders: number;
  units: number;
  cancelled: number;
}

/** Today and the same weekday of the four weeks before, by hour; the plan is their mean up to this time of day. */
async function readDays(
  database: Database,
  timeZone: string,
  scope: Scope,
  now: Date,
): Promise<Pick<TodayAnswer, "today" | "plan" | "hours">> {
  const [rows, flow] = await Promise.all([
    readPrepared(
      database,
      sql<DayRow>`
      select w.age, extract(hour from o.ordered_at at time zone ${timeZone})::int as hour, count(*)::int as orders, sum(o.unit_count)::int as units,
             count(*) filter (where o.status = 'cancelled')::int as cancelled
        from generate_series(0, 4) as w (age) cross join lateral (
          select o.ordered_at, o.unit_count, o.status from orders.orders o
           where ordered_at >= date_trunc('day', ${now}::timestamptz, ${timeZone}) - w.age * interval '7 days'
             and ordered_at < date_trunc('day', ${now}::timestamptz, ${timeZone}) - w.age * interval '7 days' + interval '1 day'
             and (w.age = 0 or ordered_at < date_trunc('day', ${now}::timestamptz, ${timeZone}) + interval '1 day')${scope.orders}) o
       group by 1, 2`,
    ),
    readPrepared(
      database,
      sql<{ age: number; shipped: number; delivered: number }>`
      select w.age,
             (select count(*)::int from fulfillment.shipments h join orders.fulfillment_orders f on f.id = h.fulfillment_order_id join network.locations l on l.id = f.location_id
               where h.shipped_at >= date_trunc('day', ${now}::timestamptz, ${timeZone}) - w.age * interval '7 days' and h.shipped_at < ${now}::timestamptz - w.age * interval '7 days'
                 ${scope.work}) as shipped,
             (select count(*)::int from fulfillment.shipments h join orders.fulfillment_orders f on f.id = h.fulfillment_order_id join network.locations l on l.id = f.location_id
               where h.delivered_at >= date_trunc('day', ${now}::timestamptz, ${timeZone}) - w.age * interval '7 days' and h.delivered_at < ${now}::timestamptz - w.age * interval '7 days'
                 ${scope.work}) as delivered
        from generate_series(0, 4) as w (age)`,
    ),
  ]);
  const hourNow = Number(new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", hourCycle: "h23" }).format(now));
  const before = rows.filter((row) => row.age > 0);
  const mean = (pick: (row: DayRow) => number): number =>
    round(before.filter((row) => row.hour <= hourNow).reduce((total, row) => total + pick(row), 0) / 4);
  const total = (pick: (row: DayRow) => number): number =>
    rows.filter((row) => row.age === 0).reduce((sum, row) => sum + pick(row), 0);
  const flowMean = (pick: (row: { shipped: number; delivered: number }) => number): number =>
    round(flow.filter((row) => row.age > 0).reduce((sum, row) => sum + pick(row), 0) / 4);
  const flowToday = flow.find((row) => row.age === 0)!;
  return {
    today: {
      orders: total((row) => row.orders),
      units: total((row) => row.units),
      cancelled: total((row) => row.cancelled),
      shipped: flowToday.shipped,
      delivered: flowToday.delivered,
    },
    plan: {
      orders: mean((row) => row.orders),
      units: mean((row) => row.units),
      cancelled: mean((row) => row.cancelled),
      shipped: flowMean((row) => row.shipped),
      delivered: flowMean((row) => row.delivered),
      basis: "mean of this weekday up to this hour, last four weeks",
    },
    hours: Array.from({ length: 24 }, (_, hour) => ({
      hour,
      orders: rows.filter((row) => row.age === 0 && row.hour === hour).reduce((sum, row) => sum + row.orders, 0),
      plan: round(before.filter((row) => row.hour === hour).reduce((sum, row) => sum + row.orders, 0) / 4),
    })),
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
