import { type Static, Type } from "typebox";
import type { Database } from "../../platform/db/database.ts";
import { arrayLiteral, statement } from "../../platform/db/statements.ts";
import { momentField, orNull, textField, wholeField } from "../../platform/http/described.ts";
import type { Principal } from "../../platform/http/route.ts";
import { type Lane, LANES } from "./decide-telling.ts";
import type { FeedInForce } from "./feed-document.ts";
import { LAG_BOUNDS_MS, lagWithin } from "./feed-lags.ts";
import { BEST_SELLERS, readBestSellers } from "./look-at-ledgers.ts";

/** What "lately" means. */
const LATELY_MINUTES = 15;
const SHOWN_BEST_SELLERS = 10;

const LaneLags = Type.Object({
  lane: Type.Enum(["bestSellers", "others"], {
    description: "bestSellers are told past everything that waits.",
    examples: ["bestSellers"],
  }),
  told: wholeField(`Changes told in the last ${LATELY_MINUTES} minutes.`, 1_204),
  p50Ms: orNull(wholeField("Half of them were told within so many milliseconds; null: there were none.", 40)),
  p99Ms: orNull(wholeField("99 of 100 were told within so many milliseconds.", 125)),
});

const FeedState = Type.Object(
  {
    code: textField("Code of the document that says how it is told.", "web"),
    channel: textField("Code of the channel.", "web"),
    title: textField("Name of its feed.", "Web shop"),
    told: wholeField("Changes that it was told since it has a feed.", 48_211),
    lastToldAt: orNull(momentField("When it was told last.")),
    waiting: wholeField("Changes that it has not been told yet.", 0),
    oldestWaitingMs: wholeField("How long the oldest of them waits, in milliseconds; 0 without any.", 0),
    lateAfterMs: wholeField("Longer than this is an exception.", 60_000),
    changesPerSecond: orNull(wholeField("What the channel can take; null: there is no limit.", 200)),
    lookingThrough: orNull(
      wholeField("Per cent of all SKUs looked through since rules or network have changed; null: all are.", 40),
    ),
    lanes: Type.Array(LaneLags, { description: "Best sellers and all others." }),
  },
  { $id: "AvailabilityFeedState", description: "How a channel is told of its availability." },
);

export const FeedHealth = Type.Object(
  {
    lookedAt: orNull(
      momentField("When it was last looked for changes; some tenths of a second ago, unless nobody does it."),
    ),
    feeds: Type.Array(FeedState, { description: "Channels with a feed that the caller may see, by code." }),
    bestSellers: Type.Array(
      Type.Object({
        sku: textField("Code of the SKU.", "TSHIRT-RED-M"),
        units: wholeField("Units that orders were given of it, each worth half as much every day.", 214),
      }),
      { description: `The first ${SHOWN_BEST_SELLERS} of at most ${BEST_SELLERS} that go before all others.` },
    ),
  },
  { $id: "AvailabilityFeeds", description: "How channels are told of their availability." },
);

export const FeedLags = Type.Object(
  {
    minutes: Type.Array(
      Type.Object({
        minute: momentField("Its beginning."),
        lane: Type.Enum(["bestSellers", "others"], { description: "Which changes.", examples: ["others"] }),
        told: wholeField("Changes told.", 240),
        p50Ms: wholeField("Half of them within so many milliseconds.", 40),
        p99Ms: wholeField("99 of 100 within so many milliseconds.", 125),
      }),
      { description: "Minutes in which something was told, the earliest first." },
    ),
  },
  { $id: "AvailabilityFeedLags", description: "How long changes waited until a channel was told." },
);

interface StateRow {
  channelId: number;
  position: number;
  lastToldAt: Date | null;
  waiting: number;
  oldestMs: number;
  sweptPercent: number | null;
}

