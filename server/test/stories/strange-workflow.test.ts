import { afterAll, beforeAll, expect, test } from "vitest";
import { openRetailer, type Retailer } from "../harness/retailer.ts";

/** During a rolling upgrade a newer release may have published a workflow that this one does not understand. */
let shop: Retailer;
beforeAll(async () => {
  shop = await openRetailer();
});
afterAll(() => shop.close().catch((error: Error) => expect(error.message).toContain("has faults")));

interface Tried {
  strange: string;
  others: string[];
  answers: { status: number; body: { code?: string } }[];
}

/** Of three orders one stands on a workflow that was published so many hours ago; all are cancelled together. */
async function cancelBeside(code: string, hoursAgo: number): Promise<Tried> {
  const sku = await shop.sku({ leeds: 9 });
  const orders = await Promise.all(
    [1, 2, 3].map(() => shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] })),
  );
  const [strange, ...others] = orders.map(({ id }) => id);
  const { rows } = await shop.database.pool.query<{ id: number }>(
    `insert into workflow.definitions (code, entity_type, version, document, content_hash, published_at)
     values ($1, 'order', 1, '{"id": "tomorrow", "parallel": true}', '\\x00', now() - $2::int * interval '1 hour') returning id`,
    [code, hoursAgo],
  );
  await shop.database.pool.query("update workflow.instances set definition_id = $2 where entity_id = $1", [
    strange,
    rows[0]!.id,
  ]);
  const answers = await Promise.all(
    orders.map(({ id }) => shop.admin.ask<{ code?: string }>("POST", `/v1/orders/${id}/cancel`, { reason: "r" })),
  );
  for (const id of others) expect(await shop.order(id)).toMatchObject({ status: "cancelled" });
  expect(await shop.order(strange!)).toMatchObject({ status: "processing" });
  return { strange: strange!, others, answers };
}

test("what a newer release has just published is left to it: nobody is told, and whoever asks may ask again", async () => {
  const { strange, answers } = await cancelBeside("tomorrow", 0);
  expect(answers.map(({ status }) => status)).toEqual([503, 200, 200]);
  expect(answers[0]!.body.code).toBe("newerRelease");
  expect(await shop.admin.list(`/v1/exceptions?entityId=${strange}`)).toEqual([]);
  expect(await shop.admin.ask("GET", `/v1/orders/${strange}/actions`)).toMatchObject({ status: 503 });
});

test("when no newer release has run beside for an hour, its orders are parked with an exception; others of the batch go on", async () => {
  const { strange, answers } = await cancelBeside("yesterday", 2);
  expect(answers.map(({ status }) => status)).toEqual([409, 200, 200]);
  expect(answers[0]!.body.code).toBe("workflowFailed");
  expect(await shop.admin.list(`/v1/exceptions?entityId=${strange}`)).toMatchObject([
    { kind: "workflowFailed", ownerTeam: "operations" },
  ]);
  expect(await shop.admin.ask("GET", `/v1/orders/${strange}/actions`)).toMatchObject({ status: 409 });
});
