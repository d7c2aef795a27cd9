import { setTimeout as pause } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { raiseExceptions } from "../../src/tasks/public.ts";
import { auditDatabase } from "../harness/retailer.ts";
import type { Received } from "./receiver.ts";
import { openWebhookSite, type WebhookSite } from "./webhook-site.ts";

let site: WebhookSite;
beforeAll(async () => {
  site = await openWebhookSite();
});
afterAll(async () => {
  await auditDatabase(site.database);
  await site.close();
});

const WAIT = { timeout: 10_000, interval: 10 };

function verify(secret: string, { body, headers }: Received): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}

test("events are delivered signed, once each, and an entity's in their order, under the IDs of the events", async () => {
  const receiver = await site.receiver();
  const { id, secret } = await site.webhook(receiver);
  const entities = site.entities(10);
  for (let round = 0; round < 20; round++) await site.happen(entities);
  await expect.poll(() => receiver.received.length, WAIT).toBe(200);
  await expect.poll(() => site.unfinished(id), WAIT).toBe(0);
  for (const received of receiver.received) {
    expect(verify(secret, received)).toMatchObject({ specversion: "1.0", type: "thing.changed" });
    expect(received.headers["webhook-id"]).toBe(received.event.id);
  }
  expect(() => verify("whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldCBvZiAzMiBieQ==", receiver.received[0]!)).toThrow(
    "No matching signature",
  );
  for (const entity of entities) {
    const sequences = receiver.received
      .filter(({ event }) => event.subject === entity)
      .map(({ event }) => event.sequence);
    expect(sequences).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  }
});

test("each webhook gets the events that it asked for, and no others", async () => {
  const [orders, stores, exact] = [await site.receiver(), await site.receiver(), await site.receiver()];
  await site.webhook(orders, { eventTypes: ["order.*"], channels: ["web"] });
  await site.webhook(stores, { eventTypes: ["*"], locations: ["store-1", "store-2"] });
  await site.webhook(exact, { eventTypes: ["order.captured", "shipment.created"] });
  const [a, b, c, d] = site.entities(4) as [string, string, string, string];
  await site.happen([a], { type: "order.captured", data: { channel: "web" } });
  await site.happen([b], { type: "order.cancelled", data: { channel: "shop" } });
  await site.happen([c], { type: "shipment.created", data: { location: "store-1" } });
  await site.happen([d], { type: "stock.moved", data: { locations: ["store-2", "dc"] } });
  await expect.poll(() => [orders, stores, exact].map(({ received }) => received.length), WAIT).toEqual([1, 2, 2]);
  await pause(200);
  const subjects = [orders, stores, exact].map(({ received }) => received.map(({ event }) => event.subject).sort());
  expect(subjects).toEqual([[a], [c, d].sort(), [a, c].sort()]);
});

test("a failing event holds up the later ones of its entity for that webhook, and nothing else", async () => {
  const [picky, other] = [await site.receiver(), await site.receiver()];
  const { id } = await site.webhook(picky);
  await site.webhook(other);
  const [bad, good] = site.entities(2) as [string, string];
  picky.answer = ({ event }, response) =>
    void response.writeHead(event.subject === bad && event.sequence === 2 ? 500 : 200).end("no");
  for (let round = 0; round < 4; round++) await site.happen([bad, good]);
  await expect.poll(() => other.taken().length, WAIT).toBe(8);
  await expect.poll(() => picky.taken(), WAIT).toHaveLength(5);
  expect(picky.taken().filter((name) => name.startsWith(bad))).toEqual([`${bad}/1`]);
  const list = await site.api.call("GET", `/v1/webhook-deliveries?webhookId=${id}&entityId=${bad}`);
  expect(list.json<{ data: unknown[] }>().data).toMatchObject([
    { state: "waiting", behindAnother: true },
    { state: "waiting", attempts: 0 },
    { state: "waiting", behindAnother: false, attempts: 1, lastError: "The receiver answered 500." },
    { state: "done" },
  ]);
  picky.answer = (_received, response) => void response.writeHead(204).end();
  await site.hurry();
  await expect.poll(() => picky.taken(), WAIT).toHaveLength(8);
  expect(picky.taken().filter((name) => name.startsWith(bad))).toEqual([1, 2, 3, 4].map((n) => `${bad}/${n}`));
});

