import { afterAll, beforeAll, expect, test } from "vitest";
import { STOCK_NOW, type StockWorld, stockWorld } from "../../test/harness/stock.ts";
import type { FactAnswer } from "./fact-schemas.ts";
import type { Database } from "../platform/db/database.ts";
import { UnknownCommit } from "../platform/db/failures.ts";
import type { RequestKey } from "../platform/http/idempotency.ts";
import { applyMovements } from "./public.ts";
import { createFactRecorder } from "./record-facts.ts";

let world: StockWorld;
beforeAll(async () => {
  world = await stockWorld({ skus: 40, locations: 5 });
});
afterAll(async () => {
  await world.audit();
  await world.close();
});

const at = (minutes: number) => new Date(STOCK_NOW.getTime() + minutes * 60_000).toISOString();
const fact = (kind: string, sku: string, location: string, quantity: number, more: object = {}) => ({
  kind,
  sku,
  location,
  quantity,
  occurredAt: at(-10),
  source: "pos",
  ...more,
});
const post = async (path: string, body: object, options: object = {}) =>
  await world.api.call("POST", `/v1/stock/${path}`, { body, ...options });
const record = async (...items: object[]) => (await post("movements", { items })).json<FactAnswer>().items;
const adjust = async (...items: object[]) => (await post("adjustments", { items })).json<FactAnswer>().items;
const count = async (sql: string, values: unknown[] = []) =>
  Number((await world.database.pool.query(sql, values)).rows[0].count);
const origin = { actor: "system:test", requestId: null };
const ids = async (sku: string, location: string) => {
  const { skuId, locationId } = (await world.position(sku, location))!;
  return { skuId, locationId };
};
/** A promise, as orders make it. */
const allocate = async (sku: string, location: string, allocated: number) => {
  const key = await ids(sku, location);
  await world.database.transaction(async (transaction) => {
    void applyMovements(transaction, [
      {
        ...key,
        kind: allocated > 0 ? "allocation" : "release",
        allocated,
        occurredAt: world.clock.now(),
        source: "orders",
        origin,
      },
    ]);
  });
  // The rows behind the counter, for the audit.
  await world.database.pool.query(
    `insert into inventory.allocations values ($1, 1, $1, $2, $3, $4, now())
     on conflict (holder_id, line_number) do update set quantity = allocations.quantity + excluded.quantity`,
    [
      `00000000-0000-7000-8000-${String(key.skuId).padStart(6, "0")}${String(key.locationId).padStart(6, "0")}`,
      key.skuId,
      key.locationId,
      Math.max(allocated, 0),
    ],
  );
};

test("every fact moves its counters and leaves a ledger entry with the resulting quantities", async () => {
  const items = await record(
    fact("receipt", "S1", "L1", 10, { document: "delivery-1" }),
    fact("sale", "S1", "L1", 3),
    fact("damage", "S1", "L1", 2),
    fact("repair", "S1", "L1", 1),
    fact("return", "S1", "L1", 1),
    fact("loss", "S1", "L1", 4),
    fact("found", "S1", "L1", 2),
    fact("shipment", "S1", "L1", 1),
  );
  expect(
    items.map((item) => [item.effect, item.position!.onHand, item.position!.damaged, item.position!.version]),
  ).toEqual([
    ["applied", 10, 0, 1],
    ["applied", 7, 0, 2],
    ["applied", 7, 2, 3],
    ["applied", 7, 1, 4],
    ["applied", 8, 1, 5],
    ["applied", 4, 1, 6],
    ["applied", 6, 1, 7],
    ["applied", 5, 1, 8],
  ]);
  const ledger = (await world.api.call("GET", "/v1/movements?sku=S1&location=L1&limit=3")).json<{
    data: object[];
    next: string;
  }>();
  expect(ledger.data).toMatchObject([
    { kind: "shipment", change: { onHand: -1 }, result: { onHand: 5, damaged: 1 }, version: 8 },
    { kind: "found", change: { onHand: 2 }, version: 7 },
    { kind: "loss", version: 6 },
  ]);
  const rest = (await world.api.call("GET", `/v1/movements?sku=S1&limit=200&after=${ledger.next}`)).json<{
    data: { version: number }[];
    next: null;
  }>();
  expect(rest.data.map(({ version }) => version)).toEqual([5, 4, 3, 2, 1]);
  expect(rest.next).toBeNull();
});

