import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { type Answer, type Caller, callerOf, type ProblemBody } from "../../test/harness/caller.ts";
import { HOME, openRetailer, type Retailer } from "../../test/harness/retailer.ts";
import { PositionsUnderWay } from "../inventory/public.ts";
import type { CapturedOrderAnswer, OrderAnswer } from "./answer-schemas.ts";

/** Two processes of one retailer: each with its own batches, index and connections. */
let here: Retailer;
let there: Retailer;
/** The caller of `here` at the other process. */
let sameCallerThere: Caller;
beforeAll(async () => {
  here = await openRetailer({ worker: true });
  there = await openRetailer({ beside: here });
  sameCallerThere = callerOf(there.url, here.admin.key);
});
afterAll(async () => {
  await here.audit();
  await sameCallerThere.close();
  await there.close();
  await here.close();
});

type Captured = Answer<CapturedOrderAnswer & ProblemBody>;
type BulkAnswer = { items: { status: "ok" | "refused"; result?: CapturedOrderAnswer; problem?: ProblemBody }[] };

let references = 0;
const reference = (): string => `C-${++references}`;
const line = (sku: string, quantity = 1, unitPrice = 1_000) => ({ sku, quantity, unitPrice });
const order = (body: object): object => ({
  channel: "web",
  externalReference: reference(),
  fulfillmentChoices: [HOME],
  ...body,
});
const capture = (body: object, { by = here.admin, key }: { by?: Caller; key?: string } = {}): Promise<Captured> =>
  by.ask("POST", "/v1/orders", order(body), key === undefined ? {} : { "idempotency-key": key });
const captureAll = async (items: readonly object[]): Promise<BulkAnswer["items"]> =>
  (await here.admin.post<BulkAnswer>("/v1/orders/bulk", { items })).items;
const statuses = (answers: readonly Captured[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
const ordersWith = (externalReference: string): Promise<OrderAnswer[]> =>
  here.admin.list(`/v1/orders?query=${externalReference}`);

// These two come first: where another process was faster, nobody expects anything for a while.
/** Two batches on one SKU, the second begun while the first waits for the row; `between` runs when both are under way. */
async function inTwoBatches(
  sku: string,
  batches: readonly [readonly object[], readonly object[]],
  between: () => void = () => {},
): Promise<string[][]> {
  const waiting = async (): Promise<number> => {
    const { rows } = await here.database.pool.query(
      `select count(*)::int as number from pg_stat_activity
       where wait_event_type = 'Lock' and datname = current_database() and query like '%inventory.positions%for no key update%'`,
    );
    return rows[0].number;
  };
  const client = await here.database.pool.connect();
  const expecting = vi.spyOn(PositionsUnderWay.prototype, "expected");
  const captured = async (batch: readonly object[]): Promise<string[]> =>
    (await captureAll(batch.map(order))).map(({ status }) => status);
  try {
    await client.query("begin");
    await client.query(
      "select from inventory.positions p join catalog.skus s on s.id = p.sku_id where s.code = $1 for update of p",
      [sku],
    );
    const first = captured(batches[0]);
    await expect.poll(waiting, { timeout: 15_000 }).toBe(1);
    const second = captured(batches[1]);
    const isExpecting = (): boolean => expecting.mock.results.some(({ value }) => value !== null);
    await expect.poll(isExpecting, { timeout: 15_000 }).toBe(true);
    between();
    await client.query("rollback");
    return [await first, await second];
  } finally {
    expecting.mockRestore();
    client.release(true);
  }
}

const ok = (count: number): string[] => Array.from({ length: count }, () => "ok");

test("a batch decides on what the one before it is about to leave, which is what it finds (I12)", async () => {
  const sku = await here.sku({ leeds: 7 });
  const wanting = (...quantities: number[]): object[] =>
    quantities.map((quantity) => ({ lines: [line(sku, quantity)] }));
  const answers = await inTwoBatches(sku, [wanting(1, 1, 2), wanting(1, 3, 1, 1)]);
  expect(answers).toEqual([ok(3), ["ok", "refused", "ok", "ok"]]);
  expect(await here.position(sku, "leeds")).toMatchObject({ allocated: 7, available: 0, short: 0 });
});

test("when the batch before it fails, or others get at the row, a batch is decided again and nothing is sold twice", async () => {
  const sku = await here.sku({ leeds: 9 });
  await here.database.pool.query(
    `create sequence orders.spoilt;
     create function orders.spoil_once() returns trigger language plpgsql as $$
     begin
       if nextval('orders.spoilt') = 1 then raise 'spoilt' using errcode = 'deadlock_detected'; end if;
       return new;
     end $$;
     create trigger spoilt before insert on orders.orders for each row
     when (new.external_reference = 'SPOILT') execute function orders.spoil_once()`,
  );
  onTestFinished(async () => {
    await here.database.pool.query(
      "drop trigger spoilt on orders.orders; drop function orders.spoil_once(); drop sequence orders.spoilt",
    );
  });
  const some = (count: number): object[] => Array.from({ length: count }, () => ({ lines: [line(sku)] }));
  const spoilt = { ...some(1)[0], externalReference: "SPOILT" };
  // A fact of another process waits for the row behind the first batch, before the second.
  const facts: Promise<unknown>[] = [];
  const items = [{ sku, location: "leeds", onHand: 1, reason: "found" }];
  const answers = await inTwoBatches(sku, [[...some(2), spoilt, ...some(1)], some(5)], () => {
    facts.push(sameCallerThere.post("/v1/stock/adjustments", { items }));
  });
  await Promise.all(facts);
  expect(answers).toEqual([ok(4), ok(5)]);
  expect(await here.position(sku, "leeds")).toMatchObject({ onHand: 10, allocated: 9, short: 0 });
});

test("40 buyers of 10 units, at two processes at once: exactly 10 win (I12)", async () => {
  const sku = await here.sku({ leeds: 4, york: 6 });
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, buyer) =>
      capture({ lines: [line(sku)] }, { by: buyer % 2 ? here.admin : sameCallerThere }),
    ),
  );
  expect(statuses(answers)).toEqual({ 201: 10, 422: 30 });
  expect(answers.filter(({ status }) => status === 422).every(({ body }) => body.code === "unavailable")).toBe(true);
  expect(await here.position(sku, "leeds")).toEqual({ onHand: 4, allocated: 4, available: 0, short: 0 });
  expect(await here.position(sku, "york")).toEqual({ onHand: 6, allocated: 6, available: 0, short: 0 });
});

