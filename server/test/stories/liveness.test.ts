import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditChecks } from "../../src/main/audit-checks.ts";
import { runAudit } from "../../src/platform/db/audit-check.ts";
import { ownStoppedMassActions } from "../../src/orders/public.ts";
import { openRetailer, type Retailer } from "../harness/retailer.ts";

/** X4, W7: whatever is unfinished has an owner and a deadline; the audit finds what has not. */
let shop: Retailer;
beforeAll(async () => {
  shop = await openRetailer();
});
afterAll(() => shop.close());

const checks = auditChecks.filter(({ name }) => /^(liveness|messages): /.test(name));
const found = async (): Promise<string[]> => {
  const results = await runAudit(shop.database, checks);
  return results.filter(({ violations }) => violations.length > 0).map(({ name }) => name.replace(/^\w+: /, ""));
};
const run = (sql: string, values: unknown[] = []) => shop.database.pool.query(sql, values);

/** Does something to the database by hand, looks what the audit says, and takes it back. */
async function planted(sql: string, undo: string, values: unknown[] = []): Promise<string[]> {
  await run(sql, values);
  const names = await found();
  await run(undo, values);
  expect(await found()).toEqual([]);
  return names;
}

const LINE = { quantity: 1, unitPrice: 100 };

test("orders in every state between capture and completion have owner and deadline", async () => {
  const [stocked, missing] = [await shop.sku({ leeds: 9 }), await shop.sku()];
  await shop.capture({ lines: [{ sku: stocked, ...LINE }] });
  await shop.capture({ channel: "shop", lines: [{ sku: missing, ...LINE }] });
  for (const type of ["makeToOrder", "service", "preOrder", "backOrder", "dropShip", "exchange"] as const)
    await shop.capture({ type, lines: [{ sku: stocked, ...LINE }] });
  const shipped = await shop.capture({ lines: [{ sku: stocked, ...LINE }] });
  const { shipmentId } = await shop.admin.post<{ shipmentId: string }>(
    `/v1/fulfillment-orders/${shipped.fulfillmentOrders[0]!.id}/shipments`,
    {},
  );
  expect(await found()).toEqual([]);
  await shop.admin.post(`/v1/shipments/${shipmentId}/deliver`, {});
  expect(await found()).toEqual([]);
});

test("an order that nobody and nothing looks after is found", async () => {
  const { id } = await shop.capture({ type: "preOrder", lines: [{ sku: await shop.sku(), ...LINE }] });
  const orphan = "an unfinished order has work at a location, a timer, a task, an exception or a call under way";
  const away = "update workflow.timers set entry = entry + 1000 where entity_id = $1";
  expect(await planted(away, "update workflow.timers set entry = entry - 1000 where entity_id = $1", [id])).toEqual([
    orphan,
  ]);
  expect(
    await planted(
      "update workflow.timers set due_at = due_at - interval '100 days' where entity_id = $1",
      "update workflow.timers set due_at = due_at + interval '100 days' where entity_id = $1",
      [id],
    ),
  ).toEqual(["no timer that counts is late"]);
});

test("work without a deadline, tasks without a team or a state, and late levels are found", async () => {
  const { fulfillmentOrders } = await shop.capture({ lines: [{ sku: await shop.sku({ leeds: 1 }), ...LINE }] });
  expect(
    await planted(
      "update orders.fulfillment_orders set due_at = null where id = $1",
      "update orders.fulfillment_orders set due_at = now() where id = $1",
      [fulfillmentOrders[0]!.id],
    ),
  ).toEqual(["work at a location says until when"]);
  const { id } = await shop.capture({ type: "service", lines: [{ sku: await shop.sku(), ...LINE }] });
  const task = "an open task has a queue, a team, and stands in the state that asked for it";
  for (const column of ["team", "queue"])
    expect(
      await planted(
        `update tasks.tasks set ${column} = '' where root_id = $1`,
        `update tasks.tasks set ${column} = 'services' where root_id = $1`,
        [id],
      ),
    ).toEqual([task]);
  expect(
    await planted(
      "update tasks.tasks set entry = entry - 1 where root_id = $1",
      "update tasks.tasks set entry = entry + 1 where root_id = $1",
      [id],
    ),
  ).toEqual([task]);
  expect(
    await planted(
      "update tasks.tasks set escalates_at = escalates_at - interval '90 days' where root_id = $1",
      "update tasks.tasks set escalates_at = escalates_at + interval '90 days' where root_id = $1",
      [id],
    ),
  ).toEqual(["no task has waited past the time of its next level"]);
});

test("jobs that nobody has, lanes that stand still, parked ones and exceptions without an owner are found", async () => {
  const insert = (state: string, more: string) =>
    run(
      `insert into platform.jobs (id, kind, lane, payload, state, due_at, lease_until, parked_at, owner_team, deadline_at)
       values (gen_random_uuid(), 'planted', 'x', '{}', '${state}', now() - interval '1 hour', ${more})`,
    );
  const remove = () => run("delete from platform.jobs where kind = 'planted'");
  await insert("waiting", "null, null, null, null");
  expect(await found()).toEqual(["no lane with due jobs stands still"]);
  await remove();
  await insert("running", "now() - interval '1 hour', null, null, null");
  expect(await found()).toEqual(["no job is in the hands of a worker that is gone"]);
  await remove();
  await insert("parked", "null, now(), 'operations', now()");
  expect(await found()).toEqual(["a parked job is an exception that somebody owns"]);
  await remove();
  await run(
    `insert into tasks.exceptions (id, kind, entity_type, entity_id, reason, next_action, owner_team, due_at)
     values (gen_random_uuid(), 'planted', 'order', 'x', 'r', 'n', '', now())`,
  );
  expect(await found()).toEqual(["an open exception has an owner"]);
  await run("delete from tasks.exceptions where kind = 'planted'");
});

