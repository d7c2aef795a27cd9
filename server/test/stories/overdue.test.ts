import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { common } from "../../src/platform/refusals.ts";
import { refuse } from "../../src/orders/refusals.ts";
import { tellOverdue } from "../../src/orders/public.ts";
import { openRetailer, type Retailer } from "../harness/retailer.ts";

/** Work that nobody has begun by its cut-off: its workflow is told once, however long it stays. */
let shop: Retailer;
beforeAll(async () => {
  shop = await openRetailer();
  await publish();
});
afterAll(async () => {
  await shop.audit();
  await shop.close();
});

/** The shipped process of a floor, which tells the customer that it takes longer and stays where it is. */
async function publish(): Promise<void> {
  const file = new URL("../../workflows/delivery.fulfillment-order.json", import.meta.url);
  const content = JSON.parse(readFileSync(file, "utf8")) as {
    states: { open: { states: Record<string, { on: Record<string, unknown> }> } };
  };
  content.states.open.states["created"]!.on["overdue"] = {
    actions: { type: "sendMessage", params: { trigger: "delayed" } },
  };
  const path = "/v1/documents/workflow/delivery-fulfillment";
  await shop.admin.put(`${path}/draft`, { content });
  await shop.admin.post(`${path}/publish`, { note: "Tell that it takes longer" });
}

async function overdueOrder(): Promise<{ id: string; work: string }> {
  const sku = await shop.sku({ leeds: 1 });
  const { id, fulfillmentOrders } = await shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  const work = fulfillmentOrders[0]!.id;
  await pass(work);
  return { id, work };
}
const pass = (work: string) =>
  shop.database.pool.query("update orders.fulfillment_orders set due_at = now() - interval '1 minute' where id = $1", [
    work,
  ]);
const look = (): Promise<boolean> => tellOverdue(shop.application.database, shop.application.changeOrder);
async function messagesAskedFor(orderId: string): Promise<number> {
  const { rowCount } = await shop.database.pool.query(
    "select from platform.events where entity_id = $1 and type = 'order.messageRequested'",
    [orderId],
  );
  return rowCount!;
}

test("a workflow that stays where it is asks for one message, not one at every look", async () => {
  const { id } = await overdueOrder();
  await look();
  await look();
  expect(await messagesAskedFor(id)).toBe(1);
});

test("when the last hold ends, work that nobody could begin is due at the next cut-off, and is told of that one", async () => {
  const { id, work } = await overdueOrder();
  const { id: hold } = await shop.admin.post<{ id: string }>(`/v1/orders/${id}/holds`, { reason: "fraud" });
  await look();
  expect(await messagesAskedFor(id)).toBe(0);
  const { id: other } = await shop.admin.post<{ id: string }>(`/v1/orders/${id}/holds`, { reason: "address" });
  const dueAt = async (): Promise<number> => Date.parse((await shop.order(id)).fulfillmentOrders[0]!.dueAt!);
  await shop.admin.post(`/v1/orders/${id}/holds/${hold}/release`, {});
  expect(await dueAt()).toBeLessThan(Date.now());
  await shop.admin.post(`/v1/orders/${id}/holds/${other}/release`, {});
  expect(await dueAt()).toBeGreaterThan(Date.now());
  await look();
  expect(await messagesAskedFor(id)).toBe(0);
  await pass(work);
  await look();
  expect(await messagesAskedFor(id)).toBe(1);
});

test("any number that refuse, or fail, do not keep later ones from being told; what passes is asked again", async () => {
  const one = await overdueOrder();
  const asked: string[] = [];
  const refusing = (error: Error) =>
    tellOverdue(shop.application.database, ({ orderId }) => {
      asked.push(orderId);
      return Promise.reject(error);
    }).catch((failure: unknown) => failure);
  await refusing(common.refuse("busy"));
  await refusing(refuse("transitionNotAllowed"));
  await refusing(refuse("transitionNotAllowed"));
  expect(asked).toEqual([one.id, one.id]);
  const other = await overdueOrder();
  const bug = new TypeError("undefined is not a function");
  expect(await refusing(bug)).toBe(bug);
  expect(asked.slice(2)).toEqual([other.id, other.id]);
  expect(await refusing(bug)).toBe(false);
  expect(await shop.admin.list("/v1/exceptions?kind=overdueFailed")).toMatchObject([{ entityId: other.work }]);
});
