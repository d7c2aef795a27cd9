import { Gauge, Histogram } from "prom-client";
import type { Database } from "../../platform/db/database.ts";
import { arrayLiteral, statement } from "../../platform/db/statements.ts";
import type { Lane } from "./decide-telling.ts";

/** Upper bounds in milliseconds; what took longer than the last one stands behind it. */
export const LAG_BOUNDS_MS = [
  10, 20, 30, 40, 50, 65, 80, 100, 125, 150, 200, 250, 350, 500, 750, 1_000, 1_500, 2_500, 5_000, 10_000, 30_000,
  60_000, 300_000, 3_600_000,
] as const;

const lagMetric = new Histogram({
  name: "orrery_availability_feed_lag_seconds",
  help: "From a change of availability until its channel was told, by channel and lane.",
  labelNames: ["channel", "lane"],
  buckets: [0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
});
const waitingMetric = new Gauge({
  name: "orrery_availability_feed_waiting",
  help: "Changes of availability that a channel has not been told yet.",
  labelNames: ["channel"],
});

export function observeWaiting(waiting: ReadonlyMap<string, number>): void {
  waitingMetric.reset();
  for (const [channel, count] of waiting) waitingMetric.set({ channel }, count);
}

/** The array goes from one figure to the next with it: bounds are the same everywhere. */
const addMinutes = statement(
  "availability.addFeedMinutes",
  `with forgotten as (
     delete from availability.feed_minutes old using unnest($1::int[], $2::text[]) as given (channel_id, lane)
     where old.channel_id = given.channel_id and old.lane = given.lane and old.minute < now() - interval '2 days')
   insert into availability.feed_minutes as kept (channel_id, lane, minute, lags)
   select channel_id, lane, date_trunc('minute', now()), lags::int[] from unnest($1::int[], $2::text[], $3::text[]) as given (channel_id, lane, lags)
   on conflict (channel_id, lane, minute) do update
     set lags = array(select coalesce(one, 0) + coalesce(other, 0)
       from unnest(kept.lags, excluded.lags) with ordinality as sums (one, other, place) order by place)`,
);

/** Counts lags until they are written to the minute that it is then. */
export class LagMeter {
  readonly #counts = new Map<string, { channelId: number; lane: Lane; lags: number[] }>();

  observe(channelId: number, channel: string, lane: Lane, milliseconds: number): void {
    lagMetric.observe({ channel, lane }, milliseconds / 1_000);
    const key = `${channelId} ${lane}`;
    let counted = this.#counts.get(key);
    if (counted === undefined) {
      counted = { channelId, lane, lags: new Array<number>(LAG_BOUNDS_MS.length + 1).fill(0) };
      this.#counts.set(key, counted);
    }
    const place = LAG_BOUNDS_MS.findIndex((bound) => milliseconds <= bound);
    counted.lags[place === -1 ? LAG_BOUNDS_MS.length : place]!++;
  }

  async write(database: Database): Promise<void> {
    const all = [...this.#counts.values()];
    if (all.length === 0) return;
    this.#counts.clear();
    await database.read(addMinutes, [
      arrayLiteral(
        "int",
        all.map(({ channelId }) => channelId),
      ),
      arrayLiteral(
        "text",
        all.map(({ lane }) => lane),
      ),
      arrayLiteral(
        "text",
        all.map(({ lags }) => `{${lags.join(",")}}`),
      ),
    ]);
  }
}

/** The bound within which this share of the lags lies; null: there are none, infinity is told as the last bound. */
export function lagWithin(share: number, lags: readonly number[]): number | null {
  const count = lags.reduce((sum, each) => sum + each, 0);
  if (count === 0) return null;
  let left = Math.ceil(count * share);
  for (const [place, each] of lags.entries()) {
    left -= each;
    if (left <= 0) return LAG_BOUNDS_MS[Math.min(place, LAG_BOUNDS_MS.length - 1)]!;
  }
  return LAG_BOUNDS_MS.at(-1)!;
}