test("a webhook, an inbound event, a message or a mass action that nobody goes on with is found", async () => {
  await run(
    `insert into integrations.webhooks (id, url, event_types, secret, created_by)
     values ('01936b1c-7e6a-7cc3-98d4-222222222222', 'https://receiver.example', '{order.captured}', '', 'test')`,
  );
  await run(
    `insert into platform.jobs (id, kind, lane, payload, due_at)
     values (gen_random_uuid(), 'webhook', '01936b1c-7e6a-7cc3-98d4-222222222222', '{}', now() - interval '1 hour')`,
  );
  expect(await found()).toEqual(["no webhook that is active stands still with deliveries due"]);
  await run("update integrations.webhooks set state = 'paused'");
  expect(await found()).toEqual([]);
  await run("delete from platform.jobs where kind = 'webhook'");

  await run(
    `insert into integrations.inbound_events (id, source, sender_id, type, job_id)
     values (gen_random_uuid(), 's', 'e', 't', gen_random_uuid())`,
  );
  expect(await found()).toEqual(["an inbound event that has not been applied has a job"]);
  await run("delete from integrations.inbound_events");

  const message = (state: string, text: string | null) =>
    run(
      `insert into messages.outbox (id, trigger, medium, order_id, channel, state, requested_by, text, recipient)
       values (gen_random_uuid(), 'orderConfirmed', 'email', gen_random_uuid(), 'web', $1, 'test', $2, 'a@example.com')`,
      [state, text],
    );
  await message("queued", null);
  expect(await found()).toEqual(["whatever is still to be sent has a job"]);
  await run("delete from messages.outbox");
  await message("sent", null);
  expect(await found()).toEqual(["what was sent, or is being sent, is kept as it was written until it is erased"]);
  await run("update messages.outbox set text = 't'");
  await run(
    "insert into platform.jobs (id, kind, lane, payload, due_at) select id, 'message', 'email', '{}', now() from messages.outbox",
  );
  expect(await found()).toEqual(["no job is left of what has been sent"]);
  await run("delete from platform.jobs; delete from messages.outbox");

  await run(
    `insert into orders.mass_actions (id, action, data, reason, filter, state, order_count, skipped_count, rights, begun_by)
     values (gen_random_uuid(), 'hold', '{}', 'r', '{}', 'running', 1, 0, '{}', 'test')`,
  );
  expect(await found()).toEqual(["a mass action that goes on has a job, or an exception since its job was skipped"]);
  await run("delete from orders.mass_actions");
});

test("a mass action whose job was skipped is somebody's, and ends when it is withdrawn (O19)", async () => {
  const { id } = await shop.capture({ lines: [{ sku: await shop.sku({ leeds: 1 }), ...LINE }] });
  // Nobody works here, so the job waits until it is skipped.
  const action = await shop.admin.post<{ id: string }>("/v1/mass-actions", {
    action: "hold",
    reason: "recall",
    filter: { sku: (await shop.order(id)).lines[0]!.sku },
  });
  const jobs = await shop.admin.list<{ id: string }>("/v1/jobs?kind=orders.massAction");
  await shop.admin.post("/v1/jobs/skip", { items: jobs.map((job) => ({ id: job.id, reason: "test" })) });
  expect(await found()).toEqual(["a mass action that goes on has a job, or an exception since its job was skipped"]);
  await ownStoppedMassActions(shop.application.database);
  expect(await found()).toEqual([]);
  const open = () => shop.admin.list("/v1/exceptions?kind=massActionStopped&open=true");
  expect(await open()).toMatchObject([{ entityId: action.id, ownerTeam: "operations" }]);
  const read = () => shop.admin.get(`/v1/mass-actions/${action.id}`);
  expect(await read()).toMatchObject({ stopped: true });
  for (const round of [1, 2]) {
    expect([round, await shop.admin.post(`/v1/mass-actions/${action.id}/withdraw`, {})]).toMatchObject([
      round,
      { state: "withdrawing" },
    ]);
    await ownStoppedMassActions(shop.application.database);
    expect(await open()).toEqual([]);
    expect(await read()).toMatchObject({ stopped: false });
  }
  await run("delete from platform.jobs; delete from orders.mass_action_items; delete from orders.mass_actions");
});

test("what an earlier release left without a deadline has one after the migration, and an owner while it waits for stock", async () => {
  const stocked = await shop.capture({ lines: [{ sku: await shop.sku({ leeds: 1 }), ...LINE }] });
  const sku = await shop.sku();
  const waiting = await shop.capture({ channel: "shop", lines: [{ sku, ...LINE }] });
  await run("update orders.fulfillment_orders set due_at = null where order_id = $1", [stocked.id]);
  await run("delete from workflow.timers where entity_id = $1", [waiting.id]);
  expect(await found()).toHaveLength(2);
  const file = new URL("../../migrations/0092-deadlines-of-earlier-work.sql", import.meta.url);
  await run(await readFile(file, "utf8"));
  expect(await found()).toEqual([]);
  const open = () => shop.admin.list("/v1/exceptions?kind=waitsForStock");
  expect(await open()).toMatchObject([{ entityId: waiting.id, ownerTeam: "customer-service" }]);
  await shop.receive(sku, "leeds", 1);
  await shop.application.sourceBackorders();
  expect(await open()).toEqual([]);
});
