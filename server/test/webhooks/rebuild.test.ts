import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, openRetailer, type Retailer } from "../harness/retailer.ts";
import { type CloudEvent, expectRebuilt, OrderRebuild } from "../simulation/rebuild-orders.ts";
import { openReceiver, type Receiver } from "./receiver.ts";

let shop: Retailer;
let receiver: Receiver;
beforeAll(async () => {
  [shop, receiver] = await Promise.all([openRetailer({ worker: true }), openReceiver()]);
});
afterAll(async () => {
  await shop.audit();
  await shop.close();
  await receiver.close();
});

const ORDERS = 40;
/** Every so manieth request is answered with an error before or after the receiver has taken the event. */
const FAILING = 7;

test("a receiver that fails now and then, and loses answers, knows every order as the API tells it (X10)", async () => {
  const rebuild = new OrderRebuild();
  const seen = new Set<string>();
  const failures: unknown[] = [];
  let requests = 0;
  receiver.answer = ({ event }, response) => {
    const turn = ++requests % (2 * FAILING);
    if (turn === 0) return void response.writeHead(503).end();
    try {
      if (!seen.has(event.id)) rebuild.take(event as unknown as CloudEvent);
    } catch (error) {
      failures.push(error);
    }
    seen.add(event.id);
    response.writeHead(turn === FAILING ? 500 : 204).end();
  };
  const { webhook } = await shop.admin.post<{ webhook: { id: string } }>("/v1/webhooks", {
    url: receiver.url,
    eventTypes: ["order.*", "fulfillmentOrder.*"],
  });
  const sku = await shop.sku({ leeds: 1_000 });
  const lines = [{ sku, quantity: 2, unitPrice: 100 }];
  const captured = await Promise.all(Array.from({ length: ORDERS }, () => shop.capture({ lines })));
  for (const [index, { id, fulfillmentOrders }] of captured.entries()) {
    if (index % 4 === 0) await shop.admin.post(`/v1/orders/${id}/cancel`, { reason: "customer" });
    else if (index % 4 === 1) await shop.admin.post(`/v1/fulfillment-orders/${fulfillmentOrders[0]!.id}/shipments`, {});
  }
  await eventually(
    "everything is delivered",
    async () => {
      // Nobody waits for the pauses between attempts.
      await shop.database.pool.query(
        "update platform.jobs set due_at = now() where kind = 'webhook' and state = 'waiting'",
      );
      const { rows } = await shop.database.pool.query<{ behind: number; open: number }>(
        `select (select count(*) from platform.events) - (select position from platform.consumers where name = 'webhooks') as behind,
           (select count(*)::int from platform.jobs where lane = $1 and state <> 'done') as open`,
        [webhook.id],
      );
      return rows[0]!.open === 0 && rows[0]!.behind < 1 && seen.size >= ORDERS;
    },
    18_000,
  );
  expect(failures).toEqual([]);
  expect(requests).toBeGreaterThan(seen.size);
  for (const { id } of captured) expectRebuilt(rebuild.orders, await shop.order(id));
});
