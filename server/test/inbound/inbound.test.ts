import { readFileSync } from "node:fs";
import { Pool } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forgetEndedJobs } from "../../src/platform/jobs/forget-jobs.ts";
import type { Answer, ProblemBody } from "../harness/caller.ts";
import { eventually, openRetailer, type Retailer } from "../harness/retailer.ts";
import { countsOf, EVENT, hmacOf, openSender, post, publishSource, type Sender, untilSettled } from "./sender.ts";

/** W5: what other systems tell becomes events of workflows, by published rules. */
let retailer: Retailer;
let shop: Sender;
let parcels: Sender;
beforeAll(async () => {
  retailer = await openRetailer({ worker: true });
  await publishSource(retailer, "shop", {
    signature: { scheme: "standardWebhooks" },
    toleranceSeconds: 300,
    event: { ...EVENT, id: "/id" },
    fields: { reference: "/order/reference", why: "/why", number: "/order/number" },
    rules: [
      {
        name: "Fraud",
        when: 'event.type == "fraud.suspected"',
        about: { entity: "order", by: "externalReference", channel: "web", field: "reference" },
        event: "hold",
        data: { reason: { field: "why" } },
      },
      {
        name: "Cancelled",
        when: 'event.type == "order.cancelled" && event.fields.why != "test"',
        about: { entity: "order", by: "number", field: "number" },
        event: "cancel",
        data: { reason: { value: "The shop says so" } },
      },
    ],
  });
  await publishSource(retailer, "parcels", {
    signature: { scheme: "standardWebhooks" },
    toleranceSeconds: 300,
    event: EVENT,
    fields: { tracking: "/parcel/tracking" },
    rules: [
      {
        name: "Delivered",
        when: 'event.type == "delivered"',
        about: { entity: "shipment", by: "trackingNumber", field: "tracking" },
        event: "deliver",
      },
    ],
  });
  shop = openSender(retailer, "shop");
  parcels = openSender(retailer, "parcels");
});
afterAll(async () => {
  await shop.close();
  await parcels.close();
  await retailer.audit();
  await retailer.close();
});

const time = (): string => new Date().toISOString();

async function newOrder(): Promise<{ id: string; number: number; reference: string; floor: string }> {
  const sku = await retailer.sku({ leeds: 5 });
  const order = await retailer.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  const { externalReference: reference } = await retailer.order(order.id);
  return { id: order.id, number: order.number, reference, floor: order.fulfillmentOrders[0]!.id };
}

interface InboundView {
  id: string;
  senderId: string;
  state: string;
  lastError: string | null;
  result: Record<string, unknown> | null;
}

async function eventOf(source: string, senderId: string): Promise<InboundView> {
  const events = await retailer.admin.list<InboundView>(`/v1/inbound-events?source=${source}`);
  return events.find((event) => event.senderId === senderId)!;
}

test("an event does what the first rule that fits it says, once, however often it is sent, in the name of its source", async () => {
  const order = await newOrder();
  const event = {
    id: "f-1",
    type: "fraud.suspected",
    time: time(),
    why: "fraud",
    order: { reference: order.reference },
  };
  const answers = await Promise.all(Array.from({ length: 5 }, () => shop.tell(event)));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  expect(answers.filter(({ body }) => body.duplicate === false)).toHaveLength(1);
  await untilSettled(retailer, "shop");
  const { rows } = await retailer.database.pool.query<{ reason: string; placed_by: string }>(
    "select reason, placed_by from orders.holds where order_id = $1",
    [order.id],
  );
  expect(rows).toEqual([{ reason: "fraud", placed_by: "source:shop" }]);
  expect(await eventOf("shop", "f-1")).toMatchObject({
    state: "applied",
    result: { rule: "Fraud", orderId: order.id },
  });
  expect((await shop.tell(event)).body).toEqual({ duplicate: true });
});