test("what an earlier order of the same moment leaves is sold, what it does not leave is not", async () => {
  const sku = await here.sku({ leeds: 5 });
  const items = [4, 2, 1].map((quantity) => order({ lines: [line(sku, quantity)] }));
  const answers = await captureAll(items);
  expect(answers.map(({ status }) => status)).toEqual(["ok", "refused", "ok"]);
  expect(answers[1]!.problem!.detail).toContain("1 of 2 units");
});

test("one reference at two processes at once is one order, and everybody is told of it (O1)", async () => {
  const sku = await here.sku({ leeds: 100 });
  const same = { externalReference: reference(), lines: [line(sku, 2)] };
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, caller) => capture(same, { by: caller % 2 ? here.admin : sameCallerThere })),
  );
  expect(statuses(answers)).toEqual({ 201: 1, 200: 11 });
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(await ordersWith(same.externalReference)).toHaveLength(1);
  expect(await here.position(sku, "leeds")).toMatchObject({ allocated: 2 });
});

test("faults point at the lines as they were sent, in whatever order they are numbered", async () => {
  const sku = await here.sku({ leeds: 5 });
  const numbered = (lineNumber: number, quantity: number): object => ({ lineNumber, ...line(sku, quantity) });
  const pointersOf = ({ body }: Captured): string[] => body.errors!.map(({ pointer }) => pointer);
  expect(pointersOf(await capture({ lines: [numbered(9, 1_000), numbered(2, 1)] }))).toEqual(["/lines/0"]);
  const externalReference = reference();
  await capture({ externalReference, lines: [numbered(9, 1), numbered(2, 1)] });
  const changed = await capture({ externalReference, lines: [numbered(9, 1), numbered(2, 2)] });
  expect([changed.status, pointersOf(changed)]).toEqual([409, ["/lines/1/quantity"]]);
});

