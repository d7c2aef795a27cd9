import { closeExceptions, raiseExceptions } from "../../tasks/public.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import { arrayLiteral, statement } from "../../platform/db/statements.ts";
import type { FeedInForce, FeedsInForce } from "./feed-document.ts";

const LATE = "feedLate";
const STOPPED = "feedsStopped";
const DEADLINE_MS = 30 * 60 * 1000;
/** It is looked some times a second; longer than this, and nobody does. */
const STOPPED_AFTER_MS = 30_000;
const origin = { actor: "system:availability", requestId: null };

const readLate = statement<{ channelId: number; waitingMs: number }>(
  "availability.readLateFeeds",
  `select channel_id as "channelId", (extract(epoch from clock_timestamp() - min(waiting_since)) * 1000)::float8 as "waitingMs"
   from availability.told where channel_id = any ($1::int[]) and waiting_since is not null group by channel_id`,
);
const readSilence = statement<{ silentMs: number }>(
  "availability.readSilenceOfLookout",
  `select (extract(epoch from clock_timestamp() - looked_at) * 1000)::float8 as "silentMs" from availability.feed_lookout`,
);

export interface FeedWatch {
  database: Database;
  clock: Clock;
  feeds: FeedsInForce;
}

/**
 * Somebody owns it when a channel hears of its availability too late, or nobody tells any more; it ends with its cause. Asked
 * again and again, in a process that need not be the one that tells.
 */
export function createFeedWatch({ database, clock, feeds }: FeedWatch): () => Promise<boolean> {
  /** What has been written, so that nothing is written twice; unknown after a start. */
  let known = new Map<string, boolean>();
  return async () => {
    const inForce = [...feeds().values()];
    if (inForce.length === 0 && known.size === 0) return false;
    const ids = arrayLiteral(
      "int",
      inForce.map(({ channelId }) => channelId),
    );
    const [late, [lookout]] = await Promise.all([database.read(readLate, [ids]), database.read(readSilence)]);
    const waiting = new Map(late.map(({ channelId, waitingMs }) => [channelId, waitingMs]));
    const isStopped = inForce.length > 0 && lookout!.silentMs > STOPPED_AFTER_MS;
    const now = new Map([["", isStopped]]);
    for (const { channel } of inForce) now.set(channel, false);
    for (const feed of inForce) if ((waiting.get(feed.channelId) ?? 0) > feed.alertAfterMs) now.set(feed.channel, true);
    // Of a channel that has no feed any more nothing is late.
    for (const channel of known.keys()) if (!now.has(channel)) now.set(channel, false);
    const changed = [...now].filter(([channel, isBad]) => known.get(channel) !== isBad);
    if (changed.length > 0) await write({ database, clock, feeds: inForce }, changed);
    known = new Map([...now].filter(([channel]) => channel === "" || inForce.some((feed) => feed.channel === channel)));
    if (inForce.length === 0) known.clear();
    return false;
  };
}

async function write(
  { database, clock, feeds }: { database: Database; clock: Clock; feeds: readonly FeedInForce[] },
  changed: readonly (readonly [string, boolean])[],
): Promise<void> {
  const dueAt = new Date(clock.now().getTime() + DEADLINE_MS);
  await database.transaction(async (transaction) => {
    raiseExceptions(
      transaction,
      changed.flatMap(([channel, isBad]) => {
        if (!isBad) return [];
        if (channel === "")
          return [
            {
              kind: STOPPED,
              entityType: "availabilityFeeds",
              entityId: "all",
              reason: "No channel has been told of its availability for half a minute.",
              nextAction: "See that a worker runs and reaches the database; its log says why it does not tell.",
              details: {},
              ownerTeam: "operations",
              dueAt,
            },
          ];
        const { alertAfterMs } = feeds.find((feed) => feed.channel === channel)!;
        return [
          {
            kind: LATE,
            entityType: "channel",
            entityId: channel,
            reason: `Changes of availability wait longer than ${alertAfterMs / 1_000} s until the channel ${channel} is told.`,
            nextAction: "Look at its feed: raise its rate if the channel takes more, or let it hear of fewer changes.",
            details: { channel },
            ownerTeam: "operations",
            dueAt,
          },
        ];
      }),
    );
    closeExceptions(
      transaction,
      changed
        .filter(([, isBad]) => !isBad)
        .map(([channel]) =>
          channel === ""
            ? { kind: STOPPED, entityId: "all", resolution: "Channels are told again." }
            : { kind: LATE, entityId: channel, resolution: "The channel is told in time again." },
        ),
      origin,
    );
  });
}
