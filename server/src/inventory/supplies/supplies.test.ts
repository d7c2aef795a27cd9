import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { STOCK_NOW, type StockWorld, stockWorld } from "../../../test/harness/stock.ts";
import { newId } from "../../platform/ids.ts";
import { findsItselfDone } from "./change-supplies.ts";
import { createSupplies, lockSupplies } from "./lock-supplies.ts";
import { dueOf, type Supply, type SupplyPromise } from "./supply.ts";
import { SupplyBook } from "./supply-book.ts";
import type { SupplyAnswer } from "./supply-schemas.ts";
import { writeSupplies } from "./write-supplies.ts";

let world: StockWorld;
beforeAll(async () => {
  world = await stockWorld({ skus: 20, locations: 3 });
});
afterAll(async () => {
  await world.audit();
  await world.close();
});

const origin = { actor: "system:test", requestId: null };
const order = (reference: string, sku: string, quantity: number, more: object = {}) => ({
  kind: "purchase_order",
  reference,
  line: 1,
  sku,
  location: "L1",
  expectedOn: "2026-12-04",
  quantity,
  ...more,
});
const post = async (path: string, items: object[], options: object = {}) =>
  (await world.api.call("POST", `/v1/supplies${path}`, { body: { items }, ...options })).json<SupplyAnswer>().items;
const announce = async (...items: object[]) => await post("", items);
const named = (reference: string, more: object = {}) => ({ kind: "purchase_order", reference, line: 1, ...more });
const receive = async (reference: string, quantity: number, more: object = {}, options: object = {}) =>
  (await post("/receipts", [named(reference, { quantity, ...more })], options))[0]!;
const list = async (query: string) =>
  (await world.api.call("GET", `/v1/supplies?${query}`)).json<{ data: (Supply & { due: number; late: boolean })[] }>()
    .data;
/** A promise, as orders make it. */
const promise = async (reference: string, orderId: string, units: number, more: Partial<SupplyPromise> = {}) =>
  await world.database.transaction(async (transaction) => {
    const book = await lockSupplies(transaction, [], [{ kind: "purchase_order", reference, line: 1 }]);
    const [supply] = book.all;
    const { id, skuId, locationId, expectedOn } = supply!;
    const row = { supplyId: id, orderId, lineNumber: 1, skuId, locationId, waiting: 0, arrived: 0, lost: 0 };
    book.promise(
      { ...row, priority: 0, waitsSince: STOCK_NOW, promisedOn: expectedOn, upset: false, ...more },
      units,
      origin,
    );
    writeSupplies(transaction, book);
  });
const promises = async (reference: string) =>
  (
    await world.database.pool.query<{ waiting: number; arrived: number; lost: number; upset: boolean }>(
      `select waiting, arrived, lost, upset from inventory.supply_promises p join inventory.supplies s on s.id = p.supply_id
       where s.reference = $1 order by priority desc, waits_since, order_id`,
      [reference],
    )
  ).rows;

test("what is announced again is unchanged or changed, and each item is taken or refused by itself", async () => {
  const items = await announce(order("PO-1", "S1", 10), order("PO-2", "unknown", 3), order("PO-1", "S1", 12));
  expect(items.map((item) => item.effect ?? item.problem?.code)).toEqual(["announced", "unknownSku", "changed"]);
  expect(items[2]!.supply).toMatchObject({
    quantity: 12,
    due: 12,
    promised: 0,
    promisable: 12,
    confidence: 100,
    version: 2,
  });
  expect((await announce(order("PO-1", "S1", 12)))[0]!.effect).toBe("unchanged");
  expect((await announce(order("PO-1", "S2", 12)))[0]!.problem!.code).toBe("supplyReused");
  expect(await list("sku=S1")).toMatchObject([{ reference: "PO-1", quantity: 12, late: false }]);
});

test("a receipt books the position in the same step; more than expected is taken, and the rest can be ended", async () => {
  await announce(order("PO-3", "S3", 10), order("PO-4", "S3", 5));
  expect(await receive("PO-3", 4, { damaged: 1 })).toMatchObject({
    effect: "received",
    supply: { received: 4, due: 6 },
    position: { sku: "S3", onHand: 4, damaged: 1, available: 3 },
  });
  expect(await receive("PO-3", 2, { complete: true })).toMatchObject({ supply: { received: 6, cancelled: 4, due: 0 } });
  expect(await receive("PO-4", 7)).toMatchObject({ supply: { received: 7, due: 0 }, position: { onHand: 13 } });
  expect(await list("sku=S3")).toEqual([]);
  expect(await list("sku=S3&state=ended")).toMatchObject([
    { reference: expect.any(String) },
    { reference: expect.any(String) },
  ]);
});

