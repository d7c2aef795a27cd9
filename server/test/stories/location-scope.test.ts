import { afterAll, beforeAll, expect, test } from "vitest";
import type { TodayAnswer } from "../../src/reporting/today.ts";
import type { Caller, ProblemBody } from "../harness/caller.ts";
import {
  type CapturedOrderAnswer,
  eventually,
  HOME,
  isFeedComplete,
  now,
  openRetailer,
  type Retailer,
} from "../harness/retailer.ts";

/** All that a store's people may do, and more: what is not theirs must stay closed even so. */
const STORE = [
  "catalog:read",
  "network:read",
  "inventory:read",
  "inventory:write",
  "availability:read",
  "orders:read",
  "orders:cancel",
  "orders:hold",
  "orders:export",
  "fulfillment:read",
  "fulfillment:write",
  "fulfillment:deliver",
  "events:read",
  "tasks:read",
  "tasks:write",
  "reports:read",
];

let shop: Retailer;
let york: Caller;
let web: Caller;
let own: CapturedOrderAnswer;
let foreign: CapturedOrderAnswer;
let split: CapturedOrderAnswer;
let foreignShipment: string;

beforeAll(async () => {
  shop = await openRetailer({ worker: true });
  york = await shop.caller(STORE, { locationCodes: ["york"] });
  web = await shop.caller(STORE, { channelCodes: ["web"] });
  const [shirt, book] = [await shop.sku({ york: 10 }), await shop.sku({ leeds: 10 })];
  const line = (sku: string): object => ({ sku, quantity: 1, unitPrice: 100 });
  const capture = (channel: string, lines: object[]): Promise<CapturedOrderAnswer> =>
    shop.admin.post("/v1/orders", {
      channel,
      externalReference: `${channel}-${lines.length}`,
      fulfillmentChoices: [HOME],
      customer: { name: "Ada Okafor" },
      lines,
    });
  own = await capture("web", [line(shirt)]);
  foreign = await capture("shop", [line(book)]);
  split = await capture("web", [line(shirt), line(book)]);
  const shipped: { shipmentId: string } = await shop.admin.post(
    `/v1/fulfillment-orders/${foreign.fulfillmentOrders[0]!.id}/shipments`,
    { lines: [{ lineNumber: 1, quantity: 1 }] },
  );
  foreignShipment = shipped.shipmentId;
  await shop.admin.post("/v1/stock/movements", {
    items: [{ kind: "sale", sku: book, location: "leeds", quantity: 20, occurredAt: now(), source: "pos" }],
  });
  await eventually("the feed has all events", () => isFeedComplete(shop.database), 5_000);
});
afterAll(async () => {
  await shop.audit();
  await shop.close();
});

const numbers = async (caller: Caller, query = ""): Promise<number[]> =>
  (await caller.list<{ number: number }>(`/v1/orders${query}`)).map(({ number }) => number).sort((a, b) => a - b);

test("lists, searches and exports of a store show what concerns it, and no other location's code (reliability 11)", async () => {
  const visible = [own.number, split.number];
  expect(await numbers(york)).toEqual(visible);
  for (const query of ["?query=Ada", "?customer=Ada", "?channel=web"])
    expect(await numbers(york, query)).toEqual(visible);
  for (const query of ["?location=leeds", `?query=${foreign.number}`, "?channel=shop"])
    expect((await numbers(york, query)).filter((number) => number === foreign.number)).toEqual([]);
  const csv = (await york.ask<string>("GET", "/v1/orders.csv")).body;
  expect(csv.trim().split("\n")).toHaveLength(1 + visible.length);
  expect(csv).not.toContain(String(foreign.number));
  const paths = [
    "/v1/fulfillment-orders",
    "/v1/fulfillment-orders?location=leeds",
    "/v1/positions",
    "/v1/positions.csv",
    "/v1/shorts",
    "/v1/today",
    "/v1/exceptions",
    "/v1/locations",
    "/v1/locations.csv",
    `/v1/orders/${split.id}`,
    `/v1/orders/${split.id}/timeline`,
  ];
  for (const path of paths) {
    const { status, body } = await york.ask("GET", path);
    expect(status, path).toBe(200);
    expect(JSON.stringify(body), path).not.toMatch(/leeds|"dc"|london/);
  }
  expect(await york.list("/v1/fulfillment-orders")).toMatchObject([{ location: "york" }, { location: "york" }]);
  for (const path of ["/v1/positions?location=leeds", "/v1/shorts?location=leeds"])
    expect((await york.ask("GET", path)).status, path).toBe(404);
});

test.each(["store-manager", "store-associate"])(
  "a %s signs in and sees the figures of the own store only",
  async (role) => {
    const user = { email: `${role}@york.test`, name: "Sam", password: "correct horse battery" };
    await shop.admin.post("/v1/users", { ...user, roles: [role], locationCodes: ["york"] });
    const signedIn = await shop.admin.ask("POST", "/v1/session", { email: user.email, password: user.password });
    const cookie = String(signedIn.headers["set-cookie"]).split(";")[0]!;
    const answer = await fetch(`${shop.url}/v1/today`, { headers: { cookie } });
    expect(answer.status).toBe(200);
    const { backlog, counts } = (await answer.json()) as TodayAnswer;
    expect(backlog.map(({ location }) => location)).toEqual(["york"]);
    expect(counts.open).toBe(2);
  },
);

