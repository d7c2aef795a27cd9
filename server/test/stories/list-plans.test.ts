import type pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openRetailer, type Retailer } from "../harness/retailer.ts";

/** A history in which a list that walks instead of asking an index reads far too much. */
const HISTORY = 20_000;
/** A page, what decides between the ways to it, and the rows beside each order. */
const ROWS_OF_A_PAGE = 400;

let shop: Retailer;
let sku: string;
let rare: string;
beforeAll(async () => {
  shop = await openRetailer();
  sku = await shop.sku({ leeds: 5, york: 5 });
  const lines = [{ sku, quantity: 1, unitPrice: 100 }];
  const choice = { id: "home", method: "delivery", service: "balloon" } as const;
  const captured = await shop.capture({
    channel: "shop",
    fulfillmentChoices: [{ ...choice, address: { city: "Leeds", country: "GB" } }],
    lines: [...lines, { sku: await shop.sku(), quantity: 1, unitPrice: 100 }],
    tenders: [{ type: "barter", amount: 200 }],
  });
  rare = captured.id;
  await shop.capture({ type: "preOrder", lines });
  await makeHistory(rare);
});
afterAll(() => shop.close());

/** Newer orders like the one that was captured, but ordinary: they are paid by card, sent by a standard service, and wait for nothing. */
async function makeHistory(model: string): Promise<void> {
  const { pool } = shop.database;
  await pool.query(
    `create table public.grown as select n, gen_random_uuid() as id from generate_series(1, ${HISTORY}) as n`,
  );
  await pool.query(
    `insert into orders.orders (id, number, channel_id, external_reference, content_hash, type, status, currency, item_total, charge_total,
       grand_total, unit_count, ordered_at, ordered_at_given, status_at, event_sequence)
     select g.id, 1000000 + n, m.channel_id, 'H-' || n, m.content_hash, m.type, m.status, m.currency, m.item_total, m.charge_total,
       m.grand_total, m.unit_count, now() + n * interval '1 second', false, now(), 1
     from public.grown g, orders.orders m where m.id = $1`,
    [model],
  );
  await pool.query(
    "insert into orders.tenders (order_id, number, type, amount) select id, 1, 'card', 200 from public.grown",
  );
  await pool.query(
    `insert into orders.fulfillment_choices (order_id, number, external_id, method, service)
     select id, 1, 'home', 'delivery', 'standard' from public.grown`,
  );
  await pool.query(
    `insert into orders.order_lines (order_id, number, choice_number, sku_id, quantity, unit_price, shipped)
     select g.id, 1, 1, m.sku_id, 1, 100, 1 from public.grown g, orders.order_lines m where m.order_id = $1 and m.number = 1`,
    [model],
  );
  // A long ledger of the SKU itself, and a longer one of another behind it.
  for (const further of [0, 1])
    await pool.query(
      `insert into inventory.movements (sku_id, location_id, kind, on_hand, reserved, allocated, damaged, version, occurred_at, source, actor)
       select m.sku_id + $1, m.location_id, 'count', 5, 0, 0, 0, 1, now(), 'test', 'system:test'
       from public.grown, (select sku_id, location_id from inventory.movements limit 1) m`,
      [further],
    );
  await pool.query("drop table public.grown");
  await pool.query("analyze");
}

interface PlanNode {
  "Node Type": string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  "Rows Removed by Index Recheck"?: number;
  Plans?: PlanNode[];
}

/** Rows that the scans of a plan have looked at. */
function rowsRead(node: PlanNode): number {
  const own = node["Node Type"].includes("Scan")
    ? (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0)) *
      node["Actual Loops"]
    : 0;
  return (node.Plans ?? []).reduce((sum, inner) => sum + rowsRead(inner), own);
}

async function explained(client: pg.ClientBase, text: string, values: unknown[]): Promise<number> {
  const { rows } = await client.query<{ "QUERY PLAN": { Plan: PlanNode }[] }>({
    text: `explain (analyze, timing off, format json) ${text}`,
    values,
  });
  return rowsRead(rows[0]!["QUERY PLAN"][0]!.Plan);
}

/** How many rows the statements of one call look at, by their plans. */
async function readBy(path: string): Promise<{ found: number; read: number }> {
  const { database } = shop.application;
  const composed = vi.spyOn(database.pool, "query");
  const prepared = vi.spyOn(database, "read");
  const { data } = await shop.admin.get<{ data: unknown[] }>(path);
  const asked = [
    ...composed.mock.calls.map(([query]) => query as unknown as { text: string; values: unknown[] }),
    ...prepared.mock.calls.map(([{ text }, values]) => ({ text, values: [...(values ?? [])] })),
  ].filter(({ text }) => /orders\.orders|orders\.order_lines|orders\.tenders|inventory\.movements/.test(text));
  composed.mockRestore();
  prepared.mockRestore();
  expect(asked.length).toBeGreaterThan(0);
  const client = await shop.database.pool.connect();
  let read = 0;
  for (const { text, values } of asked) read += await explained(client, text, values);
  client.release();
  return { found: data.length, read };
}

test.each([
  ["a tender of few orders", "/v1/orders?paymentMethod=barter", 1],
  ["a tender of nearly all", "/v1/orders?paymentMethod=card", 50],
  ["a tender of none", "/v1/orders?paymentMethod=shells", 0],
  ["a service of few", "/v1/orders?shippingMethod=balloon", 1],
  ["a service of nearly all", "/v1/orders?shippingMethod=standard", 50],
  ["a method of all", "/v1/orders?shippingMethod=delivery", 50],
  ["a method of none", "/v1/orders?shippingMethod=pickup", 0],
  ["an unusual type", "/v1/orders?type=preOrder,service", 1],
  ["the usual type", "/v1/orders?type=standard,preOrder", 50],
  ["a type of none", "/v1/orders?type=dropShip", 0],
  ["few that wait for stock", "/v1/orders?backordered=true", 2],
  ["those that do not wait", "/v1/orders?backordered=false", 50],
])("a page of orders looks at few rows, however long the history: %s (O8)", async (_, path, expected) => {
  const { found, read } = await readBy(path);
  expect(found).toBe(expected);
  // Whether there are many is found out by counting up to 5,000 entries of an index.
  expect(read).toBeLessThan(ROWS_OF_A_PAGE + (expected === 50 ? 5_001 : 0));
});

test("so does a page of the movements of a SKU, of all its locations and of one (I11)", async () => {
  for (const place of ["", "&location=york", "&location=leeds"]) {
    const { found, read } = await readBy(`/v1/movements?sku=${sku}${place}`);
    expect(found).toBeGreaterThan(0);
    expect(read).toBeLessThan(ROWS_OF_A_PAGE);
  }
});
