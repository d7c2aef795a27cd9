import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Caller } from "../harness/caller.ts";
import { eventually, openRetailer, type Retailer } from "../harness/retailer.ts";

/** W4, W6: floors ask a person before they pack what is dear; nobody packs it before somebody has looked. */
let shop: Retailer;
let ada: Caller;
beforeAll(async () => {
  shop = await openRetailer({ worker: true });
  ada = await shop.caller(["tasks:read", "tasks:write"]);
  await publish();
});
afterAll(async () => {
  await shop.audit();
  await shop.close();
});

interface Task {
  id: string;
  team: string;
  priority: number;
  level: number;
  assignee: string | null;
  closedAt: string | null;
  outcome: string | null;
  entityId: string;
  subject: Record<string, unknown>;
  dueAt: string;
  openedAt: string;
  escalatesAt: string | null;
  comments: { text: string; byName: string }[];
}

const FLOOR = "/v1/documents/workflow/delivery-fulfillment";
const QUEUE = "/v1/documents/task-queue/fraud-review";

async function publish(): Promise<void> {
  const file = new URL("../../workflows/delivery.fulfillment-order.json", import.meta.url);
  const content = JSON.parse(readFileSync(file, "utf8")) as {
    states: { open: { states: Record<string, { on: Record<string, unknown>; entry?: object; meta: object }> } };
  };
  const { states } = content.states.open;
  const { pack, reject } = states["picking"]!.on;
  states["picking"]!.on = { ...states["picking"]!.on, pack: "review" };
  const { pack: _, ...others } = states["picking"]!.on;
  states["review"] = {
    meta: { label: "picking" },
    entry: {
      type: "openTask",
      params: {
        queue: "fraud-review",
        title: "Look at the parcel",
        instructions: "Compare it with the order.",
        outcomes: [
          { event: "approve", label: { en: "Approve", de: "Freigeben" } },
          {
            event: "doubt",
            label: "Doubt",
            form: [{ name: "note", label: "Note", type: "text", required: true, maxLength: 100 }],
          },
        ],
      },
    },
    on: { ...others, approve: pack, doubt: { target: "picking" }, reject },
  };
  await shop.admin.put(`${FLOOR}/draft`, { content });
  await shop.admin.post(`${FLOOR}/publish`, { note: "Four eyes" });
  await shop.admin.put(`${QUEUE}/draft`, {
    content: {
      title: "Fraud review",
      team: "fraud",
      priority: 70,
      due: "PT4H",
      escalations: [
        { after: "PT2H", team: "operations", priority: 90 },
        { after: "PT6H", priority: 100, alert: true },
      ],
    },
  });
  await shop.admin.post(`${QUEUE}/publish`, { note: "Two levels" });
}

async function inReview(): Promise<{ orderId: string; floor: string; task: Task }> {
  const sku = await shop.sku({ leeds: 1 });
  const order = await shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 90_000 }] });
  const floor = order.fulfillmentOrders[0]!.id;
  for (const action of ["accept", "start-picking", "pack"])
    await shop.admin.post(`/v1/fulfillment-orders/${floor}/${action}`, {});
  const [task] = await tasksOf(order.id);
  return { orderId: order.id, floor, task: task! };
}

const tasksOf = (orderId: string, by = shop.admin) => by.list<Task>(`/v1/tasks?order=${orderId}`);
const read = (id: string) => shop.admin.get<Task>(`/v1/tasks/${id}`);
const complete = (id: string, outcome: string, data?: object) =>
  ada.ask<Task & { code?: string; errors?: { pointer: string }[] }>("POST", `/v1/tasks/${id}/complete`, {
    outcome,
    ...(data && { data }),
  });
const statusOf = async (floor: string): Promise<string> =>
  (await shop.admin.get<{ status: string }>(`/v1/fulfillment-orders/${floor}`)).status;
const eventsOf = async (id: string): Promise<string[]> => {
  const { rows } = await shop.database.pool.query<{ type: string }>(
    "select type from platform.events where entity_id = $1 order by sequence",
    [id],
  );
  return rows.map(({ type }) => type);
};

test("a workflow opens a task with owner and deadline; its outcome moves the workflow in the same change (W4)", async () => {
  const { floor, task } = await inReview();
  expect(task).toMatchObject({ team: "fraud", priority: 70, entityId: floor, subject: { location: "leeds" } });
  expect(Date.parse(task.dueAt) - Date.parse(task.openedAt)).toBeGreaterThan(4 * 3_600_000 - 60_000);
  expect((await complete(task.id, "ship")).body.code).toBe("unknownOutcome");
  expect((await complete(task.id, "doubt", {})).body.errors).toMatchObject([{ pointer: "/data/note" }]);
  const done = await complete(task.id, "approve");
  expect(done.body).toMatchObject({ outcome: "approve" });
  expect(await statusOf(floor)).toBe("packed");
  expect(await eventsOf(task.id)).toEqual(["task.opened", "task.completed"]);
});