test("one reference twice in one call: the same content is one order, other content is refused with its places", async () => {
  const sku = await here.sku({ leeds: 100 });
  const first = order({ lines: [line(sku, 2)] });
  const [one, again, other] = await captureAll([first, first, { ...first, lines: [line(sku, 3)], priority: 5 }]);
  expect([one!.result!.replayed, again!.result!.replayed]).toEqual([false, true]);
  expect(again!.result!.id).toBe(one!.result!.id);
  expect(other!.problem!.code).toBe("referenceTaken");
  expect(other!.problem!.errors!.map(({ pointer }) => pointer).sort()).toEqual([
    "/items/2/lines/0/quantity",
    "/items/2/priority",
  ]);
  expect(await here.position(sku, "leeds")).toMatchObject({ allocated: 2 });
});

test("changed content is refused with a pointer to each change, however deep it lies (O1)", async () => {
  const sku = await here.sku({ leeds: 5 });
  const body = { externalReference: reference(), lines: [line(sku)], tenders: [{ type: "card", amount: 1_000 }] };
  await capture(body);
  const changed = {
    ...body,
    fulfillmentChoices: [{ ...HOME, address: { ...HOME.address, city: "York" } }],
    tenders: [{ type: "card", amount: 900 }],
  };
  const { status, body: problem } = await capture(changed);
  expect(status).toBe(409);
  expect(problem.errors!.map(({ pointer }) => pointer).sort()).toEqual([
    "/fulfillmentChoices/0/address/city",
    "/tenders/0/amount",
  ]);
});

test("a repeated Idempotency-Key is answered as before, also by another process and after the order has moved on", async () => {
  const sku = await here.sku({ leeds: 5 });
  const body = { externalReference: reference(), lines: [line(sku)] };
  const first = await capture(body, { key: "key-1" });
  await here.admin.post(`/v1/orders/${first.body.id}/cancel`, { reason: "test" });
  const again = await capture(body, { key: "key-1", by: sameCallerThere });
  expect(again).toMatchObject({ status: 200, body: { ...first.body, replayed: true } });
  expect(await capture({ ...body, priority: 1 }, { key: "key-1" })).toMatchObject({
    status: 409,
    body: { code: "keyReused" },
  });
});

test("a refusal is not kept under its key: when stock has come, the same call succeeds", async () => {
  const sku = await here.sku({ leeds: 1 });
  const body = { externalReference: reference(), lines: [line(sku, 2)] };
  expect((await capture(body, { key: "key-2" })).status).toBe(422);
  await here.receive(sku, "leeds", 1);
  expect((await capture(body, { key: "key-2" })).status).toBe(201);
});

test("pickup and delivery in one order: each line is promised where its choice allows (O1, F3)", async () => {
  const sku = await here.sku({ leeds: 2, york: 1, dc: 50 });
  const { body } = await capture({
    fulfillmentChoices: [HOME, { id: "counter", method: "pickup", location: "york" }],
    lines: [
      { ...line(sku, 1), fulfillmentChoice: "counter" },
      { ...line(sku, 3), fulfillmentChoice: "home" },
    ],
  });
  expect(body.allocations).toEqual([
    { lineNumber: 1, sku, location: "york", quantity: 1 },
    { lineNumber: 2, sku, location: "dc", quantity: 3 },
  ]);
  expect(body.fulfillmentOrders.map(({ location }) => location).sort()).toEqual(["dc", "york"]);
});

test("a channel that takes back-orders promises what is there and keeps the rest waiting (O13)", async () => {
  const sku = await here.sku({ leeds: 2 });
  const { body } = await capture({ channel: "shop", lines: [line(sku, 5)] });
  expect(body).toMatchObject({
    status: "processing",
    allocations: [{ quantity: 2 }],
    backordered: [{ lineNumber: 1, sku, quantity: 3 }],
  });
  const { body: waiting } = await capture({ channel: "shop", lines: [line(sku, 1)] });
  expect(waiting).toMatchObject({ status: "confirmed", allocations: [], backordered: [{ quantity: 1 }] });
});