test("another location's orders, work and shipments do not exist for a store, whatever it tries", async () => {
  const { id } = foreign.fulfillmentOrders[0]!;
  for (const reference of [foreign.id, String(foreign.number), "shop:shop-1"]) {
    for (const path of [`/v1/orders/${reference}`, `/v1/orders/${reference}/timeline`])
      expect((await york.ask("GET", path)).status, path).toBe(404);
    for (const [path, body] of [
      ["cancel", { reason: "r" }],
      ["holds", { reason: "r" }],
      ["holds/00000000-0000-7000-8000-000000000000/release", {}],
    ] as const) {
      expect((await york.ask("POST", `/v1/orders/${reference}/${path}`, body)).status, path).toBe(404);
    }
  }
  expect((await york.ask("GET", `/v1/fulfillment-orders/${id}`)).status).toBe(404);
  for (const action of ["accept", "start-picking", "pack", "ready", "collect", "shipments"])
    expect((await york.ask("POST", `/v1/fulfillment-orders/${id}/${action}`, {})).status, action).toBe(404);
  expect((await york.ask("POST", `/v1/fulfillment-orders/${id}/reject`, { reason: "r" })).status).toBe(404);
  expect((await york.ask("POST", `/v1/shipments/${foreignShipment}/deliver`, {})).status).toBe(404);
  const refusalOf = async (path: string, item: object): Promise<string> => {
    const { items } = await york.post<{ items: { problem: ProblemBody }[] }>(path, { items: [item] });
    return items[0]!.problem.code;
  };
  expect(await refusalOf("/v1/fulfillment-orders/actions", { fulfillmentOrderId: id, action: "accept" })).toBe(
    "notFound",
  );
  expect(await refusalOf("/v1/shipments/bulk", { fulfillmentOrderId: id })).toBe("notFound");
  expect(await refusalOf("/v1/shipments/deliveries", { shipmentId: foreignShipment })).toBe("notFound");
  expect(await refusalOf("/v1/orders/cancel", { order: foreign.id, reason: "r" })).toBe("notFound");
  const sku = foreign.allocations[0]!.sku;
  expect(await refusalOf("/v1/stock/adjustments", { sku, location: "leeds", onHand: 1, reason: "r" })).toBe(
    "unknownLocation",
  );
  expect(
    await refusalOf("/v1/stock/movements", {
      kind: "found",
      sku,
      location: "leeds",
      quantity: 1,
      occurredAt: now(),
      source: "pos",
    }),
  ).toBe("unknownLocation");
});

test("the feed and its stream tell a store of its own events only", async () => {
  const places = async (caller: Caller): Promise<Set<unknown>> => {
    const seen = new Set<unknown>();
    for (let after = ""; ; ) {
      const page: { data: { data: { location?: string } }[]; next: string; caughtUp: boolean } = await caller.get(
        `/v1/events?limit=200${after}`,
      );
      for (const event of page.data) seen.add(event.data.location);
      if (page.caughtUp) return seen;
      after = `&after=${page.next}`;
    }
  };
  expect([...(await places(shop.admin))]).toEqual(expect.arrayContaining([undefined, "york", "leeds"]));
  expect([...(await places(york))]).toEqual(["york"]);

  const response = await fetch(`${shop.url}/v1/events/stream?after=1.0`, {
    headers: { authorization: `Bearer ${york.key}` },
  });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const readUntil = async (part: string): Promise<void> => {
    while (!text.includes(part)) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`The stream ended without ${part}: ${text}`);
      text += value;
    }
  };
  await readUntil(own.id);
  await shop.receive(own.allocations[0]!.sku, "leeds", 1);
  await shop.receive(own.allocations[0]!.sku, "york", 7777);
  await readUntil("7787");
  await reader.cancel();
  expect(text).not.toContain("leeds");
  expect(text).not.toContain(foreign.id);
});

test("a key of one channel sees and changes that channel's orders and their work only", async () => {
  expect(await numbers(web)).toEqual([own.number, split.number]);
  expect(
    (await web.list<{ orderId: string }>("/v1/fulfillment-orders"))
      .map(({ orderId }) => orderId)
      .filter((id) => id === foreign.id),
  ).toEqual([]);
  const { id } = foreign.fulfillmentOrders[0]!;
  for (const path of [
    `/v1/orders/${foreign.id}`,
    `/v1/orders/${foreign.number}/timeline`,
    `/v1/fulfillment-orders/${id}`,
  ])
    expect((await web.ask("GET", path)).status, path).toBe(404);
  for (const [path, body] of [
    [`/v1/fulfillment-orders/${id}/shipments`, {}],
    [`/v1/shipments/${foreignShipment}/deliver`, {}],
    [`/v1/orders/${foreign.id}/cancel`, { reason: "r" }],
  ] as const) {
    expect((await web.ask("POST", path, body)).status, path).toBe(404);
  }
  expect((await web.ask<string>("GET", "/v1/orders.csv")).body).not.toContain(String(foreign.number));
});