test("of two who end it at once one is heard, and the order moves once", async () => {
  const { floor, task } = await inReview();
  const answers = await Promise.all([complete(task.id, "approve"), complete(task.id, "doubt", { note: "No." })]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
  expect(["packed", "picking"]).toContain(await statusOf(floor));
  expect(await eventsOf(task.id)).toEqual(["task.opened", "task.completed"]);
});

test("of two who claim it one has it; it is given back, given away and talked about", async () => {
  const { task } = await inReview();
  const claims = await Promise.all(
    [ada, shop.admin].map((who) => who.ask<Task & { code: string }>("POST", `/v1/tasks/${task.id}/claim`, {})),
  );
  expect(new Set(claims.map(({ status }) => status))).toEqual(new Set([200, 409]));
  const [winner, loser] = claims[0]!.status === 200 ? [ada, shop.admin] : [shop.admin, ada];
  expect((await winner.list<Task>("/v1/tasks?mine=true")).map(({ id }) => id)).toContain(task.id);
  expect(await loser.list<Task>(`/v1/tasks?mine=true`)).toEqual([]);
  await winner.post(`/v1/tasks/${task.id}/release`, {});
  await loser.post(`/v1/tasks/${task.id}/comment`, { text: "Known customer." });
  const given = await loser.post<Task>(`/v1/tasks/${task.id}/assign`, { assignee: null, team: "store" });
  expect(given).toMatchObject({ team: "store", assignee: null, comments: [{ text: "Known customer." }] });
  expect(await eventsOf(task.id)).toEqual([
    "task.opened",
    "task.assigned",
    "task.assigned",
    "task.commented",
    "task.assigned",
  ]);
});

test("a task whose order goes on without it is withdrawn by itself", async () => {
  const { orderId, task } = await inReview();
  await shop.admin.post(`/v1/orders/${orderId}/cancel`, { reason: "changed my mind" });
  expect(await tasksOf(orderId)).toEqual([]);
  expect(await read(task.id)).toMatchObject({ outcome: null, closedAt: expect.any(String) as string });
  expect((await complete(task.id, "approve")).body.code).toBe("taskClosed");
  expect(await eventsOf(task.id)).toEqual(["task.opened", "task.withdrawn"]);
});

test("a doubt opens the next task when it comes back, and each is one task", async () => {
  const { orderId, floor, task } = await inReview();
  await complete(task.id, "doubt", { note: "The seal is broken." });
  expect(await tasksOf(orderId)).toEqual([]);
  await shop.admin.post(`/v1/fulfillment-orders/${floor}/pack`, {});
  const again = await tasksOf(orderId);
  expect(again).toHaveLength(1);
  expect(again[0]!.id).not.toBe(task.id);
});

test("what nobody does goes up level by level, also what became due while nobody was there (W6)", async () => {
  const { task } = await inReview();
  const later = (hours: number) =>
    shop.database.pool.query(
      `update tasks.tasks set escalates_at = escalates_at - $2 * interval '1 hour', escalations = (
         select jsonb_agg(jsonb_set(one, '{at}', to_jsonb((one ->> 'at')::timestamptz - $2 * interval '1 hour'))) from jsonb_array_elements(escalations) one)
       where id = $1`,
      [task.id, hours],
    );
  await later(3);
  await eventually("the first level", async () => (await read(task.id)).level === 1, 5_000);
  expect(await read(task.id)).toMatchObject({ team: "operations", priority: 90 });
  await later(4);
  await eventually("the second level", async () => (await read(task.id)).level === 2, 5_000);
  expect(await read(task.id)).toMatchObject({ team: "operations", priority: 100, escalatesAt: null });
  const other = await inReview();
  await shop.database.pool.query(
    `update tasks.tasks set escalates_at = now() - interval '1 day', escalations = (
       select jsonb_agg(jsonb_set(one, '{at}', to_jsonb(now() - interval '1 day'))) from jsonb_array_elements(escalations) one) where id = $1`,
    [other.task.id],
  );
  await eventually("both levels at once", async () => (await read(other.task.id)).level === 2, 5_000);
  expect(await read(other.task.id)).toMatchObject({ team: "operations", priority: 100 });
  const { rows } = await shop.database.pool.query(
    "select data ->> 'alert' as alert from platform.events where entity_id = $1 and type = 'task.escalated'",
    [other.task.id],
  );
  expect(rows).toEqual([{ alert: "true" }]);
});

test("whoever is limited to a location sees and ends only its tasks; without tasks:write nobody ends any", async () => {
  const { orderId, task } = await inReview();
  const york = await shop.caller(["tasks:read", "tasks:write"], { locationCodes: ["york"] });
  const leeds = await shop.caller(["tasks:read"], { locationCodes: ["leeds"] });
  expect(await tasksOf(orderId, york)).toEqual([]);
  expect((await tasksOf(orderId, leeds)).map(({ id }) => id)).toEqual([task.id]);
  for (const [who, status] of [
    [york, 404],
    [leeds, 403],
  ] as const) {
    const refused = await who.ask("POST", `/v1/tasks/${task.id}/complete`, { outcome: "approve" });
    expect(refused.status).toBe(status);
  }
});

test("a queue whose times mean nothing, or a task with an outcome that nothing takes, is not published", async () => {
  await shop.admin.put(`${QUEUE}/draft`, {
    content: { title: "x", team: "y", due: "soon", hours: { timeZone: "Mars/Base", calendar: {} } },
  });
  const queue = await shop.admin.ask<{ errors: { pointer: string }[] }>("POST", `${QUEUE}/publish`, { note: "No" });
  expect(queue.body.errors.map(({ pointer }) => pointer)).toEqual(
    expect.arrayContaining(["/due", "/hours/timeZone"].map((end) => expect.stringContaining(end) as string)),
  );
});
