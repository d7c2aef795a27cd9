import { afterAll, beforeAll, expect, test } from "vitest";
import { HOME, openRetailer, type Retailer } from "../../test/harness/retailer.ts";
import type { ProblemBody } from "../../test/harness/caller.ts";
import type { CapturedOrderAnswer } from "./answer-schemas.ts";

let retailer: Retailer;
beforeAll(async () => {
  retailer = await openRetailer();
});
afterAll(async () => {
  await retailer.audit();
  await retailer.close();
});

let references = 0;
const order = (sku: string, externalReference = `SOLD-${++references}`): object => ({
  channel: "web",
  externalReference,
  fulfillmentChoices: [HOME],
  lines: [{ sku, quantity: 1, unitPrice: 1_000 }],
});
const capture = (body: object, headers: Record<string, string> = {}) =>
  retailer.admin.ask<CapturedOrderAnswer & ProblemBody>("POST", "/v1/orders", body, headers);

/** Runs `work` while another session holds the row of the SKU's position. */
async function whileLocked<T>(sku: string, work: () => Promise<T>): Promise<T> {
  const client = await retailer.database.pool.connect();
  try {
    await client.query("begin");
    const { rowCount } = await client.query(
      `select from inventory.positions p join catalog.skus s on s.id = p.sku_id where s.code = $1 for update of p`,
      [sku],
    );
    expect(rowCount).toBe(1);
    return await work();
  } finally {
    await client.query("rollback");
    client.release();
  }
}

test("who comes after the last unit is refused without waiting for the row that others are changing (I12)", async () => {
  const sku = await retailer.sku({ leeds: 1 });
  expect((await capture(order(sku))).status).toBe(201);
  const refused = await whileLocked(sku, () => capture(order(sku)));
  expect([refused.status, refused.body.code]).toEqual([422, "unavailable"]);
  expect(refused.body.errors).toEqual([{ pointer: "/lines/0", message: `0 of 1 units of ${sku} can be promised` }]);
});

test("whoever bought the last unit and asks again gets the order, by reference and by key, however sold out it is", async () => {
  const sku = await retailer.sku({ leeds: 2 });
  const [mine, keyed] = [order(sku), order(sku)];
  const key = { "idempotency-key": "last-unit" };
  const first = await capture(mine);
  const second = await capture(keyed, key);
  expect([first.status, second.status]).toEqual([201, 201]);
  const [again, againKeyed] = [await capture(mine), await capture(keyed, key)];
  expect([again.status, again.body.id]).toEqual([200, first.body.id]);
  expect(againKeyed.body.id).toBe(second.body.id);
  expect((await capture({ ...order(sku), priority: 3 }, key)).body.code).toBe("keyReused");
});

test("an index that believes a SKU sold out refuses nobody who can be served: the rows are read first (I13)", async () => {
  const sku = await retailer.sku({ leeds: 1 });
  // Behind the index's back: it reads nothing, and no row of the ledger tells it that the unit is there after all.
  const setOnHand = (units: number): Promise<unknown> =>
    retailer.database.pool.query(
      `update inventory.positions p set on_hand = $2 from catalog.skus s where s.id = p.sku_id and s.code = $1`,
      [sku, units],
    );
  const available = async (): Promise<number> => {
    const answer = await retailer.admin.get<{ items: { quantity: number }[] }>(
      `/v1/availability?channel=web&skus=${sku}`,
    );
    return answer.items[0]!.quantity;
  };
  await setOnHand(0);
  expect(await available()).toBe(0);
  await setOnHand(1);
  expect(await available()).toBe(0);
  expect((await capture(order(sku))).status).toBe(201);
});

test("an order under way in another process cannot get a unit that is gone: who repeats it is refused without waiting", async () => {
  const sku = await retailer.sku({ leeds: 1 });
  expect((await capture(order(sku))).status).toBe(201);
  const client = await retailer.database.pool.connect();
  try {
    await client.query("begin");
    await client.query(
      `select pg_advisory_xact_lock(hashtextextended('order ' || id || ' UNDER-WAY', 0)) from network.channels where code = 'web'`,
    );
    expect((await capture(order(sku, "UNDER-WAY"))).status).toBe(422);
  } finally {
    await client.query("rollback");
    client.release();
  }
});

test("of orders that are refused together each has its own answer: gone, too few, stored already, kept under a key", async () => {
  const sku = await retailer.sku({ leeds: 3, york: 1 });
  const [mine, keyed] = [order(sku), order(sku)];
  const key = { "idempotency-key": "refused-together" };
  await capture(mine);
  await capture(keyed, key);
  const wants = (quantity: number): object => ({
    ...order(sku),
    lines: [{ sku, quantity, unitPrice: 1_000 }],
  });
  const answers = await Promise.all([capture(wants(3)), capture(mine), capture(wants(9)), capture(keyed, key)]);
  expect(answers.map(({ status }) => status)).toEqual([422, 200, 422, 200]);
  expect(answers[0]!.body.errors![0]!.message).toBe(`2 of 3 units of ${sku} can be promised`);
  expect(answers[2]!.body.errors![0]!.message).toBe(`2 of 9 units of ${sku} can be promised`);
});