test("a parcel is delivered at the time that its carrier tells, and once it has been shipped: until then the event waits", async () => {
  const { floor, id } = await newOrder();
  const at = new Date(Date.now() + 1_000).toISOString();
  await parcels.tell({ id: "p-1", type: "delivered", time: at, parcel: { tracking: "1Z" } });
  await eventually("it was tried", async () => (await eventOf("parcels", "p-1")).lastError?.includes("no shipment 1Z"));
  const path = `/v1/fulfillment-orders/${floor}`;
  await retailer.admin.post(`${path}/shipments`, { carrier: "DPD", trackingNumber: "1Z" });
  await untilSettled(retailer, "parcels");
  expect((await retailer.order(id)).status).toBe("delivered");
  await parcels.tell({ id: "p-2", type: "delivered", time: at, parcel: { tracking: "1Z" } });
  await untilSettled(retailer, "parcels");
  expect(await eventOf("parcels", "p-2")).toMatchObject({ state: "ignored" });
});

test("what no rule is about is kept and ignored, and replayed by the rules of later", async () => {
  const order = await newOrder();
  await shop.tell({ id: "c-1", type: "order.cancelled", time: time(), why: "test", order: { number: order.number } });
  await untilSettled(retailer, "shop");
  const event = await eventOf("shop", "c-1");
  expect(event).toMatchObject({ state: "ignored", result: { reason: "No rule is about it." } });
  await retailer.admin.post(`/v1/inbound-events/${event.id}/replay`, {});
  await untilSettled(retailer, "shop");
  expect(await eventOf("shop", "c-1")).toMatchObject({ state: "ignored" });
  await shop.tell({ id: "c-2", type: "order.cancelled", time: time(), why: "shop", order: { number: order.number } });
  await untilSettled(retailer, "shop");
  expect((await retailer.order(order.id)).status).toBe("cancelled");
  const { id } = await eventOf("shop", "c-2");
  const acts =
    "select count(*)::int as n from platform.audit_log where action in ('skipJobs', 'retryJobs', 'skipInboundEvent')";
  const before = (await retailer.database.pool.query(acts)).rows;
  expect(await retailer.admin.refused(`/v1/inbound-events/${id}/replay`, {})).toBe("notReplayable");
  expect(await retailer.admin.refused(`/v1/inbound-events/${id}/skip`, { reason: "A test" })).toBe("notReplayable");
  const nobody = "01936b1c-7e6a-7cc3-98d4-222222222222";
  expect(await retailer.admin.refused(`/v1/inbound-events/${nobody}/skip`, { reason: "A test" })).toBe("notFound");
  expect((await retailer.database.pool.query(acts)).rows).toEqual(before);
});

test("what does not fit its rules is parked as an exception with owner and next action; skipped, it stays visible", async () => {
  await shop.tell({ id: "x-1", type: "fraud.suspected", time: time(), why: "fraud" });
  const parked = await eventually("it is parked", async () => {
    const event = await eventOf("shop", "x-1");
    return event.state === "parked" && event;
  });
  expect(parked.lastError).toContain("names no order");
  const exceptions = await retailer.admin.list<{
    id: string;
    kind: string;
    reason: string;
    ownerTeam: string;
    nextAction: string;
    actions: string[];
  }>("/v1/exceptions?kind=jobParked");
  const [exception] = exceptions.filter(({ reason }) => reason.includes("x-1"));
  expect(exception).toMatchObject({ ownerTeam: "operations", nextAction: expect.stringContaining("replay") as string });
  // Its exception is where it is settled: tried again it is parked anew, given up it stays to be seen.
  expect(exception!.actions).toEqual(["retry", "skip", "assign"]);
  await retailer.admin.post("/v1/exceptions/retry", { items: [{ id: exception!.id }] });
  const again = await eventually("it is parked again", async () => {
    const open = await retailer.admin.list<{ id: string; reason: string }>("/v1/exceptions?kind=jobParked");
    return open.find(({ id, reason }) => id !== exception!.id && reason.includes("x-1"));
  });
  const { items } = await retailer.admin.post<{ items: { status: string; result: object }[] }>("/v1/exceptions/close", {
    items: [{ id: again.id, reason: "A test" }],
  });
  expect(items).toMatchObject([{ status: "ok", result: { resolution: "Skipped: A test", actions: [] } }]);
  expect(await eventOf("shop", "x-1")).toMatchObject({ state: "skipped" });
  // Its job is forgotten first: nothing is wrong then, as the audit after all tests says.
  const { pool } = retailer.database;
  await pool.query("update integrations.inbound_events set received_at = now() - interval '15 days' where id = $1", [
    parked.id,
  ]);
  await pool.query("update platform.jobs set ended_at = now() - interval '15 days' where payload ->> 'eventId' = $1", [
    parked.id,
  ]);
  await forgetEndedJobs(retailer.database);
  expect(await eventOf("shop", "x-1")).toMatchObject({ state: "skipped", attempts: 0 });
});