test("after ten attempts a delivery is parked as an exception; all that failed are retried by one call", async () => {
  const receiver = await site.receiver();
  const { id } = await site.webhook(receiver);
  const [entity, healthy] = site.entities(2) as [string, string];
  receiver.answer = ({ event }, response) => void response.writeHead(event.subject === entity ? 503 : 200).end("later");
  await site.happen([entity]);
  for (let attempt = 1; attempt <= 10; attempt++) {
    await expect
      .poll(() => receiver.received.filter(({ event }) => event.subject === entity).length, WAIT)
      .toBe(attempt);
    await site.happen([healthy]);
    await expect
      .poll(
        async () =>
          (await site.database.pool.query("select from platform.jobs where lane = $1 and state = 'running'", [id]))
            .rowCount,
        WAIT,
      )
      .toBe(0);
    if (attempt < 10) {
      await site.reset();
      await site.hurry();
    }
  }
  const parked = await site.api.call("GET", `/v1/webhook-deliveries?webhookId=${id}&state=parked`);
  const [delivery] = parked.json<{ data: { id: string }[] }>().data;
  expect(delivery).toMatchObject({ attempts: 10, lastError: "The receiver answered 503." });
  const exceptions = await site.api.call("GET", `/v1/exceptions?entityId=${delivery!.id}`);
  expect(exceptions.json<{ data: unknown[] }>().data).toMatchObject([{ kind: "jobParked", ownerTeam: "operations" }]);
  const details = await site.api.call("GET", `/v1/webhook-deliveries/${delivery!.id}`);
  expect(details.json()).toMatchObject({
    requestBody: { subject: entity, type: "thing.changed" },
    attemptLog: Array.from({ length: 10 }, (_, index) => ({
      attempt: 10 - index,
      status: 503,
      answerBody: "later",
      error: "The receiver answered 503.",
    })),
  });
  receiver.answer = (_received, response) => void response.end();
  await site.reset();
  const retried = await site.api.call("POST", `/v1/webhooks/${id}/retry-parked`, {});
  expect(retried.json()).toEqual({ retried: 1, more: false });
  await expect.poll(() => site.unfinished(id), WAIT).toBe(0);
  expect(
    (await site.api.call("GET", `/v1/exceptions?entityId=${delivery!.id}`)).json<{ data: unknown[] }>().data,
  ).toEqual([]);
});

test("the pauses between attempts grow from 5 s to 27 h, three days in all, each with up to half of it added", async () => {
  const receiver = await site.receiver();
  const { id } = await site.webhook(receiver);
  receiver.answer = (_received, response) => void response.writeHead(500).end();
  await site.happen(site.entities(1));
  const expected = [5, 30, 300, 1_800, 7_200, 21_600, 43_200, 86_400, 97_200];
  const pauses: number[] = [];
  for (let attempt = 1; attempt <= 9; attempt++) {
    await expect
      .poll(async () => {
        const { rows } = await site.database.pool.query<{ seconds: number }>(
          `select extract(epoch from due_at - now())::float8 as seconds from platform.jobs
         where lane = $1 and state = 'waiting' and attempts = $2 and due_at > now()`,
          [id, attempt],
        );
        return rows.length === 1 ? pauses.push(rows[0]!.seconds) : 0;
      }, WAIT)
      .toBe(attempt);
    await site.reset();
    await site.hurry();
  }
  pauses.forEach((seconds, index) => {
    expect(seconds).toBeGreaterThan(expected[index]! - 2);
    expect(seconds).toBeLessThan(expected[index]! * 1.5 + 1);
  });
});

test("a rotation loses nothing: for the time of the overlap both secrets verify, afterwards only the new one", async () => {
  const receiver = await site.receiver();
  const { id, secret: old } = await site.webhook(receiver);
  const rotated = await site.api.call("POST", `/v1/webhooks/${id}/rotate-secret`, { body: { overlapHours: 1 } });
  const { secret } = rotated.json<{ secret: string }>();
  await site.refresh();
  await site.happen(site.entities(1));
  await expect.poll(() => receiver.received.length, WAIT).toBe(1);
  expect(verify(old, receiver.received[0]!)).toEqual(verify(secret, receiver.received[0]!));
  await site.database.pool.query("update integrations.webhooks set previous_secret_until = now() where id = $1", [id]);
  await site.refresh();
  await site.happen(site.entities(1));
  await expect.poll(() => receiver.received.length, WAIT).toBe(2);
  verify(secret, receiver.received[1]!);
  expect(() => verify(old, receiver.received[1]!)).toThrow("No matching signature");
});

