import { statement } from "../../platform/db/statements.ts";
import type { Transaction } from "../../platform/db/database.ts";
import type { FeedConsumer } from "../../platform/events/follow-feed.ts";
import type { FeedEvent } from "../../platform/events/read-feed.ts";
import { enqueueJobs } from "../../platform/jobs/enqueue-jobs.ts";
import type { NewJob } from "../../platform/jobs/job-kinds.ts";
import { type EventWish, wishOf } from "./match-events.ts";

export const WEBHOOK = "webhook";
/** Rows per statement; 500 webhooks that want everything make 100,000 deliveries of a batch of 200 events. */
const INSERTED_AT_ONCE = 5_000;

/** What a delivery is about; the event itself is read when it is sent. */
export interface DeliveryPayload extends Record<string, unknown> {
  position: number;
  eventId: number;
  type: string;
}

const readWishes = statement<{
  id: string;
  event_types: string[];
  channels: string[] | null;
  locations: string[] | null;
}>(
  "integrations.readWebhookWishes",
  "select id, event_types, channels, locations from integrations.webhooks where state in ('active', 'paused') order by id",
);

const readEventTypes = statement<{ types: string[] }>(
  "integrations.readWantedEventTypes",
  `select array(select distinct unnest(event_types) as type from integrations.webhooks where state in ('active', 'paused')
     order by type) as types`,
);

const takeTurn = statement(
  "integrations.takeTurnToEnqueue",
  "select pg_advisory_xact_lock(hashtextextended('integrations.enqueueDeliveries', 0))",
);

interface Wish extends EventWish {
  webhookId: string;
}

/** A webhook created a moment ago wants what happens now, so this is read and not remembered. */
async function readWantedTypes(transaction: Transaction): Promise<readonly string[] | null> {
  const [row] = await transaction.read(readEventTypes);
  const types = row!.types;
  return types.some((type) => type.endsWith("*")) ? null : types;
}

/** Makes deliveries of the events of the feed. Exactly once: they are inserted with the move of the consumer's cursor. */
export const webhookConsumer: FeedConsumer = {
  name: "webhooks",
  types: readWantedTypes,
  startAt: "end",
  handle: async (transaction, events) => {
    const rows = await transaction.read(readWishes);
    const wishes = rows.map((row) => ({
      webhookId: row.id,
      eventTypes: row.event_types,
      channels: row.channels,
      locations: row.locations,
    }));
    enqueueDeliveries(transaction, wishes, events);
  },
};

/** Answers how many there are. The events of an entity are delivered one after the other, in their order. */
export function enqueueDeliveries(
  transaction: Transaction,
  wishes: readonly Wish[],
  events: readonly FeedEvent[],
): number {
  takeTurnToEnqueue(transaction);
  const wants = wishes.map((wish) => ({ webhookId: wish.webhookId, fits: wishOf(wish) }));
  const jobs = events.flatMap((event) =>
    wants.filter(({ fits }) => fits(event)).map(({ webhookId }) => deliveryOf(webhookId, event)),
  );
  for (let start = 0; start < jobs.length; start += INSERTED_AT_ONCE)
    enqueueJobs(transaction, jobs.slice(start, start + INSERTED_AT_ONCE));
  return jobs.length;
}

/** Live events and replays of one entity take their numbers in the order in which they commit. */
export function takeTurnToEnqueue(transaction: Transaction): void {
  transaction.write(takeTurn);
}

function deliveryOf(webhookId: string, { position, id, type, entityId }: FeedEvent): NewJob {
  const payload: DeliveryPayload = { position, eventId: id, type };
  return { kind: WEBHOOK, lane: webhookId, orderingKey: entityId, payload };
}