test("without the right signature, of another time, body or source nothing is taken", async () => {
  const before = await countsOf(retailer, "shop");
  const event = { id: "n-1", type: "fraud.suspected", time: time() };
  const late = new Date(Date.now() - 301_000);
  const refused = [
    await shop.tell(event, { forged: true }),
    await shop.tell(event, { at: late }),
    await shop.tell(event, { at: new Date(Date.now() + 400_000) }),
  ];
  expect(refused.map(({ status, body }) => [status, body.code])).toEqual([
    [401, "badSignature"],
    [400, "staleEvent"],
    [400, "staleEvent"],
  ]);
  const pool = new Pool(retailer.url);
  expect((await post(pool, "/v1/inbound/nobody", "{}", { "content-type": "application/json" })).status).toBe(404);
  expect((await post(pool, "/v1/inbound/shop", "{}", {})).status).toBe(401);
  const large = JSON.stringify({ much: "x".repeat(1_100_000) });
  expect((await post(pool, "/v1/inbound/shop", large, { "content-type": "application/json" })).status).toBe(413);
  await pool.close();
  expect(await countsOf(retailer, "shop")).toEqual(before);
});

test("a plain HMAC of the body: ID and time stand in what is signed; an old body is refused, a rotated secret believed", async () => {
  const content = {
    signature: { scheme: "hmacSha256", header: "X-Signature", encoding: "hex", prefix: "sha256=" },
    toleranceSeconds: 86_400,
    event: { id: "/id", type: "/type", time: "/at" },
    fields: {},
    rules: [],
  };
  await publishSource(retailer, "legacy", content, "a secret of theirs".replaceAll(" ", "-"));
  const pool = new Pool(retailer.url);
  const tell = (body: object, secret: string): Promise<{ status: number }> => {
    const text = JSON.stringify(body);
    return post(pool, "/v1/inbound/legacy", text, { "x-signature": `sha256=${hmacOf(secret, text)}` });
  };
  const now = Math.floor(Date.now() / 1_000);
  expect((await tell({ id: 1, type: "t", at: now }, "a-secret-of-theirs")).status).toBe(202);
  expect((await tell({ id: 2, type: "t", at: now - 90_000 }, "a-secret-of-theirs")).status).toBe(400);
  expect((await tell({ id: 3, type: "t" }, "a-secret-of-theirs")).status).toBe(422);
  await retailer.admin.post("/v1/inbound-sources/legacy/secret", { secret: "another-secret-of-theirs" });
  expect((await tell({ id: 4, type: "t", at: now }, "a-secret-of-theirs")).status).toBe(202);
  expect((await tell({ id: 5, type: "t", at: now }, "another-secret-of-theirs")).status).toBe(202);
  expect((await tell({ id: 6, type: "t", at: now }, "third-secret-of-theirs")).status).toBe(401);
  await untilSettled(retailer, "legacy");
  await pool.close();
});

test("the events of an entity that are counted are applied in that order, whatever order they come in", async () => {
  const { id } = await newOrder();
  const rule = (event: string) => ({
    name: event,
    when: `event.type == "${event}"`,
    about: { entity: "order", by: "id", field: "order" },
    event: "hold",
    data: { reason: { value: event } },
  });
  await publishSource(retailer, "counted", {
    signature: { scheme: "standardWebhooks" },
    toleranceSeconds: 300,
    event: { type: "/type", sequence: "/sequence" },
    fields: { order: "/order" },
    rules: ["one", "two", "three"].map(rule),
  });
  const counted = openSender(retailer, "counted");
  await counted.tell({ id: "3", type: "three", sequence: 3, order: id });
  await counted.tell({ id: "2", type: "two", sequence: 2, order: id });
  await eventually("both were tried", async () => (await eventOf("counted", "2")).lastError !== null);
  await counted.tell({ id: "1", type: "one", sequence: 1, order: id });
  await untilSettled(retailer, "counted");
  const { rows } = await retailer.database.pool.query<{ reason: string }>(
    "select reason from orders.holds where order_id = $1 order by placed_at, id",
    [id],
  );
  expect(rows.map(({ reason }) => reason)).toEqual(["one", "two", "three"]);
  await counted.close();
});