test("facts are never refused for lack of stock, and what they make short is exactly one open short", async () => {
  await record(fact("receipt", "S2", "L1", 5));
  await allocate("S2", "L1", 4);
  const [sale] = await record(fact("sale", "S2", "L1", 3));
  expect(sale).toMatchObject({ status: "ok", position: { onHand: 2, allocated: 4, available: -2, short: 2 } });
  await record(fact("damage", "S2", "L1", 1));
  const shorts = (await world.api.call("GET", "/v1/shorts?location=L1")).json<{ data: object[] }>();
  expect(shorts.data).toMatchObject([
    { sku: "S2", location: "L1", quantity: 3, reason: "sale", source: "pos", closedAt: null },
  ]);
  await world.audit();
  await record(fact("sale", "S2", "L1", 10), fact("receipt", "S2", "L1", 20));
  expect((await world.api.call("GET", "/v1/shorts?location=L1")).json()).toMatchObject({ data: [] });
  expect(
    (await world.api.call("GET", "/v1/shorts?location=L1&open=false")).json<{ data: object[] }>().data,
  ).toHaveLength(1);
  const { rows } = await world.database.pool.query(
    "select type, data->>'quantity' as quantity from platform.events where entity_type = 'short' order by sequence",
  );
  expect(rows).toEqual([
    { type: "short.opened", quantity: "2" },
    { type: "short.changed", quantity: "3" },
    { type: "short.closed", quantity: "0" },
  ]);
});

test("units sold that nobody knew of make on hand negative, and a short is never more than what is promised", async () => {
  const [sale] = await record(fact("sale", "S3", "L1", 7));
  expect(sale!.position).toMatchObject({ onHand: -7, short: 0, available: -7 });
});

test("a documented fact told again, in any call, is the same fact; another quantity under it is refused", async () => {
  const receipt = fact("receipt", "S4", "L1", 6, { document: "note-9", source: "wms" });
  expect((await record(receipt, receipt)).map(({ effect }) => effect)).toEqual(["applied", "repeated"]);
  const again = await record(
    receipt,
    { ...receipt, quantity: 7 },
    { ...receipt, sku: "S5" },
    { ...receipt, source: "erp" },
  );
  expect(again.map(({ effect, problem }) => effect ?? problem!.code)).toEqual([
    "repeated",
    "documentReused",
    "applied",
    "applied",
  ]);
  expect(again[1]!.problem!.errors).toEqual([{ pointer: "/items/1/document", message: expect.any(String) }]);
  expect(await world.position("S4", "L1")).toMatchObject({ onHand: 12 });
});

test("the same fact told 50 times at once counts once", async () => {
  const sale = fact("sale", "S6", "L1", 1, { document: "receipt-50" });
  const answers = await Promise.all(Array.from({ length: 50 }, () => record(sale)));
  expect(answers.filter(([item]) => item!.effect === "applied")).toHaveLength(1);
  expect(await world.position("S6", "L1")).toMatchObject({ onHand: -1, version: 1 });
});