test("a refused order writes nothing at all: no row, no number of events, no stock", async () => {
  const sku = await here.sku({ leeds: 1 });
  const before = await rowsOfAllTables();
  expect((await capture({ lines: [line(sku, 1), line(sku, 1)] })).status).toBe(422);
  expect((await capture({ lines: [line(sku), line("NO-SUCH-SKU")] })).status).toBe(422);
  expect((await capture({ lines: [{ ...line(sku), quantity: -1 }] })).status).toBe(422);
  expect((await captureAll([order({ lines: [line(sku, 2)] })]))[0]!.status).toBe("refused");
  expect(await rowsOfAllTables()).toEqual(before);
  expect(await here.position(sku, "leeds")).toMatchObject({ allocated: 0, available: 1 });
});

/** Rows of every table but those that processes keep for themselves, or fill in a while after what they follow. */
async function rowsOfAllTables(): Promise<Record<string, number>> {
  const { rows: tables } = await here.database.pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema', 'public') 
       and tablename not in ('leases', 'feed', 'baskets', 'bought_skus', 'bought_pairs')`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const { rows } = await here.database.pool.query<{ count: number }>(`select count(*)::int as count from ${name}`);
    counts[name] = rows[0]!.count;
  }
  return counts;
}

test.each([
  ["JPY", 120_000, 12_000],
  ["KWD", 1_234_567, 123],
  ["EUR", 999_999_999, 1],
])("amounts are whole minor units in any currency: %s (issue A 4)", async (currency, unitPrice, tax) => {
  const sku = await here.sku({ leeds: 10 });
  const { body } = await capture({
    currency,
    lines: [line(sku, 3, unitPrice)],
    charges: [
      { type: "tax", amount: tax },
      { type: "discount", amount: 1 },
    ],
  });
  expect(body).toMatchObject({ currency, grandTotal: 3 * unitPrice + tax - 1 });
  expect(await here.order(body.id)).toMatchObject({
    currency,
    itemTotal: 3 * unitPrice,
    chargeTotal: tax - 1,
    grandTotal: 3 * unitPrice + tax - 1,
  });
});

test("1,000 orders in one call are answered one by one, and repeating the call finishes it without doing anything twice (O11)", async () => {
  const sku = await here.sku({ leeds: 600, dc: 300 });
  const items = Array.from({ length: 1_000 }, () => order({ lines: [line(sku)] }));
  const bulk = (): Promise<BulkAnswer> => here.admin.post("/v1/orders/bulk", { items }, "bulk-1");
  const { items: first } = await bulk();
  expect(first.filter(({ status }) => status === "ok")).toHaveLength(900);
  expect(first.filter(({ problem }) => problem?.code === "unavailable")).toHaveLength(100);
  await here.receive(sku, "york", 100);
  const { items: second } = await bulk();
  expect(second.map(({ status }) => status)).toEqual(items.map(() => "ok"));
  expect(second.filter(({ result }) => result!.replayed)).toHaveLength(900);
  expect(new Set(second.map(({ result }) => result!.id)).size).toBe(1_000);
  expect(await here.position(sku, "leeds")).toMatchObject({ allocated: 600, available: 0 });
});

test("orders of the same SKUs in opposite order, from two processes: no deadlock, none lost", async () => {
  const skus = await Promise.all(Array.from({ length: 8 }, () => here.sku({ leeds: 1_000 })));
  // Processes of their own: a backend reports its deadlocks at its end.
  const both = await Promise.all([1, 2].map(() => openRetailer({ beside: here })));
  const before = await deadlocks();
  const answers = await Promise.all(
    Array.from({ length: 120 }, (_, index) => {
      const chosen = [0, 1, 2, 3].map((step) => skus[(index + step) % skus.length]!);
      return capture(
        { lines: (index % 2 ? chosen : chosen.toReversed()).map((sku) => line(sku)) },
        { by: both[index % 2]!.admin },
      );
    }),
  );
  for (const process of both) await process.close();
  expect(statuses(answers)).toEqual({ 201: 120 });
  expect(await deadlocks()).toBe(before);
});

async function deadlocks(): Promise<number> {
  const { rows } = await here.database.pool.query<{ deadlocks: number }>(
    "select deadlocks from pg_stat_database where datname = current_database()",
  );
  return rows[0]!.deadlocks;
}
