import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRetailer, type Retailer } from "../harness/retailer.ts";

/** W1, F6: a business user adds "gift wrap" between pick and pack, and people get its button and form without any code. */
let retailer: Retailer;
beforeAll(async () => {
  retailer = await openRetailer();
});
afterAll(async () => {
  await retailer.audit();
  await retailer.close();
});

interface Action {
  fulfillmentOrderId: string | null;
  event: string;
  label: unknown;
  form: { name: string; personal: boolean }[];
  operation: string | null;
  blockedBy: string | null;
}
interface States {
  [name: string]: { meta?: unknown; on: Record<string, unknown> };
}

const WRAPPED = {
  target: "wrapped",
  meta: {
    userAction: {
      label: { en: "Gift wrapped", de: "Als Geschenk verpackt" },
      permission: "fulfillment:write",
      confirm: { en: "The wrapping is paid for.", de: "Die Verpackung ist bezahlt." },
      form: [
        {
          name: "paper",
          label: { en: "Paper", de: "Papier" },
          type: "choice",
          required: true,
          options: [
            { value: "red", label: { en: "Red", de: "Rot" } },
            { value: "gold", label: "Gold" },
          ],
        },
        { name: "sheets", label: "Sheets", type: "number", minimum: 1, maximum: 9 },
        { name: "note", label: "Note", type: "text", maxLength: 20 },
      ],
    },
  },
};

/** The shipped process of a floor, with a step between picking and packing. */
async function publishGiftWrap(): Promise<void> {
  const file = new URL("../../workflows/delivery.fulfillment-order.json", import.meta.url);
  const content = JSON.parse(readFileSync(file, "utf8")) as { states: { open: { states: States } } };
  const { states } = content.states.open;
  const { pack, ...others } = states["picking"]!.on;
  states["wrapped"] = { meta: { label: "picking" }, on: { pack, reject: others["reject"] } };
  states["picking"]!.on = { ...others, giftWrapped: WRAPPED };
  const path = "/v1/documents/workflow/delivery-fulfillment";
  await retailer.admin.put(`${path}/draft`, { content });
  await retailer.admin.post(`${path}/publish`, { note: "Gift wrap between pick and pack" });
}

async function newOrder(): Promise<{ id: string; floor: string }> {
  const sku = await retailer.sku({ leeds: 5 });
  const order = await retailer.capture({ lines: [{ sku, quantity: 2, unitPrice: 1_000 }] });
  return { id: order.id, floor: order.fulfillmentOrders[0]!.id };
}

const offered = async (id: string, by = retailer.admin): Promise<{ order: Action[]; floor: Action[] }> => {
  const { actions } = await by.get<{ actions: Action[] }>(`/v1/orders/${id}/actions`);
  const [order = [], floor = []] = [true, false].map((ofOrder) =>
    actions.filter(({ fulfillmentOrderId }) => (fulfillmentOrderId === null) === ofOrder),
  );
  return { order, floor };
};
const namesOf = (actions: readonly Action[]): string[] => actions.map(({ event }) => event).sort();
const takeOnFloor = (floor: string, action: string, data?: object) =>
  retailer.admin.ask<{ code?: string; errors?: { pointer: string }[]; status: string }>(
    "POST",
    `/v1/fulfillment-orders/${floor}/actions/${action}`,
    data === undefined ? {} : { data },
  );

test("what the shipped workflows offer is listed, and can be taken by name", async () => {
  const { id, floor } = await newOrder();
  const offers = await offered(id);
  expect(namesOf(offers.order)).toEqual(["cancel"]);
  expect(namesOf(offers.floor)).toEqual(["accept", "reject", "ship", "startPicking"]);
  expect(offers.floor.find(({ event }) => event === "ship")).toMatchObject({ operation: "shipFulfillmentOrder" });
  // Facts tell the reason, so no form may promise that it can be erased.
  for (const form of [offers.order[0]!.form, offers.floor.find(({ event }) => event === "reject")!.form])
    expect(form).toMatchObject([{ name: "reason", personal: false }]);
  expect((await takeOnFloor(floor, "accept")).body).toMatchObject({ status: "scheduled", orderId: id });
  expect((await takeOnFloor(floor, "accept")).body.code).toBe("transitionNotAllowed");
  expect((await takeOnFloor(floor, "reject", {})).body.errors).toEqual([
    { pointer: "/data/reason", message: "is required" },
  ]);
  const cancelled = await retailer.admin.post(`/v1/orders/${id}/actions/cancel`, { data: { reason: "price error" } });
  expect(cancelled).toMatchObject({ action: "cancel", orderStatus: "cancelled" });
  expect(await offered(id)).toEqual({ order: [], floor: [] });
});