test("an item that says nothing sensible is refused by itself, with pointers; its neighbors are taken", async () => {
  const items = await record(
    fact("sale", "S7", "L1", 1),
    fact("sale", "NOPE", "L1", 1),
    fact("sale", "S7", "NOPE", 1),
    fact("sale", "S7", "L1", 1, { occurredAt: at(6) }),
    fact("sale", "S7", "L1", 1, { occurredAt: "2016-12-31T23:59:60Z" }),
    fact("sale", "S7", "L1", 1, { occurredAt: "0000-01-01T00:00:00Z" }),
    fact("sale", "S7", "L1", 1, { occurredAt: at(4) }),
  );
  expect(items.map(({ effect, problem }) => effect ?? problem!.code)).toEqual([
    "applied",
    "unknownSku",
    "unknownLocation",
    "badTime",
    "invalidInput",
    "invalidInput",
    "applied",
  ]);
  expect(items[3]!.problem!.errors).toEqual([{ pointer: "/items/3/occurredAt", message: "is in the future" }]);
  for (const quantity of [0, -1, 1.5, 1e10, Number.NaN, "3"]) {
    const [item] = await record(fact("sale", "S7", "L1", 1, { quantity }));
    expect(item!.problem).toMatchObject({ code: "invalidInput", errors: [{ pointer: "/items/0/quantity" }] });
  }
  expect(await world.position("S7", "L1")).toMatchObject({ onHand: -2 });
});

test("no sum of facts leaves the range of the counters", async () => {
  const items = await record(...Array.from({ length: 4 }, () => fact("receipt", "S8", "L1", 1_000_000_000)));
  expect(items.map(({ effect, problem }) => effect ?? problem!.code)).toEqual([
    "applied",
    "applied",
    "beyondLimits",
    "beyondLimits",
  ]);
  await record(
    fact("damage", "S8", "L1", 1_000_000_000),
    fact("damage", "S8", "L1", 1_000_000_000),
    fact("damage", "S8", "L1", 1),
  );
  await allocate("S8", "L1", 1_000_000_000);
  await record(fact("sale", "S8", "L1", 1_000_000_000), fact("sale", "S8", "L1", 1_000_000_000));
  await world.audit();
});

test("an adjustment needs a reason, may make promises short, and repairs no more than is damaged", async () => {
  const [unexplained] = await adjust({ sku: "S9", location: "L1", onHand: 1 });
  expect(unexplained!.problem!.errors).toMatchObject([{ pointer: "/items/0/reason", code: "required" }]);
  await adjust({ sku: "S9", location: "L1", onHand: 5, damaged: 2, reason: "first count" });
  await allocate("S9", "L1", 3);
  const [adjusted] = await adjust({ sku: "S9", location: "L1", onHand: -4, damaged: -7, reason: "stolen" });
  expect(adjusted!.position).toMatchObject({ onHand: 1, damaged: 0, short: 2 });
  const [movement] = (await world.api.call("GET", "/v1/movements?sku=S9&limit=1")).json<{ data: object[] }>().data;
  expect(movement).toMatchObject({
    kind: "adjustment",
    reason: "stolen",
    actor: "user:test",
    change: { onHand: -4, damaged: -2 },
  });
});

test("an Idempotency-Key replays the first answer, refuses other content, and keeps nothing twice", async () => {
  const body = { items: [fact("receipt", "S10", "L1", 5)] };
  const headers = { "idempotency-key": "load-1" };
  const answers = await Promise.all([1, 2, 3].map(() => post("movements", body, { headers })));
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
  expect(await world.position("S10", "L1")).toMatchObject({ onHand: 5, version: 1 });
  const other = await post("movements", { items: [fact("receipt", "S10", "L1", 6)] }, { headers });
  expect([other.status, other.json()["code"]]).toEqual([409, "keyReused"]);
});

test("every call leaves one audit entry and tells the feed what is there, by location", async () => {
  const before = await count("select count(*) from platform.audit_log");
  await record(fact("receipt", "S11", "L1", 5), fact("receipt", "S11", "L2", 6), fact("sale", "S11", "L1", 1));
  expect(await count("select count(*) from platform.audit_log")).toBe(before + 1);
  const { rows } = await world.database.pool.query(
    "select data from platform.events where type = 'stock.changed' order by id desc limit 2",
  );
  expect(rows.map((row) => row.data as object)).toEqual(
    expect.arrayContaining([
      { location: "L1", changes: [["S11", 4, 0, 0, 0, 2]] },
      { location: "L2", changes: [["S11", 6, 0, 0, 0, 1]] },
    ]),
  );
});