test("a receipt that is told twice under one key has come once", async () => {
  await announce(order("PO-5", "S4", 10));
  const once = await receive("PO-5", 4, {}, { headers: { "idempotency-key": "receipt-1" } });
  expect(await receive("PO-5", 4, {}, { headers: { "idempotency-key": "receipt-1" } })).toEqual(once);
  expect((await world.position("S4", "L1"))!.onHand).toBe(4);
});

test("what has come is allocated to those who were promised it: by priority, then by how long they wait", async () => {
  await announce(order("PO-6", "S5", 10));
  const [first, second, urgent] = [newId(), newId(), newId()];
  await promise("PO-6", second, 3, { waitsSince: new Date("2026-11-02T00:00:00Z") });
  await promise("PO-6", first, 3, { waitsSince: new Date("2026-11-01T00:00:00Z") });
  await promise("PO-6", urgent, 3, { priority: 5, waitsSince: new Date("2026-11-03T00:00:00Z") });
  expect(await receive("PO-6", 5)).toMatchObject({
    supply: { promised: 4, due: 5 },
    position: { onHand: 5, allocated: 5, available: 0 },
  });
  expect((await promises("PO-6")).map(({ waiting, arrived }) => [waiting, arrived])).toEqual([
    [0, 3],
    [1, 2],
    [3, 0],
  ]);
  await world.audit();
});

test("fewer units than are promised take promises from those who came last; a later day upsets who still waits", async () => {
  await announce(order("PO-7", "S6", 10));
  await promise("PO-7", newId(), 6, { waitsSince: new Date("2026-11-01T00:00:00Z") });
  await promise("PO-7", newId(), 4, { waitsSince: new Date("2026-11-02T00:00:00Z") });
  const [supply] = await list("sku=S6");
  const change = async (body: object, options: object = {}) =>
    await world.api.call("PATCH", `/v1/supplies/${supply!.id}`, { body: { reason: "customs", ...body }, ...options });
  expect((await change({ quantity: 8 }, { headers: { "if-match": '"1"' } })).status).toBe(412);
  expect((await change({ quantity: 8 })).json()).toMatchObject({ quantity: 8, promised: 8, promisable: 0 });
  expect(await promises("PO-7")).toMatchObject([
    { waiting: 6, lost: 0, upset: false },
    { waiting: 2, lost: 2, upset: true },
  ]);
  await change({ expectedOn: "2026-12-20" });
  expect((await promises("PO-7")).map(({ upset }) => upset)).toEqual([true, true]);
  expect((await change({ quantity: 1, expectedOn: "2026-12-01" })).status).toBe(200);
  expect((await promises("PO-7")).map(({ waiting, lost }) => [waiting, lost])).toEqual([
    [1, 5],
    [0, 4],
  ]);
});

test("units that came damaged are told as no longer promised; what is cancelled by units is not repeated without a key", async () => {
  const item = { id: newId() };
  const cancels = (quantity: number | null) => ({ do: "cancel", target: item, quantity, reason: null }) as const;
  expect([findsItselfDone(cancels(4)), findsItselfDone(cancels(null))]).toEqual([false, true]);
  await announce(order("PO-D", "S1", 10));
  await promise("PO-D", newId(), 10);
  expect(await receive("PO-D", 5, { damaged: 2 })).toMatchObject({ supply: { promised: 5, due: 5 } });
  const { rows } = await world.database.pool.query(
    "select data -> 'noLongerPromised' as lost from platform.events where type = 'supply.received' and data ->> 'reference' = 'PO-D'",
  );
  expect(rows).toEqual([{ lost: 2 }]);
});

test("a cursor that is none of this list's is refused", async () => {
  const after = Buffer.from(JSON.stringify(["soon", newId()])).toString("base64url");
  expect((await world.api.call("GET", `/v1/supplies?after=${after}`)).status).toBe(422);
});

test("what was expected is cancelled at most as far as it is still to come", async () => {
  await announce(order("PO-8", "S7", 10));
  const cancel = async (more: object) =>
    (await post("/cancellations", [named("PO-8", { reason: "sold out", ...more })]))[0]!;
  expect(await cancel({ quantity: 11 })).toMatchObject({ problem: { code: "notDue" } });
  expect(await cancel({ quantity: 4 })).toMatchObject({ effect: "cancelled", supply: { due: 6 } });
  expect(await cancel({})).toMatchObject({ supply: { due: 0, cancelled: 10 } });
  expect(await cancel({})).toMatchObject({ effect: "unchanged" });
});