test("the proof concerns the whole account: whoever is limited is refused it", async () => {
  const [everywhere, store, channel] = await Promise.all([
    shop.caller(["audit:read"]),
    shop.caller(["audit:read"], { locationCodes: ["york"] }),
    shop.caller(["audit:read"], { channelCodes: ["web"] }),
  ]);
  for (const [caller, status] of [
    [everywhere, 200],
    [store, 403],
    [channel, 403],
  ] as const)
    expect((await caller.ask("GET", "/v1/proof")).status).toBe(status);
});

test("of a split order a store cancels and holds only what it hands over itself, and nothing that waits for stock (O10)", async () => {
  const [mine, theirs] = [await shop.sku({ york: 2 }), await shop.sku({ leeds: 1 })];
  const line = (sku: string, quantity = 1): object => ({ sku, quantity, unitPrice: 100 });
  const capture = (lines: object[]): Promise<CapturedOrderAnswer> =>
    shop.admin.post("/v1/orders", {
      channel: "shop",
      externalReference: `scope-${lines.length}`,
      fulfillmentChoices: [HOME],
      lines,
    });
  const order = await capture([line(mine), line(theirs)]);
  const at = (path: string): string => `/v1/orders/${order.id}/${path}`;
  const refusal = async (caller: Caller, path: string, body: object): Promise<unknown> => {
    const { status, body: problem } = await caller.ask<ProblemBody>("POST", at(path), body);
    return [status, problem.code];
  };
  const beyond = [403, "unitsElsewhere"];
  const secondLine = { reason: "r", lines: [{ lineNumber: 2 }] };
  expect(await refusal(york, "cancel", { reason: "r" })).toEqual(beyond);
  expect(await refusal(york, "cancel", secondLine)).toEqual(beyond);
  expect(await refusal(york, "holds", { reason: "r" })).toEqual(beyond);
  const { items } = await york.post<{ items: { problem: ProblemBody }[] }>("/v1/orders/cancel", {
    items: [{ order: String(order.number), reason: "r" }],
  });
  expect(items[0]!.problem.code).toBe("unitsElsewhere");
  expect(JSON.stringify(items)).not.toContain("leeds");
  const hold: { id: string } = await shop.admin.post(at("holds"), { reason: "fraud" });
  expect(await refusal(york, `holds/${hold.id}/release`, {})).toEqual(beyond);
  await shop.admin.post(at(`holds/${hold.id}/release`), {});
  expect((await shop.order(order.id)).lines).toMatchObject([{ allocated: 1 }, { allocated: 1 }]);

  await york.post(at("cancel"), { reason: "r", lines: [{ lineNumber: 1 }] });
  expect((await shop.order(order.id)).lines).toMatchObject([{ cancelled: 1 }, { allocated: 1 }]);
  const whole = await capture([line(mine, 1), line(mine, 1), line(theirs, 1)]);
  expect(await york.refused(`/v1/orders/${whole.id}/cancel`, { reason: "r" })).toBe("unitsElsewhere");
  await shop.admin.post(`/v1/orders/${whole.id}/cancel`, { reason: "r", lines: [{ lineNumber: 3 }] });
  const own: { id: string } = await york.post(`/v1/orders/${whole.id}/holds`, { reason: "customer asks" });
  await york.post(`/v1/orders/${whole.id}/holds/${own.id}/release`, {});
  await york.post(`/v1/orders/${whole.id}/cancel`, { reason: "r" });
  expect(await shop.order(whole.id)).toMatchObject({ status: "cancelled" });
});

test("orders of one bulk call are found by ID, number and reference alike, each as far as its caller may see it", async () => {
  const sku = await shop.sku({ york: 8 });
  const capture = (): Promise<CapturedOrderAnswer> => shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  const references = async (): Promise<string[]> => {
    const [byId, byNumber, byReference] = [await capture(), await capture(), await capture()];
    const { externalReference } = await shop.order(byReference.id);
    return [byId.id, String(byNumber.number), `web:${externalReference}`];
  };
  const cancel = async (caller: Caller, orders: readonly string[]): Promise<string[]> => {
    const { items } = await caller.post<{ items: { status: string; problem?: ProblemBody }[] }>("/v1/orders/cancel", {
      items: orders.map((order) => ({ order, reason: "r" })),
    });
    return items.map(({ status, problem }) => problem?.code ?? status);
  };
  const nowhere = ["00000000-0000-7000-8000-000000000000", "999999999", "web:none", "nothing"];
  for (const caller of [shop.admin, york])
    expect(await cancel(caller, [...(await references()), ...nowhere, foreign.id, String(foreign.number)])).toEqual([
      "ok",
      "ok",
      "ok",
      ...nowhere.map(() => "notFound"),
      ...(caller === york ? ["notFound", "notFound"] : ["tooLate", "tooLate"]),
    ]);
});
