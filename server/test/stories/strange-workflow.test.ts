import { afterAll, beforeAll, expect, test } from "vitest";
import { openRetailer, type Retailer } from "../harness/retailer.ts";

/** During a rolling upgrade a newer release may have published a workflow that this one does not understand. */
let shop: Retailer;
beforeAll(async () => {
  shop = await openRetailer();
});
afterAll(() => shop.close().catch((error: Error) => expect(error.message).toContain("has faults")));

test("only the orders on a workflow that is not understood are parked, with an exception; others of the batch go on", async () => {
  const sku = await shop.sku({ leeds: 9 });
  const orders = await Promise.all(
    [1, 2, 3].map(() => shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] })),
  );
  const [strange, ...others] = orders;
  const { rows } = await shop.database.pool.query<{ id: number }>(
    `insert into workflow.definitions (code, entity_type, version, document, content_hash)
     values ('tomorrow', 'order', 1, '{"id": "tomorrow", "parallel": true}', '\\x00') returning id`,
  );
  await shop.database.pool.query("update workflow.instances set definition_id = $2 where entity_id = $1", [
    strange!.id,
    rows[0]!.id,
  ]);
  const answers = await Promise.all(
    orders.map(({ id }) =>
      shop.admin.ask<{ code?: string; status: unknown }>("POST", `/v1/orders/${id}/cancel`, { reason: "r" }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([409, 200, 200]);
  expect(answers[0]!.body.code).toBe("workflowFailed");
  for (const { id } of others) expect(await shop.order(id)).toMatchObject({ status: "cancelled" });
  expect(await shop.order(strange!.id)).toMatchObject({ status: "processing" });
  expect(await shop.admin.list(`/v1/exceptions?entityId=${strange!.id}`)).toMatchObject([
    { kind: "workflowFailed", ownerTeam: "operations" },
  ]);
  expect(await shop.admin.ask("GET", `/v1/orders/${strange!.id}/actions`)).toMatchObject({ status: 409 });
});