test("new supplies are made in the order of their names: two calls that name the same ones never wait for each other in a circle", () => {
  const made: unknown[] = [];
  const transaction = {
    insert: (_: unknown, rows: readonly { reference: string; line: number }[]) => made.push(...rows),
  };
  const base = { kind: "asn" as const, skuId: 1, locationId: 1, expectedOn: "2026-12-04" };
  const names = [
    ["B", 1],
    ["A", 10],
    ["A", 2],
  ] as const;
  createSupplies(
    transaction as never,
    names.map(([reference, line]) => ({ ...base, reference, line })),
  );
  expect(made).toMatchObject([
    { reference: "A", line: 2 },
    { reference: "A", line: 10 },
    { reference: "B", line: 1 },
  ]);
});

test("receipts and announcements of the same supplies at once are each counted once", async () => {
  await announce(...Array.from({ length: 5 }, (_, index) => order(`PO-M${index}`, `S${8 + index}`, 20)));
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) =>
      index % 4 === 0
        ? await announce(order(`PO-M${index % 5}`, `S${8 + (index % 5)}`, 20, { expectedOn: `2026-12-${10 + index}` }))
        : await receive(`PO-M${index % 5}`, 1),
    ),
  );
  const received = await world.database.pool.query(
    "select sum(received)::int as units from inventory.supplies where reference like 'PO-M%'",
  );
  expect(received.rows[0].units).toBe(15);
  await world.audit();
});

test("whatever becomes of a supply, what is promised of it never exceeds what is to come, and no unit is lost on the way (model)", () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant("promise" as const),
      units: fc.integer({ min: 1, max: 5 }),
      priority: fc.integer({ min: 0, max: 2 }),
    }),
    fc.record({
      do: fc.constant("receive" as const),
      units: fc.integer({ min: 0, max: 6 }),
      damaged: fc.integer({ min: 0, max: 2 }),
      complete: fc.boolean(),
    }),
    fc.record({ do: fc.constant("change" as const), quantity: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ do: fc.constant("cancel" as const), units: fc.integer({ min: 0, max: 5 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const supply: Supply = {
        id: newId(),
        kind: "asn",
        reference: "A",
        line: 1,
        supplier: null,
        sku: "S",
        skuId: 1,
        location: "L",
        locationId: 1,
        expectedOn: "2026-12-04",
        confidence: 100,
        quantity: 10,
        received: 0,
        cancelled: 0,
        promised: 0,
        version: 1,
        eventSequence: 1,
        lateToldOn: null,
      };
      const book = new SupplyBook([supply], []);
      const made: SupplyPromise[] = [];
      let promised = 0;
      for (const [index, one] of steps.entries()) {
        const now = book.get(supply.id)!;
        if (one.do === "promise") {
          const units = Math.min(one.units, dueOf(now) - now.promised);
          if (units === 0) continue;
          const row: SupplyPromise = {
            supplyId: supply.id,
            orderId: newId(),
            lineNumber: 1,
            skuId: 1,
            locationId: 1,
            waiting: 0,
            arrived: 0,
            lost: 0,
            priority: one.priority,
            waitsSince: new Date(index),
            promisedOn: now.expectedOn,
            upset: false,
          };
          book.promise(row, units, origin);
          made.push(row);
          promised += units;
        } else if (one.do === "receive") {
          const usable = one.units - Math.min(one.damaged, one.units);
          const before = made.map(({ arrived }) => arrived);
          const arrivals = book.receive(supply.id, {
            units: one.units,
            usable,
            complete: one.complete,
            reason: null,
            origin,
          });
          const came = made.reduce((sum, { arrived }, at) => sum + arrived - (before[at] ?? 0), 0);
          expect(arrivals.reduce((sum, { units }) => sum + units, 0)).toBe(came);
          expect(came).toBeLessThanOrEqual(usable);
        } else if (one.do === "change") book.change(supply.id, { quantity: one.quantity, origin });
        else
          book.change(
            supply.id,
            { cancelled: now.cancelled + Math.min(one.units, dueOf(now)), origin },
            "cancellation",
          );
        const after = book.get(supply.id)!;
        expect(after.promised).toBeLessThanOrEqual(dueOf(after));
        expect(after.promised).toBe(made.reduce((sum, { waiting }) => sum + waiting, 0));
        expect(made.reduce((sum, { waiting, arrived, lost }) => sum + waiting + arrived + lost, 0)).toBe(promised);
      }
    }),
    { numRuns: 300 },
  );
});
