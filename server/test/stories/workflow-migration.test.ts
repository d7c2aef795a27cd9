import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRetailer, type Retailer } from "../harness/retailer.ts";

/** X5: what is under way stays on its version, or goes on in another one where somebody says so; nothing is lost. */
let retailer: Retailer;

beforeAll(async () => {
  retailer = await openRetailer();
});
afterAll(() => retailer.close());

interface State {
  meta?: { label?: string };
  on?: Record<string, unknown>;
  states?: Record<string, State>;
  [part: string]: unknown;
}
interface Workflow {
  states: Record<string, State>;
  [field: string]: unknown;
}
interface Item {
  entityId: string;
  status: string;
  from: string;
  to: string;
}
interface Migrated {
  items: Item[];
  left: number;
  unmapped: number;
}
interface Live {
  versions: {
    version: number;
    states: { state: string; count: number; label: string; medianDwellSeconds: number }[];
  }[];
}

const shipped = (file: string): Workflow =>
  JSON.parse(readFileSync(new URL(`../../workflows/${file}`, import.meta.url), "utf8")) as Workflow;

const button = (label: string) => ({ userAction: { label, permission: "fulfillment:write" } });

/** Between picking and packing, gifts are wrapped. */
function withGiftWrap(): Workflow {
  const workflow = shipped("delivery.fulfillment-order.json");
  const { states } = workflow.states["open"]! as { states: Record<string, State> };
  states["giftWrapping"] = {
    meta: { label: "picking" },
    on: { pack: { target: "packed", meta: button("Pack") } },
    after: { 3600000: { target: "packed" } },
  };
  states["picking"]!.on!["pack"] = { target: "giftWrapping", meta: button("Wrap") };
  return workflow;
}

const path = (code: string): string => `/v1/documents/workflow/${code}`;
const draft = (code: string, content: Workflow) => retailer.admin.put(`${path(code)}/draft`, { content });
const publish = (code: string, options?: object) =>
  retailer.admin.post<{ version: number }>(`${path(code)}/publish`, { note: "test", ...(options ? { options } : {}) });
const liveOf = (code: string) => retailer.admin.get<Live>(`/v1/workflows/${code}/live-states`);

async function captureAndWrap(): Promise<{ order: string; fulfillmentOrder: string }> {
  const sku = await retailer.sku({ leeds: 5 });
  const captured = await retailer.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  const [fulfillmentOrder] = captured.fulfillmentOrders;
  await retailer.admin.post(`/v1/fulfillment-orders/${fulfillmentOrder!.id}/start-picking`, {});
  await retailer.admin.post(`/v1/fulfillment-orders/${fulfillmentOrder!.id}/pack`, {});
  return { order: captured.id, fulfillmentOrder: fulfillmentOrder!.id };
}

const instance = async (id: string) => {
  const { rows } = await retailer.database.pool.query<{
    state: string;
    version: number;
    entry: number;
    timers: number;
  }>(
    `select i.state, d.document_version as version, i.entry,
            (select count(*)::int from workflow.timers t where t.entity_id = i.entity_id and t.entry = i.entry) as timers
       from workflow.instances i join workflow.definitions d on d.id = i.definition_id where i.entity_id = $1`,
    [id],
  );
  return rows[0]!;
};