test("where only times are told an event that was overtaken, and has no place any more, is ignored and holds up nothing", async () => {
  const { floor } = await newOrder();
  const rule = (event: string) => ({
    name: event,
    when: `event.type == "${event}"`,
    about: { entity: "fulfillmentOrder", by: "id", field: "floor" },
    event,
  });
  await publishSource(retailer, "timed", {
    signature: { scheme: "standardWebhooks" },
    toleranceSeconds: 300,
    event: EVENT,
    fields: { floor: "/floor" },
    rules: ["accept", "startPicking", "pack"].map(rule),
  });
  const timed = openSender(retailer, "timed");
  const at = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();
  await timed.tell({ id: "2", type: "startPicking", time: at(-20), floor });
  await untilSettled(retailer, "timed");
  await timed.tell({ id: "3", type: "pack", time: at(-10), floor });
  await timed.tell({ id: "1", type: "accept", time: at(-30), floor });
  await untilSettled(retailer, "timed");
  expect(await eventOf("timed", "1")).toMatchObject({ state: "ignored" });
  expect(await eventOf("timed", "3")).toMatchObject({ state: "applied", result: { status: "packed" } });
  await timed.close();
});

test("a workflow takes an event that no person is offered, where it says that it receives it", async () => {
  const file = new URL("../../workflows/delivery.fulfillment-order.json", import.meta.url);
  const content = JSON.parse(readFileSync(file, "utf8")) as {
    meta: Record<string, unknown>;
    states: { open: { states: Record<string, { on: Record<string, unknown> }> } };
  };
  content.meta["receives"] = ["weighed"];
  content.states.open.states["picking"]!.on["weighed"] = { target: "packed" };
  const path = "/v1/documents/workflow/delivery-fulfillment";
  await retailer.admin.put(`${path}/draft`, { content });
  await retailer.admin.post(`${path}/publish`, { note: "A scale tells when it is packed" });
  const { floor } = await newOrder();
  const rule = (event: string) => ({
    name: event,
    when: `event.type == "${event}"`,
    about: { entity: "fulfillmentOrder", by: "id", field: "floor" },
    event,
  });
  await publishSource(retailer, "scale", {
    signature: { scheme: "standardWebhooks" },
    toleranceSeconds: 300,
    event: { type: "/type", sequence: "/sequence" },
    fields: { floor: "/floor" },
    rules: ["startPicking", "weighed"].map(rule),
  });
  const scale = openSender(retailer, "scale");
  await scale.tell({ id: "2", type: "weighed", sequence: 2, floor });
  await scale.tell({ id: "1", type: "startPicking", sequence: 1, floor });
  await untilSettled(retailer, "scale");
  expect(await eventOf("scale", "2")).toMatchObject({ state: "applied", result: { status: "packed" } });
  await scale.close();
});

test("a source with faults is not published, and each fault has its place", async () => {
  const content = {
    title: "Faulty",
    signature: { scheme: "hmacSha256", header: "x", encoding: "hex" },
    toleranceSeconds: 300,
    event: { type: "/type" },
    fields: {},
    rules: [
      {
        name: "Wrong",
        when: "event.nothing == 1",
        about: { entity: "order", by: "externalReference", field: "missing" },
        event: "progressed",
      },
    ],
  };
  await retailer.admin.put("/v1/documents/inbound-source/faulty/draft", { content });
  const { status, body }: Answer<ProblemBody> = await retailer.admin.ask(
    "POST",
    "/v1/documents/inbound-source/faulty/publish",
    { note: "No" },
  );
  expect(status).toBe(422);
  expect(body.errors!.map(({ pointer }) => pointer.replace("/content", ""))).toEqual([
    "/event/id",
    "/event/time",
    "/rules/0/when",
    "/rules/0/about/field",
    "/rules/0/about/channel",
    "/rules/0/event",
  ]);
});