test("a secret is shown once, is nowhere in the database, and is not given again to who repeats the request", async () => {
  const receiver = await site.receiver();
  const body = { url: receiver.url, eventTypes: ["order.captured"] };
  const create = () => site.api.call("POST", "/v1/webhooks", { body, headers: { "idempotency-key": "once" } });
  const first = (await create()).json<{ webhook: { id: string }; secret: string }>();
  expect(first.secret).toMatch(/^whsec_/);
  expect((await create()).json()).toEqual({ webhook: first.webhook, secret: null });
  const raw = Buffer.from(first.secret.slice("whsec_".length), "base64");
  const { rows } = await site.database.pool.query<{ text: string }>(
    `select webhooks::text as text from integrations.webhooks union all select idempotency_keys::text from platform.idempotency_keys
     union all select audit_log::text from platform.audit_log`,
  );
  for (const { text } of rows) {
    expect(text).not.toContain(first.secret.slice(6, 30));
    expect(text).not.toContain(raw.toString("hex").slice(0, 20));
  }
});

test("a receiver that is gone (410) is sent nothing more and becomes an exception; set active again, it goes on", async () => {
  const receiver = await site.receiver();
  const { id } = await site.webhook(receiver);
  receiver.answer = (_received, response) => void response.writeHead(410).end();
  await site.happen(site.entities(1));
  const read = async () => (await site.api.call("GET", `/v1/webhooks/${id}`)).json<{ state: string }>();
  await expect.poll(async () => (await read()).state, WAIT).toBe("disabled");
  const open = async () =>
    (await site.api.call("GET", `/v1/exceptions?entityId=${id}`)).json<{ data: { kind: string }[] }>().data;
  expect(await open()).toMatchObject([{ kind: "webhookDisabled" }]);
  await site.refresh();
  await site.happen(site.entities(3));
  await pause(200);
  expect(receiver.received).toHaveLength(1);
  receiver.answer = (_received, response) => void response.end();
  await site.api.call("PATCH", `/v1/webhooks/${id}`, { body: { state: "active" } });
  expect(await open()).toEqual([]);
  await site.refresh();
  await site.hurry();
  await expect.poll(() => receiver.taken().length, WAIT).toBe(1);
});

interface Failing {
  id: string;
  kind: string;
  actions: string[];
}
const failingOf = async (webhookId: string): Promise<Failing[]> =>
  (await site.api.call("GET", `/v1/exceptions?entityId=${webhookId}`)).json<{ data: Failing[] }>().data;
const retryIt = async ({ id }: Failing): Promise<unknown> => {
  const answer = await site.api.call("POST", "/v1/exceptions/retry", { body: { items: [{ id }] } });
  return answer.json<{ items: { status: string }[] }>().items[0]!.status;
};
const entitiesOf = (received: readonly Received[]): Set<string> => new Set(received.map(({ event }) => event.subject));

test("a webhook that was disabled is enabled by its exception, and is sent what it has missed (W7)", async () => {
  const receiver = await site.receiver();
  const { id } = await site.webhook(receiver);
  receiver.answer = (_received, response) => void response.writeHead(410).end();
  await site.happen(site.entities(1));
  await expect.poll(async () => (await failingOf(id)).map(({ kind }) => kind), WAIT).toEqual(["webhookDisabled"]);
  await site.refresh();
  const missed = site.entities(3);
  const witness = await site.receiver();
  await site.webhook(witness);
  await site.happen(missed);
  await expect.poll(() => witness.taken().length, WAIT).toBe(3);
  receiver.answer = (_received, response) => void response.end();
  const [disabled] = await failingOf(id);
  expect(disabled!.actions).toEqual(["retry", "resolve", "assign"]);
  expect(await retryIt(disabled!)).toBe("ok");
  expect(await failingOf(id)).toEqual([]);
  await site.refresh();
  await expect
    .poll(async () => {
      await site.replayAll();
      return missed.every((entity) => entitiesOf(receiver.received).has(entity));
    }, WAIT)
    .toBe(true);
});