test("a state in which something stands is not removed, unless it is said where that goes; then it goes there", async () => {
  await draft("delivery-fulfillment", withGiftWrap());
  const { version: wrapped } = await publish("delivery-fulfillment");
  const { order, fulfillmentOrder } = await captureAndWrap();
  await captureAndWrap();
  expect(await instance(fulfillmentOrder)).toMatchObject({ state: "open.giftWrapping", version: wrapped, timers: 1 });

  const live = await liveOf("delivery-fulfillment");
  expect(live.versions).toEqual([
    {
      version: wrapped,
      states: [
        expect.objectContaining({ state: "open.giftWrapping", label: "picking", count: 2, medianDwellSeconds: 0 }),
      ],
    },
  ]);

  await draft("delivery-fulfillment", shipped("delivery.fulfillment-order.json"));
  const refused = await retailer.admin.ask<{ code: string; detail: string; details: object }>(
    "POST",
    `${path("delivery-fulfillment")}/publish`,
    { note: "no gifts" },
  );
  expect(refused.body).toMatchObject({
    code: "documentInUse",
    detail: expect.stringContaining("2 in open.giftWrapping"),
    details: { states: [{ state: "open.giftWrapping", count: 2 }] },
  });
  const wrong = { mapping: { "open.giftWrapping": "fulfilled" } };
  const answer = await retailer.admin.ask<{ errors: object[] }>("POST", `${path("delivery-fulfillment")}/publish`, {
    note: "x",
    options: wrong,
  });
  expect(answer.body.errors).toEqual([
    { pointer: "/options/mapping/open.giftWrapping", message: expect.stringContaining("ends the workflow") },
  ]);
  const mapping = { "open.giftWrapping": "open.packed" };
  const { version: plain } = await publish("delivery-fulfillment", { mapping });

  const migrate = (body: object, key?: string) =>
    retailer.admin.post<Migrated>("/v1/workflows/delivery-fulfillment/migrate", { toVersion: plain, ...body }, key);
  expect(await migrate({})).toEqual({ items: [], left: 0, unmapped: 2 });
  expect((await migrate({ mapping, dryRun: true })).items.map(({ status }) => status)).toEqual(["planned", "planned"]);
  expect(await instance(fulfillmentOrder)).toMatchObject({ state: "open.giftWrapping" });
  const first = await migrate({ mapping, limit: 1 }, "migrate-1");
  expect(first).toMatchObject({ items: [{ status: "ok", from: "open.giftWrapping", to: "open.packed" }], left: 1 });
  expect(await migrate({ mapping, limit: 1 }, "migrate-1")).toEqual(first);
  expect(await migrate({ mapping })).toMatchObject({ items: [{ status: "ok" }], left: 0, unmapped: 0 });

  expect(await instance(fulfillmentOrder)).toMatchObject({ state: "open.packed", version: plain, timers: 0 });
  const { rows } = await retailer.database.pool.query(
    "select event, from_state, to_state from workflow.history where entity_id = $1 order by entry desc limit 1",
    [fulfillmentOrder],
  );
  expect(rows).toEqual([{ event: "workflow.migrated", from_state: "open.giftWrapping", to_state: "open.packed" }]);
  const [shown] = (await retailer.order(order)).fulfillmentOrders;
  expect(shown).toMatchObject({ status: "packed" });
  await retailer.admin.post(`/v1/fulfillment-orders/${fulfillmentOrder}/shipments`, {});
  expect((await retailer.order(order)).status).toBe("shipped");
  await retailer.audit();
});

test("orders go on in the new version with its timers, its labels and its rules, each by itself", async () => {
  const ids: string[] = [];
  for (let index = 0; index < 5; index++) {
    const sku = await retailer.sku();
    ids.push((await retailer.capture({ channel: "shop", lines: [{ sku, quantity: 1, unitPrice: 1 }] })).id);
  }
  const workflow = shipped("standard-delivery.order.json");
  const waiting = workflow.states["waitingForStock"]!;
  waiting.meta = { label: "processing" };
  waiting["after"] = { 3600000: { actions: "cancelUnits", target: "cancelled", guard: "nothingPromised" } };
  await draft("standard-order", workflow);
  const { version } = await publish("standard-order");
  const [held] = ids;
  const answers = await Promise.all([
    retailer.admin.post<Migrated>("/v1/workflows/standard-order/migrate", { toVersion: version }),
    retailer.admin.post(`/v1/orders/${held}/cancel`, { reason: "at the same moment" }),
  ]);
  const moved = answers[0].items.filter(({ status }) => status === "ok").map(({ entityId }) => entityId);
  for (const id of ids.slice(1)) {
    expect(moved).toContain(id);
    expect(await instance(id)).toMatchObject({ state: "waitingForStock", version, timers: 1 });
    expect((await retailer.order(id)).status).toBe("processing");
  }
  expect((await retailer.order(held!)).status).toBe("cancelled");
  expect(
    (await retailer.admin.post<Migrated>("/v1/workflows/standard-order/migrate", { toVersion: version })).items,
  ).toEqual([]);
  await retailer.audit();
});

test("only who may publish for the whole account migrates", async () => {
  const reader = await retailer.caller(["documents:read", "documents:write"]);
  expect(await reader.refused("/v1/workflows/standard-order/migrate", { toVersion: 1 })).toBe("forbidden");
  const limited = await retailer.caller(["documents:publish"], { channelCodes: ["web"] });
  expect(await limited.refused("/v1/workflows/standard-order/migrate", { toVersion: 1 })).toBe("forbidden");
  expect(await retailer.admin.refused("/v1/workflows/standard-order/migrate", { toVersion: 99 })).toBe("notFound");
});
