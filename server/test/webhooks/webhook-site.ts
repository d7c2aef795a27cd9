import { expect } from "vitest";
import { webhookConsumer } from "../../src/integrations/consumers.ts";
import {
  continueReplays,
  endDeliveriesOfRemoved,
  remedyWebhooks,
  WebhookDirectory,
  webhookJobKind,
} from "../../src/integrations/public.ts";
import { integrationRoutes } from "../../src/integrations/routes.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { type Database, openDatabase } from "../../src/platform/db/database.ts";
import { createFeedReader } from "../../src/platform/events/feed-reader.ts";
import { followFeed } from "../../src/platform/events/follow-feed.ts";
import { recordEvents } from "../../src/platform/events/record-events.ts";
import { startSequencer } from "../../src/platform/events/sequencer.ts";
import { newId } from "../../src/platform/ids.ts";
import { startJobWorker } from "../../src/platform/jobs/run-jobs.ts";
import { jobRoutes } from "../../src/platform/jobs/routes.ts";
import { parseAddressRange } from "../../src/platform/outbound/address-policy.ts";
import { createOutbound } from "../../src/platform/outbound/send-outbound.ts";
import { createSecretBox } from "../../src/platform/secrets.ts";
import { reportBlockedConsumers, reportParkedJobs } from "../../src/tasks/public.ts";
import { taskRoutes } from "../../src/tasks/routes.ts";
import { testApi, type TestApi } from "../harness/api.ts";
import { testDatabase } from "../harness/database.ts";
import { eventually } from "../harness/retailer.ts";
import { openReceiver, type Receiver } from "./receiver.ts";

export interface MadeWebhook {
  id: string;
  secret: string;
}

/** Webhooks with everything behind them on a database of their own, and receivers on this machine. */
export interface WebhookSite {
  database: Database;
  api: TestApi;
  receiver(): Promise<Receiver>;
  webhook(receiver: { url: string }, wish?: object): Promise<MadeWebhook>;
  /** Records the next events of these entities, in this order. */
  happen(entityIds: readonly string[], event?: { type?: string; data?: Record<string, unknown> }): Promise<void>;
  entities(count: number): string[];
  /** Whatever waits for its next try is tried now. */
  hurry(): Promise<void>;
  /** Nobody waits for a circuit any more. */
  reset(): Promise<void>;
  unfinished(webhookId: string): Promise<number>;
  replayAll(): Promise<void>;
  endRemoved(): Promise<void>;
  refresh(): Promise<void>;
  close(): Promise<void>;
}

const log = { error: console.error, warn: () => undefined, info: () => undefined };
const PERMISSIONS = ["webhooks:read", "webhooks:write", "jobs:read", "jobs:write", "tasks:read", "tasks:write"];

export async function openWebhookSite(): Promise<WebhookSite> {
  const own = await testDatabase();
  const database = openDatabase({ url: own.url });
  const clock = systemClock;
  const secrets = createSecretBox([Buffer.alloc(32, 7)]);
  const outbound = createOutbound({ allowedNetworks: [parseAddressRange("127.0.0.0/8")!], ports: [443] });
  const api = await testApi(
    [
      ...integrationRoutes({ database, clock, outbound, secrets }),
      ...jobRoutes({ database, reports: reportParkedJobs }),
      ...taskRoutes({ database, clock, decideOn: async () => {}, remedies: remedyWebhooks() }),
    ],
    PERMISSIONS,
  );
  const sequencer = startSequencer({ database, log });
  const reader = createFeedReader({ database, log });
  const following = followFeed(webhookConsumer, { database, reader, log, ...reportBlockedConsumers(database, clock) });
  const directory = new WebhookDirectory({ database, secrets, onError: console.error });
  const kinds = [webhookJobKind({ database, clock, outbound, directory })];
  const worker = startJobWorker({ database, kinds, reports: reportParkedJobs, log, pollMs: 20 });
  await eventually("the consumer has begun", async () => {
    const { rowCount } = await database.pool.query("select from platform.consumers where name = 'webhooks'");
    return rowCount === 1;
  });
  const receivers: Receiver[] = [];
  const sequences = new Map<string, number>();
  return {
    database,
    api,
    receiver: async () => {
      const receiver = await openReceiver();
      receivers.push(receiver);
      return receiver;
    },
    webhook: async ({ url }, wish = {}) => {
      const answer = await api.call("POST", "/v1/webhooks", { body: { url, eventTypes: ["thing.*"], ...wish } });
      expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
      await directory.refresh();
      const { webhook, secret } = answer.json<{ webhook: { id: string }; secret: string }>();
      return { id: webhook.id, secret };
    },
    happen: (entityIds, { type = "thing.changed", data = {} } = {}) =>
      database.transaction(async (transaction) =>
        recordEvents(
          transaction,
          entityIds.map((entityId) => {
            const sequence = (sequences.get(entityId) ?? 0) + 1;
            sequences.set(entityId, sequence);
            const origin = { actor: "system:test", requestId: null };
            return { type, entityType: "thing", entityId, sequence, occurredAt: clock.now(), origin, data };
          }),
        ),
      ),
    entities: (count) => Array.from({ length: count }, () => newId()),
    hurry: async () =>
      void (await database.pool.query(
        "update platform.jobs set due_at = now() where kind = 'webhook' and state = 'waiting'",
      )),
    reset: async () => {
      await database.pool.query("update integrations.webhooks set failing_since = null, open_until = null, trips = 0");
      await directory.refresh();
    },
    unfinished: async (webhookId) => {
      const { rows } = await database.pool.query<{ n: number }>(
        "select count(*)::int as n from platform.jobs where lane = $1 and state not in ('done', 'skipped')",
        [webhookId],
      );
      return rows[0]!.n;
    },
    replayAll: async () => {
      while (await continueReplays(database));
    },
    endRemoved: async () => {
      while (await endDeliveriesOfRemoved(database));
    },
    refresh: () => directory.refresh(),
    close: async () => {
      reader.stop();
      await following.stop();
      await sequencer.stop();
      await Promise.all(receivers.map((receiver) => receiver.close()));
      await worker.stop();
      await directory.stop();
      await outbound.close();
      await api.close();
      await database.close();
      await own.close();
    },
  };
}
