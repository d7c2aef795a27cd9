import { afterAll, beforeAll, expect, test } from "vitest";
import { massActionJobs } from "../../src/orders/public.ts";
import type { Caller } from "../harness/caller.ts";
import { type CapturedOrderAnswer, eventually, HOME, openRetailer, type Retailer } from "../harness/retailer.ts";

/** O19: one action on all orders that a filter finds; held at once, looked at, confirmed, undone. */
let retailer: Retailer;
beforeAll(async () => {
  retailer = await openRetailer({ worker: true });
});
afterAll(async () => {
  await retailer.audit();
  await retailer.close();
});

interface MassAction {
  id: string;
  state: string;
  orders: number;
  skipped: number;
  pending: number;
  refused: number;
  reversible: boolean;
  filter: object;
}

/** So many orders of one new SKU. */
async function captureWave(count: number): Promise<{ sku: string; ids: string[] }> {
  const sku = await retailer.sku({ leeds: count });
  const items = Array.from({ length: count }, (_, number) => ({
    channel: "web",
    externalReference: `${sku}-${number}`,
    fulfillmentChoices: [HOME],
    customer: { name: "Ada" },
    lines: [{ sku, quantity: 1, unitPrice: 199 }],
  }));
  const answer = await retailer.admin.post<{ items: { result: CapturedOrderAnswer }[] }>("/v1/orders/bulk", { items });
  return { sku, ids: answer.items.map(({ result }) => result.id) };
}

const begin = (body: object, by = retailer.admin): Promise<MassAction> => by.post("/v1/mass-actions", body);
const read = (id: string): Promise<MassAction> => retailer.admin.get(`/v1/mass-actions/${id}`);
const reached = (id: string, state: string): Promise<unknown> =>
  eventually(`the mass action is ${state}`, async () => (await read(id)).state === state, 20_000);
const decide = (id: string, decision: string, by: Caller = retailer.admin) =>
  by.post(`/v1/mass-actions/${id}/${decision}`, {});
const effectOf = (id: string): Promise<Record<string, unknown>> => retailer.admin.get(`/v1/mass-actions/${id}/effect`);
const floorOf = async (id: string): Promise<string> =>
  ((await retailer.order(id)) as unknown as { fulfillmentOrders: { id: string }[] }).fulfillmentOrders[0]!.id;
const holdsOf = async (ids: readonly string[]): Promise<number> => {
  const { rows } = await retailer.database.pool.query<{ count: number }>(
    "select count(*)::int as count from orders.holds where order_id = any($1) and released_at is null",
    [ids],
  );
  return rows[0]!.count;
};

test("a price error: all orders are held at once, looked at, cancelled; what has left stays, and nothing remains held", async () => {
  const { sku, ids } = await captureWave(700);
  const shipped = await floorOf(ids[0]!);
  await retailer.admin.post(`/v1/fulfillment-orders/${shipped}/shipments`, { carrier: "DPD", trackingNumber: "1" });
  const picking = await floorOf(ids[1]!);
  await retailer.admin.post(`/v1/fulfillment-orders/${picking}/start-picking`, {});
  await retailer.admin.post(`/v1/orders/${ids[2]}/cancel`, { reason: "changed mind" });

  const { id } = await begin({ action: "cancel", filter: { sku }, reason: "price error" });
  await reached(id, "ready");
  expect(await read(id)).toMatchObject({ orders: 699, skipped: 1, pending: 0, refused: 0, reversible: false });
  expect(await holdsOf(ids)).toBe(699);
  expect(await effectOf(id)).toMatchObject({
    orders: 699,
    units: 699,
    amounts: [{ currency: "GBP", amount: 699 * 199 }],
    beingPicked: 1,
    shipped: 1,
    heldOtherwise: 0,
  });
  expect(await retailer.admin.refused(`/v1/fulfillment-orders/${picking}/pack`, {})).toBe("orderHeld");

  await decide(id, "confirm");
  await reached(id, "done");
  expect(await read(id)).toMatchObject({ pending: 0, refused: 1 });
  const refused = await retailer.admin.list<{ orderId: string; code: string }>(
    `/v1/mass-actions/${id}/items?state=refused`,
  );
  expect(refused).toMatchObject([{ orderId: ids[0], code: "tooLate" }]);
  expect(await holdsOf(ids)).toBe(0);
  expect(await retailer.position(sku, "leeds")).toMatchObject({ onHand: 699, allocated: 0 });
  expect(await retailer.admin.refused(`/v1/mass-actions/${id}/undo`, {})).toBe("massActionNotThere");
});

test("given up on the preview: the orders go on as if nothing had been", async () => {
  const { sku, ids } = await captureWave(5);
  const { id } = await begin({ action: "cancel", filter: { sku }, reason: "price error" });
  await reached(id, "ready");
  await decide(id, "withdraw");
  await reached(id, "withdrawn");
  expect(await holdsOf(ids)).toBe(0);
  expect((await retailer.order(ids[0]!)).status).toBe("processing");
  expect(await retailer.admin.refused(`/v1/mass-actions/${id}/confirm`, {})).toBe("massActionNotThere");
});