test("a webhook that fails is tried now by its exception, not when its pause is over (W7)", async () => {
  const receiver = await site.receiver();
  const { id } = await site.webhook(receiver);
  receiver.answer = (_received, response) => void response.writeHead(503).end();
  await site.happen(site.entities(1));
  await expect.poll(() => receiver.received.length, WAIT).toBe(1);
  receiver.answer = (_received, response) => void response.end();
  const { pool } = site.database;
  await expect.poll(async () => await site.unfinished(id), WAIT).toBe(1);
  await pool.query(
    "update integrations.webhooks set failing_since = now() - interval '20 minutes', open_until = now() + interval '5 minutes' where id = $1",
    [id],
  );
  await pool.query("update platform.jobs set due_at = now() + interval '5 minutes' where lane = $1", [id]);
  await site.database.transaction(async (transaction) =>
    raiseExceptions(transaction, [
      {
        kind: "webhookFailing",
        entityType: "webhook",
        entityId: id,
        reason: "Nothing has reached it.",
        details: {},
        ownerTeam: "operations",
        dueAt: new Date(),
      },
    ]),
  );
  await site.refresh();
  const [failing] = await failingOf(id);
  expect(await retryIt(failing!)).toBe("ok");
  await site.refresh();
  await expect.poll(() => receiver.taken().length, WAIT).toBe(1);
  expect(await failingOf(id)).toEqual([]);
  // Removed meanwhile, there is nothing to try.
  await pool.query("update tasks.exceptions set closed_at = null where id = $1", [failing!.id]);
  await site.api.call("DELETE", `/v1/webhooks/${id}`);
  await pool.query("update tasks.exceptions set closed_at = null where id = $1", [failing!.id]);
  expect(await retryIt(failing!)).toBe("refused");
  await pool.query("update tasks.exceptions set closed_at = now() where id = $1", [failing!.id]);
});

test("gaps of many webhooks are replayed together, each from its beginning; one that tells none is left open (W7, X10)", async () => {
  const receiver = await site.receiver();
  const gaps = [
    { since: "2026-01-01T00:00:00Z" },
    { since: new Date(Date.now() + 45_000).toISOString() },
    { since: new Date(Date.now() + 3_600_000).toISOString() },
    { since: "soon" },
    { since: undefined },
  ];
  await site.happen(site.entities(3));
  const ids = await Promise.all(gaps.map(async () => (await site.webhook(receiver)).id));
  await site.database.transaction(async (transaction) =>
    raiseExceptions(
      transaction,
      ids.map((entityId, index) => ({
        kind: "webhookGap",
        entityType: "webhook",
        entityId,
        reason: "Deliveries were dropped.",
        details: { from: gaps[index]!.since },
        ownerTeam: "operations",
        dueAt: new Date(),
      })),
    ),
  );
  const items = (await Promise.all(ids.map(failingOf))).map(([one]) => ({ id: one!.id }));
  const answer = await site.api.call("POST", "/v1/exceptions/retry", { body: { items } });
  const said = answer.json<{ items: { problem?: { code: string } }[] }>().items.map(({ problem }) => problem?.code);
  expect(said).toEqual([undefined, undefined, undefined, "gapWithoutBeginning", "gapWithoutBeginning"]);
  const { pool } = site.database;
  for (const [index, { since }] of gaps.slice(0, 3).entries()) {
    const { rows } = await pool.query(
      `select to_position, next_position = coalesce((select max(position) from platform.feed
         where recorded_at < $2::timestamptz - interval '1 minute' and position <= to_position), 0) as right
       from integrations.webhook_replays where webhook_id = $1`,
      [ids[index], since],
    );
    expect(rows).toMatchObject([{ right: true }]);
  }
  expect((await Promise.all(ids.map(failingOf))).map((open) => open.length)).toEqual([0, 0, 0, 1, 1]);
  for (const id of ids) await site.api.call("DELETE", `/v1/webhooks/${id}`);
  await pool.query("update tasks.exceptions set closed_at = now() where closed_at is null and entity_id = any($1)", [
    ids,
  ]);
});

test("a paused webhook keeps its events, and takes them all when it goes on", async () => {
  const receiver = await site.receiver();
  const { id } = await site.webhook(receiver);
  const change = (state: string) => site.api.call("PATCH", `/v1/webhooks/${id}`, { body: { state } });
  await change("paused");
  await site.refresh();
  await site.happen(site.entities(5));
  await expect.poll(() => site.unfinished(id), WAIT).toBe(5);
  await pause(100);
  expect(receiver.received).toHaveLength(0);
  await change("active");
  await site.refresh();
  await expect.poll(() => receiver.taken().length, WAIT).toBe(5);
});