test("an event that no person may send is no action, whatever the state takes", async () => {
  const { id, floor } = await newOrder();
  for (const event of ["progressed", "withdraw", "ship", "deliver", "valueOf"])
    expect((await takeOnFloor(floor, event)).body.code).toBe("transitionNotAllowed");
  expect(await retailer.admin.refused(`/v1/orders/${id}/actions/progressed`, {})).toBe("transitionNotAllowed");
});

test("a step that a business user adds has its button, form and history at once (W1)", async () => {
  await publishGiftWrap();
  const { id, floor } = await newOrder();
  await takeOnFloor(floor, "startPicking");
  const actions = (await offered(id)).floor;
  expect(namesOf(actions)).toEqual(["giftWrapped", "reject", "ship"]);
  expect(actions.find(({ event }) => event === "giftWrapped")).toMatchObject({
    label: { en: "Gift wrapped", de: "Als Geschenk verpackt" },
    form: [{ name: "paper" }, { name: "sheets" }, { name: "note" }],
    blockedBy: null,
  });
  const wrong = await takeOnFloor(floor, "giftWrapped", { paper: "blue", sheets: 10, note: "x".repeat(21), bow: true });
  expect(wrong.body.errors!.map(({ pointer }) => pointer).sort()).toEqual([
    "/data/bow",
    "/data/note",
    "/data/paper",
    "/data/sheets",
  ]);
  expect((await takeOnFloor(floor, "pack")).body.code).toBe("transitionNotAllowed");
  expect((await takeOnFloor(floor, "giftWrapped", { paper: "red", sheets: 2 })).status).toBe(200);
  const { data: timeline } = await retailer.admin.get<{ data: { type: string; data: unknown }[] }>(
    `/v1/orders/${id}/timeline`,
  );
  expect(timeline.filter(({ type }) => type.includes("actionTaken")).map(({ data }) => data)).toContainEqual(
    expect.objectContaining({ action: "giftWrapped", data: { paper: "red", sheets: 2 }, fulfillmentOrderId: floor }),
  );
  expect((await takeOnFloor(floor, "pack")).body.status).toBe("packed");
});

test("what may say something of a person stays out of the facts, and can be erased; the timeline tells it until then", async () => {
  const { id, floor } = await newOrder();
  await takeOnFloor(floor, "startPicking");
  await takeOnFloor(floor, "giftWrapped", { paper: "red", sheets: 2, note: "For Ada" });
  const taken = async () => {
    const { data } = await retailer.admin.get<{ data: { type: string; data: object }[] }>(`/v1/orders/${id}/timeline`);
    return data.findLast(({ type }) => type === "order.actionTaken")!.data;
  };
  expect(await taken()).toMatchObject({ data: { paper: "red", sheets: 2, note: "For Ada" }, personal: ["note"] });
  const { rows } = await retailer.database.pool.query<{ data: { data: object } }>(
    "select data from platform.events where entity_id = $1 and type = 'order.actionTaken' order by sequence desc limit 1",
    [id],
  );
  expect(rows[0]!.data.data).toEqual({ paper: "red", sheets: 2 });
  await retailer.database.pool.query("delete from orders.action_entries where order_id = $1", [id]);
  expect(await taken()).toMatchObject({ data: { paper: "red", sheets: 2 } });
});

test("a hold blocks actions unless they say otherwise, and permissions are the actions' own", async () => {
  const { id, floor } = await newOrder();
  const hold = await retailer.admin.post<{ id: string }>(`/v1/orders/${id}/holds`, { reason: "fraud check" });
  const actions = (await offered(id)).floor;
  expect(actions.map(({ event, blockedBy }) => `${event} ${blockedBy}`).sort()).toEqual([
    "accept hold",
    "reject null",
    "ship hold",
    "startPicking hold",
  ]);
  expect((await takeOnFloor(floor, "accept")).body.code).toBe("orderHeld");
  await retailer.admin.post(`/v1/orders/${id}/holds/${hold.id}/release`, {});

  const reader = await retailer.caller(["orders:read", "fulfillment:read"]);
  expect(await offered(id, reader)).toEqual({ order: [], floor: [] });
  expect(await reader.refused(`/v1/fulfillment-orders/${floor}/actions/accept`, {})).toBe("forbidden");
  expect(await reader.refused(`/v1/orders/${id}/actions/cancel`, { data: { reason: "x" } })).toBe("forbidden");
  const elsewhere = await retailer.caller(["orders:read", "fulfillment:read", "fulfillment:write"], {
    locationCodes: ["york"],
  });
  expect(await elsewhere.refused(`/v1/fulfillment-orders/${floor}/actions/accept`, {})).toBe("notFound");
});