// The newest change of a channel stands at the end of its feed.
const readStates = statement<StateRow>(
  "availability.readFeedStates",
  `select channel_id as "channelId", position,
     (select told_at from availability.told where channel_id = feed.channel_id and told.position = feed.position and told.position > 0) as "lastToldAt",
     waits.count::int as waiting, waits.oldest::float8 as "oldestMs",
     case when sweeping_for is not null then least(99, 100 * sweeping_after / greatest(1, (select max(id) from catalog.skus))) end as "sweptPercent"
   from availability.channel_feeds feed
   cross join lateral (
     select count(*), coalesce(max(extract(epoch from clock_timestamp() - waiting_since)) * 1000, 0) as oldest
     from availability.told where channel_id = feed.channel_id and waiting_since is not null
   ) as waits
   where channel_id = any ($1::int[])`,
);
const readLookedAt = statement<{ lookedAt: Date; isHeld: boolean }>(
  "availability.readLookedAt",
  `select looked_at as "lookedAt", holder is not null as "isHeld" from availability.feed_lookout`,
);
const readLately = statement<{ channelId: number; lane: Lane; minute: Date; lags: number[] }>(
  "availability.readFeedMinutes",
  `select channel_id as "channelId", lane, minute, lags from availability.feed_minutes
   where channel_id = any ($1::int[]) and minute > now() - $2::int * interval '1 minute' order by minute`,
);

export async function readFeedHealth(
  database: Database,
  feeds: readonly FeedInForce[],
  { channelCodes, locationCodes }: Principal,
): Promise<Static<typeof FeedHealth>> {
  const ids = arrayLiteral(
    "int",
    feeds.map(({ channelId }) => channelId),
  );
  const [states, minutes, [looked], best] = await Promise.all([
    database.read(readStates, [ids]),
    database.read(readLately, [ids, LATELY_MINUTES]),
    database.read(readLookedAt),
    // What sells best in all channels together is for those who may see all of them.
    channelCodes === null && locationCodes === null ? readBestSellers(database, SHOWN_BEST_SELLERS) : [],
  ]);
  const byChannel = new Map(states.map((state) => [state.channelId, state]));
  return {
    lookedAt: looked!.isHeld ? looked!.lookedAt.toISOString() : null,
    feeds: feeds
      .toSorted((one, other) => (one.channel < other.channel ? -1 : 1))
      .map((feed) => {
        const state = byChannel.get(feed.channelId);
        const ofChannel = minutes.filter(({ channelId }) => channelId === feed.channelId);
        return {
          code: feed.code,
          channel: feed.channel,
          title: feed.title,
          told: state?.position ?? 0,
          lastToldAt: state?.lastToldAt?.toISOString() ?? null,
          waiting: state?.waiting ?? 0,
          oldestWaitingMs: Math.round(state?.oldestMs ?? 0),
          lateAfterMs: feed.alertAfterMs,
          changesPerSecond: feed.changesPerSecond,
          lookingThrough: state?.sweptPercent ?? null,
          lanes: LANES.map((lane) => lagsOf(lane, ofChannel)),
        };
      }),
    bestSellers: best.map(({ code, units }) => ({ sku: code, units: Math.round(units) })),
  };
}

function lagsOf(lane: Lane, minutes: readonly { lane: Lane; lags: number[] }[]): Static<typeof LaneLags> {
  const sums = new Array<number>(LAG_BOUNDS_MS.length + 1).fill(0);
  for (const minute of minutes) {
    if (minute.lane !== lane) continue;
    for (const [place, count] of minute.lags.entries()) sums[place]! += count;
  }
  const told = sums.reduce((sum, count) => sum + count, 0);
  return { lane, told, p50Ms: lagWithin(0.5, sums), p99Ms: lagWithin(0.99, sums) };
}

export async function readFeedLags(
  database: Database,
  channelId: number,
  minutes: number,
): Promise<Static<typeof FeedLags>> {
  const rows = await database.read(readLately, [arrayLiteral("int", [channelId]), minutes]);
  return {
    minutes: rows.map(({ minute, lane, lags }) => ({
      minute: minute.toISOString(),
      lane,
      told: lags.reduce((sum, count) => sum + count, 0),
      p50Ms: lagWithin(0.5, lags) ?? 0,
      p99Ms: lagWithin(0.99, lags) ?? 0,
    })),
  };
}