test("a part of the feed is replayed from a position or a time, and one delivery alone", async () => {
  const receiver = await site.receiver();
  const entities = site.entities(3);
  await site.happen(entities);
  const since = new Date().toISOString();
  await pause(200);
  const { id } = await site.webhook(receiver);
  await site.happen(entities);
  await expect.poll(() => receiver.taken().length, WAIT).toBe(3);
  const { cursor } = receiver.received[0]!.event;
  const replay = (body: object) => site.api.call("POST", `/v1/webhooks/${id}/replays`, { body });
  expect((await replay({ after: cursor })).status).toBe(202);
  await site.replayAll();
  await expect.poll(() => receiver.taken().length, WAIT).toBe(5);
  await replay({ since, until: cursor });
  await site.replayAll();
  await expect.poll(() => site.unfinished(id), WAIT).toBe(0);
  expect(receiver.received.slice(5).map(({ event }) => event.id)).toContain(receiver.received[0]!.event.id);
  expect((await replay({ after: "99.1" })).status).toBe(422);
  expect((await replay({ after: cursor, since })).status).toBe(422);
  const list = await site.api.call("GET", `/v1/webhook-deliveries?webhookId=${id}&limit=1`);
  const [last] = list.json<{ data: { id: string; eventId: string }[] }>().data;
  const before = receiver.received.length;
  await site.api.call("POST", `/v1/webhook-deliveries/${last!.id}/replay`);
  await expect.poll(() => receiver.received.length, WAIT).toBe(before + 1);
  expect(receiver.received.at(-1)!.event.id).toBe(last!.eventId);
  const replays = await site.api.call("GET", `/v1/webhooks/${id}/replays`);
  expect(
    replays.json<{ data: { finishedAt: string | null }[] }>().data.map(({ finishedAt }) => finishedAt !== null),
  ).toEqual([true, true]);
});

test("what waits for a removed webhook ends, and is not sent", async () => {
  const receiver = await site.receiver();
  const { id } = await site.webhook(receiver);
  receiver.answer = (_received, response) => void response.writeHead(500).end();
  const [entity] = site.entities(1) as [string];
  for (let round = 0; round < 3; round++) await site.happen([entity]);
  await expect.poll(() => receiver.received.length, WAIT).toBe(1);
  await expect.poll(() => site.unfinished(id), WAIT).toBe(3);
  expect((await site.api.call("DELETE", `/v1/webhooks/${id}`)).status).toBe(204);
  await site.refresh();
  await expect.poll(async () => (await site.endRemoved(), await site.unfinished(id)), WAIT).toBe(0);
  expect((await site.api.call("GET", `/v1/webhooks/${id}`)).status).toBe(404);
  await site.happen([entity]);
  await pause(150);
  expect(receiver.received).toHaveLength(1);
});

test("a test event is sent at once and tells what came back; addresses inside are refused with their place", async () => {
  const receiver = await site.receiver();
  const { id, secret } = await site.webhook(receiver);
  receiver.answer = (_received, response) => void response.writeHead(202).end("thanks");
  const answer = await site.api.call("POST", `/v1/webhooks/${id}/test`);
  expect(answer.json()).toMatchObject({ delivered: true, status: 202, answerBody: "thanks", error: null });
  expect(verify(secret, receiver.received[0]!)).toMatchObject({ type: "webhook.tested" });
  for (const url of ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "ftp://example.com/"]) {
    const refused = await site.api.call("POST", "/v1/webhooks", { body: { url, eventTypes: ["*"] } });
    expect(refused.json()).toMatchObject({ code: "addressRefused", errors: [{ pointer: "/url" }] });
  }
});

test("webhooks are for those who see the whole account; a change of another version is refused", async () => {
  const as = { channelCodes: new Set(["web"]) };
  const receiver = await site.receiver();
  const { id } = await site.webhook(receiver);
  const body = { url: receiver.url, eventTypes: ["*"] };
  expect((await site.api.call("POST", "/v1/webhooks", { body, as })).status).toBe(403);
  expect((await site.api.call("GET", "/v1/webhooks", { as })).status).toBe(403);
  expect((await site.api.call("GET", `/v1/webhook-deliveries?webhookId=${id}`, { as })).status).toBe(403);
  const change = (version: number) =>
    site.api.call("PATCH", `/v1/webhooks/${id}`, {
      body: { description: "Shop" },
      headers: { "if-match": `"${version}"` },
    });
  expect((await change(9)).status).toBe(412);
  expect((await change(1)).json()).toMatchObject({ description: "Shop", version: 2 });
});