test("a form with two fields of one name, or a choice of nothing, is refused with its place", async () => {
  const file = new URL("../../workflows/delivery.fulfillment-order.json", import.meta.url);
  const content = JSON.parse(readFileSync(file, "utf8")) as { states: { open: { states: States } } };
  const field = { name: "paper", label: "Paper", type: "choice" };
  content.states.open.states["picking"]!.on["pack"] = {
    target: "packed",
    meta: { userAction: { label: "Pack", permission: "fulfillment:write", form: [field, { ...field, type: "text" }] } },
  };
  const path = "/v1/documents/workflow/delivery-fulfillment";
  await retailer.admin.put(`${path}/draft`, { content });
  const answer = await retailer.admin.ask<{ errors: { pointer: string }[] }>("POST", `${path}/publish`, { note: "x" });
  const place = "/states/open/states/picking/on/pack/meta/userAction/form";
  expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual([`${place}/0/options`, `${place}/1/name`]);
});

test("a step that works on what an event carries stands nowhere else: no button and no timer can run it on nothing", async () => {
  const file = new URL("../../workflows/delivery.fulfillment-order.json", import.meta.url);
  const content = JSON.parse(readFileSync(file, "utf8")) as { states: { open: { states: States } } };
  const picking = content.states.open.states["picking"]! as States[string] & { entry?: unknown };
  picking.on["gone"] = {
    actions: "shipUnits",
    meta: { userAction: { label: "Gone", permission: "fulfillment:write" } },
  };
  picking.entry = "deliverUnits";
  const { faults } = await retailer.admin.post<{ faults: { pointer: string; message: string }[] }>(
    "/v1/document-kinds/workflow/check",
    { code: "delivery-fulfillment", content },
  );
  const state = "/states/open/states/picking";
  expect(faults.map(({ pointer }) => pointer).sort()).toEqual([`${state}/entry`, `${state}/on/gone/actions`]);
  expect(faults.map(({ message }) => message).join()).toContain("only on transitions for ship");
});

test("a button of one's own that cancels needs to say no more: all that has not left is cancelled, and its stock is free", async () => {
  const file = new URL("../../workflows/standard-delivery.order.json", import.meta.url);
  const content = JSON.parse(readFileSync(file, "utf8")) as { states: States };
  const { cancel } = content.states["processing"]!.on as { cancel: object };
  const own = { label: { en: "Give up", de: "Aufgeben" }, permission: "orders:cancel" };
  content.states["processing"]!.on["giveUp"] = { ...cancel, meta: { userAction: own } };
  const path = "/v1/documents/workflow/standard-order";
  await retailer.admin.put(`${path}/draft`, { content });
  await retailer.admin.post(`${path}/publish`, { note: "Give up" });
  const sku = await retailer.sku({ leeds: 5 });
  const { id } = await retailer.capture({ lines: [{ sku, quantity: 2, unitPrice: 1_000 }] });
  await retailer.admin.post(`/v1/orders/${id}/actions/giveUp`, {});
  expect((await retailer.order(id)).status).toBe("cancelled");
  expect(await retailer.position(sku, "leeds")).toMatchObject({ onHand: 5, allocated: 0 });
});

test("an order that came without lines is cancelled like any other", async () => {
  const order = await retailer.admin.post<{ id: string; status: string }>("/v1/orders", {
    channel: "web",
    externalReference: "NO-LINES",
    historical: true,
    orderedAt: "2025-01-01T10:00:00Z",
    fulfillmentChoices: [],
    lines: [],
  });
  expect(order.status).toBe("created");
  await retailer.admin.post(`/v1/orders/${order.id}/cancel`, { reason: "empty" });
  expect((await retailer.order(order.id)).status).toBe("cancelled");
});