test("a sample is read as the source would read it, and nothing is kept", async () => {
  const source = {
    title: "Sample",
    signature: { scheme: "standardWebhooks" },
    toleranceSeconds: 300,
    event: EVENT,
    fields: { number: "/order" },
    rules: [
      {
        name: "Doubted",
        when: 'event.type == "doubted"',
        about: { entity: "order", by: "number", field: "number" },
        event: "hold",
        data: { reason: { value: "fraud" } },
      },
    ],
  };
  const trial = (body: object | string, content: object = source) =>
    retailer.admin.post<object>("/v1/inbound-sources/try", {
      content,
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const before = await retailer.admin.list("/v1/inbound-events");
  expect(await trial({ type: "doubted", time: "2026-11-20T14:05:00Z", order: 7 })).toMatchObject({
    faults: [],
    unreadable: [],
    event: { type: "doubted", fields: { number: 7 } },
    outcome: "planned",
    plan: { rule: "Doubted", entity: "order", by: "number", name: "7", event: "hold", data: { reason: "fraud" } },
  });
  expect(await trial({ type: "liked", time: "2026-11-20T14:05:00Z" })).toMatchObject({
    outcome: "ignored",
    plan: null,
  });
  expect(await trial({ type: "doubted", time: "2026-11-20T14:05:00Z" })).toMatchObject({
    outcome: "faulty",
    reason: "The rule Doubted applies, but the field number names no order.",
  });
  expect(await trial("{")).toMatchObject({ unreadable: [{ pointer: "", message: "is not valid JSON" }], event: null });
  expect(await trial("{}", { ...source, rules: [{ ...source.rules[0], when: "evnt" }] })).toMatchObject({
    faults: [{ pointer: "/rules/0/when" }],
  });
  expect(await retailer.admin.list("/v1/inbound-events")).toEqual(before);
});

test("whether a source can be believed is told, and since when; its secret never", async () => {
  const state = () =>
    retailer.admin.get<{ setAt: string | null; previousUntil: string | null }>("/v1/inbound-sources/shop");
  expect(await state()).toEqual({ source: "shop", setAt: expect.any(String), previousUntil: null });
  await retailer.admin.put("/v1/documents/inbound-source/silent/draft", {
    content: {
      title: "Silent",
      signature: { scheme: "standardWebhooks" },
      toleranceSeconds: 300,
      event: EVENT,
      fields: {},
      rules: [],
    },
  });
  await retailer.admin.post("/v1/documents/inbound-source/silent/publish", { note: "Without a secret." });
  expect(await retailer.admin.get("/v1/inbound-sources/silent")).toMatchObject({ setAt: null });
  expect((await retailer.admin.ask("GET", "/v1/inbound-sources/nobody")).status).toBe(404);
});

test("neither secrets nor bodies lie open in the database", async () => {
  await shop.tell({ id: "secret-1", type: "other", time: time(), customer: "canary-of-a-customer" });
  await untilSettled(retailer, "shop");
  const { rows } = await retailer.database.pool.query<{ text: string }>(
    `select string_agg(convert_from(body, 'SQL_ASCII') , '') as text from integrations.inbound_events where sender_id = 'nothing'
     union all select string_agg(e::text, '') from integrations.inbound_events e
     union all select string_agg(s::text, '') from integrations.inbound_secrets s`,
  );
  const dump = rows.map(({ text }) => text).join("");
  expect(dump).not.toContain(Buffer.from("canary-of-a-customer").toString("hex"));
  expect(dump).not.toContain(Buffer.from("whsec_").toString("hex"));
  const { id } = await eventOf("shop", "secret-1");
  expect((await retailer.admin.get<{ body: string }>(`/v1/inbound-events/${id}`)).body).toContain(
    "canary-of-a-customer",
  );
});
