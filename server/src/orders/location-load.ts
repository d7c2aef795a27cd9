import type { LocationEntry, NetworkDirectory } from "../network/public.ts";
import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { Refresher } from "../platform/refresher.ts";
import type { DueAt } from "./create-fulfillment-orders.ts";

/**
 * How much of its day each location has left, for sourcing. The day is that of when work of this moment is due (the next
 * cut-off, else 24 hours later); everything open that is due by its end counts, and what has left of it. Capacity is soft: a counter in the database would make all captures wait
 * for each other. This process counts its own work at once, also what it is only about to commit; that of other
 * processes, and what was cancelled, it learns at the next look. So a location gets at most as much beyond its capacity
 * as other processes send it within half a second.
 */
export interface LocationLoad {
  /** Fulfillment orders that it can still take for its day; null: no limit. */
  left(location: Pick<LocationEntry, "id" | "capacityPerDay">): number | null;
  /** Sourcing has chosen these, one entry per fulfillment order; nothing is committed yet. */
  claim(locationIds: Iterable<number>): void;
  /** The claim has ended, however. */
  release(locationIds: Iterable<number>): void;
  /** These were committed. */
  add(locationIds: Iterable<number>): void;
  stop(): Promise<void>;
}

export interface LocationLoadOptions {
  database: Database;
  clock: Clock;
  network: NetworkDirectory;
  dueAt: DueAt;
  onError: (error: unknown) => void;
}

const LOOK_EVERY_MS = 500;

// At most as many rows as there is capacity are counted: a location is full or not, however long its backlog is.
const readLoad = statement<{ locationId: number; used: number }>(
  "orders.readLocationLoad",
  `select limited.id as "locationId", open.units + gone.units as used
     from unnest($1::int[], $2::timestamptz[], $3::text[], $4::int[]) as limited (id, due, zone, capacity)
     cross join lateral (select date_trunc('day', due, zone) as begins, date_trunc('day', due, zone) + interval '1 day' as ends) as day
     cross join lateral (select count(*)::int as units from (
       select from orders.fulfillment_orders f
        where f.location_id = limited.id and f.status in ('created', 'escalated', 'scheduled', 'waiting for wave', 'picking', 'packed', 'ready for pickup')
          and f.due_at < day.ends
        limit limited.capacity) as counted) as open
     cross join lateral (select count(*)::int as units from (
       select from orders.fulfillment_orders f
        where f.location_id = limited.id and f.status in ('dispatched', 'fulfilled') and f.due_at >= day.begins and f.due_at < day.ends
        limit limited.capacity) as counted) as gone`,
);

/** Reads nothing while no location has a limit. */
export async function createLocationLoad(options: LocationLoadOptions): Promise<LocationLoad> {
  const counts = new LoadCounts();
  const refresh = async (): Promise<void> => {
    counts.lookBegins();
    try {
      counts.lookEnds(await look(options));
    } catch (error) {
      counts.lookFailed();
      throw error;
    }
  };
  await refresh();
  const refresher = new Refresher({ everyMs: LOOK_EVERY_MS, refresh, onError: options.onError });
  return {
    left: ({ id, capacityPerDay }) => (capacityPerDay === null ? null : Math.max(0, capacityPerDay - counts.of(id))),
    claim: (locationIds) => counts.claim(locationIds, 1),
    release: (locationIds) => counts.claim(locationIds, -1),
    add: (locationIds) => counts.add(locationIds),
    stop: () => refresher.stop(),
  };
}

async function look({ database, clock, network, dueAt }: LocationLoadOptions): Promise<ReadonlyMap<number, number>> {
  const limited = [...network.locations()].filter(({ active, capacityPerDay }) => active && capacityPerDay !== null);
  if (limited.length === 0) return new Map();
  const now = clock.now();
  const rows = await database.read(readLoad, [
    arrayLiteral(
      "int",
      limited.map(({ id }) => id),
    ),
    arrayLiteral(
      "timestamptz",
      limited.map(({ id }) => dueAt(id, now)),
    ),
    arrayLiteral(
      "text",
      limited.map(({ timeZone }) => timeZone),
    ),
    arrayLiteral(
      "int",
      limited.map(({ capacityPerDay }) => capacityPerDay),
    ),
  ]);
  return new Map(rows.map(({ locationId, used }) => [locationId, used]));
}

type Counts = Map<number, number>;

/** What the last look saw, what this process has committed since, and what it is about to commit. */
class LoadCounts {
  #seen: ReadonlyMap<number, number> = new Map();
  /** Committed before the look under way began: it will see them. */
  #seenNext: Counts = new Map();
  /** Committed since; the look under way may see them or not, so for that long they may count twice. */
  #since: Counts = new Map();
  readonly #claimed: Counts = new Map();

  of(locationId: number): number {
    return [this.#seen, this.#seenNext, this.#since, this.#claimed].reduce(
      (sum, counts) => sum + (counts.get(locationId) ?? 0),
      0,
    );
  }

  claim(locationIds: Iterable<number>, by: 1 | -1): void {
    for (const locationId of locationIds) increase(this.#claimed, locationId, by);
  }

  add(locationIds: Iterable<number>): void {
    for (const locationId of locationIds) increase(this.#since, locationId, 1);
  }

  lookBegins(): void {
    this.#seenNext = this.#since;
    this.#since = new Map();
  }

  lookEnds(seen: ReadonlyMap<number, number>): void {
    this.#seen = seen;
    this.#seenNext = new Map();
  }

  lookFailed(): void {
    for (const [locationId, count] of this.#seenNext) increase(this.#since, locationId, count);
    this.#seenNext = new Map();
  }
}

function increase(counts: Counts, locationId: number, by: number): void {
  counts.set(locationId, (counts.get(locationId) ?? 0) + by);
}
