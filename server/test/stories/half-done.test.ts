import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRetailer, type Retailer } from "../harness/retailer.ts";

/** W1: of a transition of which a step fails nothing is left, whoever asked for it: a capture, a state's own way on, or news. */
let shop: Retailer;
beforeAll(async () => {
  shop = await openRetailer();
});
afterAll(async () => {
  await shop.audit();
  await shop.close();
});

type Content = { initial: string; states: Record<string, Record<string, unknown>> };

const tell = (name: string) => ({ type: "emitEvent", params: { name } });
const FAILS = { type: "setAttributes", params: { attributes: { score: { cel: "event.data.score" } } } };

async function publish(code: string, file: string, change: (content: Content) => void): Promise<void> {
  const url = new URL(`../../workflows/${file}`, import.meta.url);
  const content = JSON.parse(readFileSync(url, "utf8")) as Content;
  change(content);
  await shop.admin.put(`/v1/documents/workflow/${code}/draft`, { content });
  await shop.admin.post(`/v1/documents/workflow/${code}/publish`, { note: "Fails" });
}

async function toldOf(orderId: string): Promise<string[]> {
  const { rows } = await shop.database.pool.query<{ name: string }>(
    "select data ->> 'name' as name from platform.events where type = 'order.signaled' and entity_id = $1 order by sequence",
    [orderId],
  );
  return rows.map(({ name }) => name);
}

async function failedOf(orderId: string): Promise<string[]> {
  const { rows } = await shop.database.pool.query<{ type: string }>(
    "select entity_type as type from tasks.exceptions where kind = 'workflowFailed' and closed_at is null and details ->> 'orderId' = $1 order by 1",
    [orderId],
  );
  return rows.map(({ type }) => type);
}

const capture = async () => {
  const sku = await shop.sku({ leeds: 1 });
  return await shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] });
};

test("a captured order stands in its first state, and nothing of the way in is left", async () => {
  await publish("standard-order", "standard-delivery.order.json", ({ initial, states }) => {
    const first = states[initial]!;
    states[initial] = { ...first, entry: [tell("half"), FAILS] };
  });
  const { id, status } = await capture();
  expect([status, await toldOf(id), await failedOf(id)]).toEqual(["created", [], ["order"]]);
});

test("an order that goes on by itself stays where it came to rest before the way that fails", async () => {
  await publish("standard-order", "standard-delivery.order.json", ({ initial, states }) => {
    const first = states[initial]!;
    const on = (first["always"] as object[]).map((way) => ({ ...way, actions: [tell("half"), FAILS] }));
    states[initial] = { ...first, entry: [tell("whole")], always: on };
  });
  const { id, status } = await capture();
  expect([status, await toldOf(id), await failedOf(id)]).toEqual(["created", ["whole"], ["order"]]);
});

test("a fulfillment order that an order begins stands in its first state; the order goes on", async () => {
  await publish("standard-order", "standard-delivery.order.json", () => {});
  await publish("delivery-fulfillment", "delivery.fulfillment-order.json", ({ initial, states }) => {
    states[initial] = { ...states[initial]!, entry: [tell("half"), FAILS] };
  });
  const [one, other] = await Promise.all([capture(), capture()]);
  for (const { id, status } of [one, other])
    expect([status, await toldOf(id), await failedOf(id)]).toEqual(["processing", [], ["fulfillmentOrder"]]);
});