test("holding is undone without touching the holds of others; releasing is undone with what the holds said", async () => {
  const { sku, ids } = await captureWave(6);
  await retailer.admin.post(`/v1/orders/${ids[0]}/holds`, { reason: "fraud check", note: "call back" });
  const held = await begin({ action: "hold", filter: { sku }, reason: "recall" });
  await reached(held.id, "done");
  expect(await holdsOf(ids)).toBe(7);
  await decide(held.id, "undo");
  await reached(held.id, "undone");
  expect(await holdsOf(ids)).toBe(1);

  const released = await begin({ action: "release", filter: { sku, held: true }, reason: "checked" });
  await reached(released.id, "done");
  expect([released.orders, await holdsOf(ids)]).toEqual([1, 0]);
  await decide(released.id, "undo");
  await reached(released.id, "undone");
  const order = (await retailer.order(ids[0]!)) as unknown as { holds: { reason: string; note: string }[] };
  expect(order.holds.at(-1)).toMatchObject({ reason: "fraud check", note: "call back" });
});

test("an action with nothing to act on, without the right, or of somebody limited elsewhere is refused and changes nothing", async () => {
  const { sku, ids } = await captureWave(2);
  expect(
    await retailer.admin.refused("/v1/mass-actions", { action: "hold", filter: { sku: "none" }, reason: "x" }),
  ).toBe("nothingToDo");
  const holder = await retailer.caller(["orders:read", "orders:hold"]);
  expect(await holder.refused("/v1/mass-actions", { action: "cancel", filter: { sku }, reason: "x" })).toBe(
    "forbidden",
  );
  const york = await retailer.caller(["orders:read", "orders:hold"], { locationCodes: ["york"] });
  expect(await york.refused("/v1/mass-actions", { action: "hold", filter: { sku }, reason: "x" })).toBe("nothingToDo");
  const { id, filter } = await begin({ action: "hold", filter: { sku, customer: "Ada" }, reason: "x" }, holder);
  expect(filter).toEqual({ sku, customer: "…" });
  expect(await york.ask("GET", `/v1/mass-actions/${id}`)).toMatchObject({ status: 404 });
  await reached(id, "done");
  expect(await holdsOf(ids)).toBe(2);
});

test("the same request twice under one key is one mass action", async () => {
  const { sku, ids } = await captureWave(3);
  const body = { action: "hold", filter: { sku }, reason: "recall" };
  const [one, two] = await Promise.all(
    [1, 2].map(() => retailer.admin.ask<MassAction>("POST", "/v1/mass-actions", body, { "idempotency-key": "wave-1" })),
  );
  const answers = [one!, two!].filter(({ status }) => status === 201);
  const again = await retailer.admin.ask<MassAction>("POST", "/v1/mass-actions", body, { "idempotency-key": "wave-1" });
  expect(again.status).toBe(201);
  expect(new Set([...answers, again].map((answer) => answer.body.id)).size).toBe(1);
  await reached(again.body.id, "done");
  expect(await holdsOf(ids)).toBe(3);
});

test("released twice over, as after a crash between releasing and noting it, every hold is known and comes back (O19)", async () => {
  const { sku, ids } = await captureWave(2);
  for (const reason of ["fraud check", "address check"])
    await retailer.admin.post(`/v1/orders/${ids[0]}/holds`, { reason });
  const { id } = await begin({ action: "release", filter: { sku, held: true }, reason: "checked" });
  await reached(id, "done");
  // The worker died before it could note what it had done.
  await retailer.database.pool.query(
    "update orders.mass_action_items set state = 'pending' where mass_action_id = $1",
    [id],
  );
  await retailer.database.pool.query("update orders.mass_actions set state = 'running' where id = $1", [id]);
  const job = {
    id: crypto.randomUUID(),
    lane: "",
    orderingKey: id,
    attempts: 1,
    leaseNumber: 1,
    createdAt: new Date(),
  };
  const { signal } = new AbortController();
  const kind = massActionJobs(retailer.application.actions);
  const payload = { massActionId: id, state: "running" };
  expect(await kind.start([{ ...job, payload }], signal, signal)[0]).toEqual({ done: true });
  await decide(id, "undo");
  await reached(id, "undone");
  expect(await holdsOf(ids)).toBe(2);
});

test("what cannot get on is given up: nobody's orders stay held because of one that fails", async () => {
  const { sku, ids } = await captureWave(3);
  const { id } = await begin({ action: "cancel", filter: { sku }, reason: "price error" });
  await reached(id, "ready");
  await retailer.database.pool.query("update orders.mass_actions set state = 'running' where id = $1", [id]);
  await decide(id, "withdraw");
  await reached(id, "withdrawn");
  expect(await holdsOf(ids)).toBe(0);
});

test("confirming needs the right of what is confirmed, and goes on in the name of who confirms", async () => {
  const { sku, ids } = await captureWave(1);
  const { id } = await begin({ action: "cancel", filter: { sku }, reason: "price error" });
  await reached(id, "ready");
  const holder = await retailer.caller(["orders:read", "orders:hold"]);
  expect(await holder.refused(`/v1/mass-actions/${id}/confirm`, {})).toBe("forbidden");
  const other = await retailer.caller(["orders:read", "orders:hold", "orders:cancel"]);
  await decide(id, "confirm", other);
  await reached(id, "done");
  const { data } = await retailer.admin.get<{ data: { type: string; actor: string }[] }>(
    `/v1/orders/${ids[0]}/timeline`,
  );
  const actors = (type: string): Set<string> =>
    new Set(data.filter((event) => event.type.includes(type)).map(({ actor }) => actor));
  expect(actors("unitsCancelled")).not.toEqual(actors("order.captured"));
});