test("who is limited to some locations neither changes nor sees others, and is not told that they exist", async () => {
  const as = { locationCodes: new Set(["L3"]) };
  await record(fact("receipt", "S12", "L3", 5), fact("receipt", "S12", "L4", 5));
  const mine = await post(
    "movements",
    { items: [fact("sale", "S12", "L3", 1), fact("sale", "S12", "L4", 1), fact("sale", "S12", "LX", 1)] },
    { as },
  );
  const [own, foreign, unknown] = mine.json<FactAnswer>().items;
  expect(own!.status).toBe("ok");
  expect(foreign!.problem!.code).toBe("unknownLocation");
  expect(foreign!.problem!.title).toBe(unknown!.problem!.title);
  const list = async (url: string) =>
    (await world.api.call("GET", url, { as })).json<{ data: { location: string }[] }>();
  expect((await list("/v1/positions?sku=S12")).data.map(({ location }) => location)).toEqual(["L3"]);
  expect((await list("/v1/movements?sku=S12")).data.map(({ location }) => location)).toEqual(["L3", "L3"]);
  expect((await world.api.call("GET", "/v1/positions.csv", { as })).text).not.toContain("L4");
  for (const path of [
    "positions?location=L4",
    "positions.csv?location=L4",
    "movements?sku=S12&location=L4",
    "shorts?location=L4",
    "positions?location=LX",
  ]) {
    const answer = await world.api.call("GET", `/v1/${path}`, { as });
    expect([path, answer.status, answer.json()["code"]]).toEqual([path, 404, "unknownLocation"]);
  }
});

test("a commit whose answer is lost is not repeated unless that is safe, and never counts twice", async () => {
  let lost = 0;
  const database: Database = {
    ...world.database,
    transaction: async (work) => {
      const result = await world.database.transaction(work);
      if (lost-- > 0) throw new UnknownCommit(new Error("the connection was lost"));
      return result;
    },
  };
  const record = createFactRecorder({ database, clock: world.clock });
  const ask = (skuId: number, key: RequestKey | null, document: string | null) => {
    lost = 1;
    const told = {
      kind: "receipt" as const,
      onHand: 5,
      damaged: 0,
      occurredAt: STOCK_NOW,
      source: "wms",
      reason: null,
    };
    const fact = { ...told, skuId, locationId: 5, document };
    return record({ items: [{ fact, sku: `S${skuId}`, location: "L5" }], action: "recordStockMovements", origin, key });
  };
  const key = { principal: "user:test", key: "lost-1", hash: Buffer.from("a") };
  expect((await ask(20, key, null)).items[0]).toMatchObject({ effect: "applied" });
  expect((await ask(21, null, "note-77")).items[0]).toMatchObject({ effect: "repeated" });
  await expect(ask(22, null, null)).rejects.toMatchObject({ code: "outcomeUnknown" });
  for (const sku of ["S20", "S21", "S22"])
    expect(await world.position(sku, "L5")).toMatchObject({ onHand: 5, version: 1 });
});

test("1,000 concurrent movements keep the counter equal to the ledger", async () => {
  const kinds = ["receipt", "sale", "damage", "repair", "return", "loss"];
  const calls = Array.from({ length: 1_000 }, (_, n) =>
    record(
      fact(kinds[n % kinds.length]!, `S${30 + (n % 3)}`, `L${1 + (n % 2)}`, 1 + (n % 4)),
      fact("found", `S${32 - (n % 3)}`, "L1", 1),
    ),
  );
  expect((await Promise.all(calls)).flat().filter(({ status }) => status !== "ok")).toEqual([]);
  expect(await count("select count(*) from inventory.movements where sku_id between 30 and 32")).toBe(2_000);
  await world.audit();
}, 60_000);
