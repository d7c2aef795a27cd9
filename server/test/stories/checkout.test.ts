import { afterAll, beforeAll, expect, test } from "vitest";
import { resolveShorts } from "../../src/orders/public.ts";
import type { StockAnswer } from "../../src/promising/check-stock.ts";
import type { Checkout } from "../../src/promising/view-checkouts.ts";
import type { ProblemBody } from "../harness/caller.ts";
import { eventually, LEEDS, openRetailer, type Retailer } from "../harness/retailer.ts";

let shop: Retailer;
let beside: Retailer;
beforeAll(async () => {
  shop = await openRetailer({ worker: true });
  beside = await openRetailer({ beside: shop });
  for (const code of ["leeds", "york", "dc"])
    await shop.admin.ask("PATCH", `/v1/locations/${code}`, { address: { country: "GB", city: code } });
});
afterAll(async () => {
  await shop.audit();
  await beside.close();
  await shop.close();
});

const home = { id: "home", country: "GB", postalCode: "LS1 4DY", latitude: LEEDS.latitude, longitude: LEEDS.longitude };
const basketOf = (sku: string, quantity = 1) => ({ channel: "web", lines: [{ sku, quantity }], destinations: [home] });
const begin = (sku: string, quantity = 1, more: object = {}) =>
  shop.admin.post<Checkout>("/v1/checkouts", { ...basketOf(sku, quantity), ...more });
const see = (id: string) => shop.admin.get<Checkout>(`/v1/checkouts/${id}`);
const reservedAt = async (sku: string, location: string): Promise<number> =>
  (await shop.admin.list<{ reserved: number }>(`/v1/positions?sku=${sku}&location=${location}`))[0]!.reserved;
const choice = { id: "home", method: "delivery", address: LEEDS, service: "express" } as const;
const order = (sku: string, quantity: number, checkout?: string) =>
  shop.capture({
    fulfillmentChoices: [choice],
    lines: [{ sku, quantity, unitPrice: 100 }],
    ...(checkout === undefined ? {} : { checkout }),
  });
const expireNow = (id: string) =>
  shop.database.pool.query("update inventory.holds set expires_at = now() - interval '1 second' where id = $1", [id]);

test("a checkout holds its units, says how and when they could arrive, and its order keeps both", async () => {
  const sku = await shop.sku({ leeds: 2 });
  const checkout = await begin(sku, 2);
  expect(checkout).toMatchObject({ status: "open", lines: [{ sku, quantity: 2, held: 2, destination: "home" }] });
  expect(await reservedAt(sku, "leeds")).toBe(2);
  const [offer] = checkout.offers;
  const options = new Map(offer!.options.map((option) => [option.method, option]));
  expect([...options.keys()].toSorted()).toEqual(["express", "standard"]);
  expect(options.get("standard")).toMatchObject({
    held: true,
    price: { amount: 395, currency: "GBP" },
    parcels: [{ location: "leeds", service: "standard", lines: [{ lineNumber: 1, quantity: 2 }] }],
  });
  // What a store would bring within hours is not at a store.
  expect(offer!.notOffered).toEqual([{ method: "same-day", reason: "notEnough" }]);
  const express = options.get("express")!;
  expect(express.deliverBy! < options.get("standard")!.deliverBy!).toBe(true);

  // Nobody else gets them, and whoever names the checkout does.
  const other = await shop.admin.ask<ProblemBody>("POST", "/v1/orders", {
    channel: "web",
    externalReference: "somebody-else",
    fulfillmentChoices: [choice],
    lines: [{ sku, quantity: 1, unitPrice: 100 }],
  });
  expect([other.status, other.body.code]).toEqual([422, "unavailable"]);
  const { id } = await order(sku, 2, checkout.id);
  expect(await see(checkout.id)).toMatchObject({ status: "ordered", orderId: id });
  expect(await shop.position(sku, "leeds")).toEqual({ onHand: 2, allocated: 2, available: 0, short: 0 });
  expect(await reservedAt(sku, "leeds")).toBe(0);
  const { fulfillmentChoices, sourcing } = await shop.order(id);
  expect(fulfillmentChoices[0]!.promise).toMatchObject({
    checkoutId: checkout.id,
    method: "express",
    service: "express",
    shipBy: express.shipBy,
    deliverBy: express.deliverBy,
    versions: { "fulfillment-method/express": 1, "carrier-service/express": 1 },
  });
  expect(sourcing[0]!.explanation).toMatchObject([{ reason: { why: "heldByCheckout" } }]);

  // Two orders cannot come from it, and the same one again is the same.
  expect(
    await shop.admin.refused("/v1/orders", {
      channel: "web",
      externalReference: "again",
      checkout: checkout.id,
      fulfillmentChoices: [choice],
      lines: [{ sku, quantity: 1, unitPrice: 100 }],
    }),
  ).toBe("checkoutOrdered");
  const change = await shop.admin.ask<ProblemBody>("PATCH", `/v1/checkouts/${checkout.id}`, { holdMinutes: 5 });
  expect([change.status, change.body.code]).toEqual([409, "checkoutEnded"]);
});

test("what an order does not need of its checkout is free, what it needs more it gets like any other", async () => {
  const sku = await shop.sku({ leeds: 3, york: 2 });
  const small = await begin(sku, 3);
  await order(sku, 1, small.id);
  expect(await shop.position(sku, "leeds")).toMatchObject({ allocated: 1, available: 2 });
  const large = await begin(sku, 2);
  await order(sku, 4, large.id);
  expect(await reservedAt(sku, "leeds")).toBe(0);
  expect(await shop.position(sku, "leeds")).toMatchObject({ allocated: 3, available: 0 });
  expect(await shop.position(sku, "york")).toMatchObject({ allocated: 2, available: 0 });
});

test("an order of more than its checkout holds and all there is beside it is refused, and the checkout stays", async () => {
  const sku = await shop.sku({ leeds: 5 });
  const checkout = await begin(sku, 5);
  const refused = await shop.admin.ask<ProblemBody>("POST", "/v1/orders", {
    channel: "web",
    externalReference: "more-than-there-is",
    checkout: checkout.id,
    fulfillmentChoices: [choice],
    lines: [{ sku, quantity: 8, unitPrice: 100 }],
  });
  expect([refused.status, refused.body.code]).toEqual([422, "unavailable"]);
  expect(refused.body.errors![0]!.message).toContain("5 of 8 units");
  expect(await reservedAt(sku, "leeds")).toBe(5);
  await order(sku, 5, checkout.id);
  expect(await shop.position(sku, "leeds")).toEqual({ onHand: 5, allocated: 5, available: 0, short: 0 });
});

test("it is changed as a whole or not at all, extended, released, and found again by its key", async () => {
  const [sku, rare] = [await shop.sku({ leeds: 3 }), await shop.sku({ leeds: 1 })];
  const checkout = await begin(sku, 2);
  const change = (body: object, ifMatch?: number) =>
    shop.admin.ask<Checkout & ProblemBody>(
      "PATCH",
      `/v1/checkouts/${checkout.id}`,
      body,
      ifMatch === undefined ? {} : { "if-match": `"${ifMatch}"` },
    );
  const refused = await change({
    lines: [
      { sku, quantity: 1 },
      { sku: rare, quantity: 2 },
    ],
  });
  expect([refused.status, refused.body.errors]).toEqual([
    422,
    [{ pointer: "/lines/1/quantity", message: "1 of 2 units can be held" }],
  ]);
  expect([await reservedAt(sku, "leeds"), await reservedAt(rare, "leeds")]).toEqual([2, 0]);
  expect(
    (
      await change({
        lines: [
          { sku, quantity: 1 },
          { sku: rare, quantity: 1 },
        ],
      })
    ).body,
  ).toMatchObject({
    version: 2,
    lines: [{ held: 1 }, { held: 1 }],
  });
  expect([await reservedAt(sku, "leeds"), await reservedAt(rare, "leeds")]).toEqual([1, 1]);
  expect((await change({ holdMinutes: 5 }, 1)).status).toBe(412);
  const longer = await change({ holdMinutes: 120 }, 2);
  expect(longer.body.expiresAt > checkout.expiresAt).toBe(true);
  expect(longer.body).toMatchObject({ version: 3, lines: [{ held: 1 }, { held: 1 }] });
  for (const time of ["once", "twice"])
    expect((await shop.admin.ask("DELETE", `/v1/checkouts/${checkout.id}`)).body, time).toMatchObject({
      status: "released",
    });
  expect([await reservedAt(sku, "leeds"), await reservedAt(rare, "leeds")]).toEqual([0, 0]);

  const [one, two] = await Promise.all(
    [1, 2].map(() => shop.admin.post<Checkout>("/v1/checkouts", basketOf(sku), "a-key")),
  );
  expect(one!.id).toBe(two!.id);
  expect(await reservedAt(sku, "leeds")).toBe(1);
});

test("holds of dead baskets come back on time, and an order that comes too late is served like any other", async () => {
  const sku = await shop.sku({ leeds: 1 });
  const dead = await begin(sku);
  await expireNow(dead.id);
  await eventually("the hold expires", async () => (await see(dead.id)).status === "expired", 20_000);
  expect(await see(dead.id)).toMatchObject({ lines: [{ held: 0 }] });
  expect(await shop.position(sku, "leeds")).toMatchObject({ available: 1 });
  const { id } = await order(sku, 1, dead.id);
  expect((await shop.order(id)).fulfillmentChoices[0]!.promise).toBeUndefined();
});

test("a count that finds less makes no order of what is not there, and takes nothing from orders for a basket", async () => {
  const sku = await shop.sku({ leeds: 3 });
  const ordered = await order(sku, 1);
  const [first, second] = [await begin(sku), await begin(sku)];
  await shop.admin.post("/v1/stock/snapshots", {
    source: "wms",
    asOf: new Date().toISOString(),
    basis: "physical",
    scope: "partial",
    items: [{ sku, location: "leeds", quantity: 2 }],
  });
  expect(await resolveShorts(shop.application)).toBe(0);
  // Two are there for an order and two baskets: the first basket that is ordered has the other one.
  await order(sku, 1, second.id);
  const late = await shop.admin.ask<ProblemBody>("POST", "/v1/orders", {
    channel: "web",
    externalReference: "late",
    checkout: first.id,
    fulfillmentChoices: [choice],
    lines: [{ sku, quantity: 1, unitPrice: 100 }],
  });
  expect([late.status, late.body.code]).toEqual([422, "unavailable"]);
  expect((await shop.order(ordered.id)).lines[0]).toMatchObject({ allocated: 1, backordered: 0 });
  await shop.admin.ask("DELETE", `/v1/checkouts/${first.id}`);
  expect(await shop.position(sku, "leeds")).toEqual({ onHand: 2, allocated: 2, available: 0, short: 0 });
});

test("a basket is checked without holding anything: all, part of it, or something else", async () => {
  const [there, substitute] = [await shop.sku({ york: 5 }), await shop.sku({ dc: 9 })];
  const rare = await shop.sku({ leeds: 1 });
  await shop.admin.ask("PATCH", `/v1/skus/${rare}`, { attributes: { substitutes: [substitute, "NOBODY-KNOWS"] } });
  const check = (lines: object[], destinations: object[] = [home]) =>
    shop.admin.post<StockAnswer>("/v1/stock-check", { channel: "web", lines, destinations });
  const all = await check([
    { sku: there, quantity: 5 },
    { sku: rare, quantity: 1 },
  ]);
  expect(all).toMatchObject({
    fulfillable: true,
    destinations: [{ isPartial: false, lines: [{ available: 5 }, { available: 1 }] }],
  });
  const standard = all.destinations[0]!.offers.options.find(({ method }) => method === "standard")!;
  expect(new Set(standard.parcels.map(({ location }) => location))).toEqual(new Set(["leeds", "york"]));
  expect(standard.price).toEqual({ amount: 790, currency: "GBP" });

  const part = await check([
    { sku: there, quantity: 5 },
    { sku: rare, quantity: 3 },
  ]);
  const [destination] = part.destinations;
  expect(destination).toMatchObject({
    fulfillable: false,
    isPartial: true,
    lines: [
      { available: 5, substitutes: [] },
      { available: 1, substitutes: [{ sku: substitute, available: 3 }] },
    ],
  });
  expect(destination!.offers.options[0]!.parcels.flatMap(({ lines }) => lines)).toHaveLength(2);
  // Collecting in one place what is in another: nothing of it.
  const collected = await check([{ sku: there, quantity: 1 }], [{ id: "store", location: "leeds" }]);
  expect(collected).toMatchObject({ fulfillable: false });
  const wrong = await shop.admin.ask<ProblemBody>("POST", "/v1/stock-check", {
    ...basketOf(there),
    destinations: [{ id: "home" }, { ...home, id: "home" }],
  });
  expect([wrong.status, wrong.body.errors?.map(({ pointer }) => pointer)]).toEqual([
    422,
    ["/destinations/0", "/destinations/1/id"],
  ]);
});

test("a locker is a document: written, checked, published, and offered at once", async () => {
  const path = "/v1/documents/fulfillment-method/locker";
  await shop.admin.ask("PATCH", "/v1/locations/york", { groups: ["lockers"] });
  const sku = await shop.sku({ leeds: 1 });
  const locker = {
    title: "Parcel locker",
    kind: "locker",
    clock: { processingMinutes: 60, keptDays: 3 },
    collectionPoints: { groups: ["lockers"] },
    prices: [{ currency: "GBP", amount: 250, freeFrom: 5_000 }],
  };
  const save = (content: object) =>
    shop.admin.ask<{ draft?: { faults: { pointer: string }[] }; faults?: { pointer: string }[] }>(
      "PUT",
      `${path}/draft`,
      { content },
    );
  const bad = await save(locker);
  expect(JSON.stringify(bad.body)).toContain('"/services"');
  expect((await save({ ...locker, services: ["standard"] })).status).toBeLessThan(300);
  const published = await shop.admin.ask("POST", `${path}/publish`, { note: "Lockers at last." });
  expect([published.status, published.body]).toEqual([201, expect.anything()]);
  const destinations = [{ id: "locker", location: "york" }];
  const priced = await begin(sku, 1, { destinations, lines: [{ sku, quantity: 1, unitPrice: 4_999 }] });
  expect(priced.offers[0]!.options).toMatchObject([
    {
      method: "locker",
      location: "york",
      price: { amount: 250, currency: "GBP" },
      parcels: [{ location: "leeds", service: "standard" }],
    },
  ]);
  expect(priced.offers[0]!.options[0]!.readyAt).toBe(priced.offers[0]!.options[0]!.deliverBy);
});

test("who sees other channels or locations learns nothing of these", async () => {
  const sku = await shop.sku({ leeds: 1 });
  const { id } = await begin(sku);
  const stranger = await shop.caller(["orders:read"], { channelCodes: ["shop"] });
  expect((await stranger.ask("GET", `/v1/checkouts/${id}`)).status).toBe(404);
  expect(await stranger.list("/v1/checkouts")).toEqual([]);
  const yorker = await shop.caller(["orders:read"], { locationCodes: ["york"] });
  const seen = await yorker.get<Checkout>(`/v1/checkouts/${id}`);
  expect(JSON.stringify(seen)).not.toContain("leeds");
  expect((await shop.admin.list<Checkout>("/v1/checkouts?status=open")).map((one) => one.id)).toContain(id);
});

test("whatever runs beside whatever, no unit is sold twice and no hold is lost", async () => {
  const sku = await shop.sku({ leeds: 10, york: 10 });
  const sold: number[] = [];
  const settled = await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      const { admin } = index % 2 === 0 ? shop : beside;
      const made = await admin.ask<Checkout & ProblemBody>("POST", "/v1/checkouts", basketOf(sku));
      if (made.status !== 201) return made.body.code;
      const { id } = made.body;
      const [extended] = await Promise.all([
        admin.ask("PATCH", `/v1/checkouts/${id}`, { holdMinutes: 60 }),
        index % 5 === 0 ? expireNow(id) : null,
        index % 7 === 0 ? admin.ask("DELETE", `/v1/checkouts/${id}`) : null,
        index % 9 === 0 ? shop.receive(sku, "york", 1) : null,
      ]);
      expect([200, 409, 412]).toContain(extended.status);
      const captured = await admin.ask<ProblemBody>("POST", "/v1/orders", {
        channel: "web",
        externalReference: `race-${index}`,
        checkout: id,
        fulfillmentChoices: [choice],
        lines: [{ sku, quantity: 1, unitPrice: 100 }],
      });
      if (captured.status === 201) sold.push(index);
      return captured.status === 201 ? "sold" : captured.body.code;
    }),
  );
  expect([...new Set(settled)].every((one) => ["sold", "unavailable"].includes(one!))).toBe(true);
  const positions = await shop.admin.list<{ onHand: number; allocated: number; available: number; reserved: number }>(
    `/v1/positions?sku=${sku}`,
  );
  const sum = (part: "allocated" | "available" | "onHand"): number =>
    positions.reduce((all, one) => all + one[part], 0);
  expect(sum("allocated")).toBe(sold.length);
  expect(positions.every(({ available }) => available >= 0)).toBe(true);
  expect(sold.length).toBeGreaterThanOrEqual(20);
  await shop.audit();
});

test("baskets together hold more than a quota, a basket alone does not, and no more is sold than it says (I6)", async () => {
  const sku = await shop.sku({ leeds: 5, york: 5 });
  const document = "/v1/documents/availability-controls/availability";
  const rules = [{ name: "Cap", effect: { type: "quota", units: 4 }, scope: { skus: [sku] } }];
  await shop.admin.put(`${document}/draft`, { content: { title: "Rules", rules } });
  await shop.admin.post(`${document}/publish`, { note: "A cap." });

  const tooLarge = await shop.admin.ask<ProblemBody>("POST", "/v1/checkouts", basketOf(sku, 7));
  expect(tooLarge.body.errors).toEqual([{ pointer: "/lines/0/quantity", message: "4 of 7 units can be held" }]);

  const baskets = await Promise.all(Array.from({ length: 7 }, () => begin(sku)));
  const outcomes = await Promise.all(
    baskets.map(async ({ id }, index) => {
      const { status, body } = await shop.admin.ask<ProblemBody>("POST", "/v1/orders", {
        channel: "web",
        externalReference: `capped-${index}`,
        checkout: id,
        fulfillmentChoices: [choice],
        lines: [{ sku, quantity: 1, unitPrice: 100 }],
      });
      return status === 201 ? "sold" : body.code;
    }),
  );
  expect(outcomes.filter((one) => one === "sold")).toHaveLength(4);
  expect(outcomes.filter((one) => one === "unavailable")).toHaveLength(3);
  expect((await shop.admin.ask("POST", "/v1/checkouts", basketOf(sku))).status).toBe(422);
});

test("later versions of an order keep its checkout and its promise; sent again, it is the same also when its checkout is forgotten", async () => {
  const sku = await shop.sku({ leeds: 1 });
  const { id: checkout } = await begin(sku);
  await shop.admin.ask("PATCH", "/v1/channels/web", { whenChanged: "newVersion" });
  const send = (instructions?: string, named: string | null = checkout) =>
    shop.admin.ask<{ id: string } & ProblemBody>("POST", "/v1/orders", {
      channel: "web",
      externalReference: "changed",
      ...(named === null ? {} : { checkout: named }),
      fulfillmentChoices: [{ ...choice, ...(instructions === undefined ? {} : { instructions }) }],
      lines: [{ sku, quantity: 1, unitPrice: 100 }],
    });
  const promiseOf = async (id: string) => (await shop.order(id)).fulfillmentChoices[0]!.promise;
  const first = await send();
  const promise = await promiseOf(first.body.id);
  expect(promise).toMatchObject({ checkoutId: checkout, method: "express" });
  const versions = [await send("ring twice"), await send("ring once", null), await send("do not ring")];
  expect(versions.map(({ status }) => status)).toEqual([201, 201, 201]);
  for (const { body } of versions) expect(await promiseOf(body.id)).toEqual(promise);
  const latest = versions[2]!.body.id;
  expect(await see(checkout)).toMatchObject({ status: "ordered", orderId: latest });
  await shop.database.pool.query("delete from promising.checkouts where id = $1", [checkout]);
  const again = await send("do not ring");
  expect([again.status, again.body.id]).toEqual([200, latest]);
  expect((await send("knock")).status).toBe(201);
  await shop.admin.ask("PATCH", "/v1/channels/web", { whenChanged: "refuse" });
  expect(
    await shop.admin.refused("/v1/orders", {
      channel: "web",
      externalReference: "of-a-forgotten-one",
      checkout,
      fulfillmentChoices: [choice],
      lines: [{ sku, quantity: 1, unitPrice: 100 }],
    }),
  ).toBe("unknownCheckout");
});

test("a new version of an order takes its locks like every capture: holds before supplies", async () => {
  const [awaited, there] = [await shop.sku(), await shop.sku({ leeds: 1 })];
  const item = { kind: "asn", reference: `ASN-${awaited}`, line: 1, sku: awaited, location: "leeds", quantity: 1 };
  await shop.admin.post("/v1/supplies", { items: [{ ...item, expectedOn: "2099-03-01" }] });
  await shop.admin.ask("PATCH", "/v1/channels/web", { whenChanged: "newVersion" });
  const send = (more: object) =>
    shop.admin.ask<{ id: string }>("POST", "/v1/orders", {
      channel: "web",
      type: "backOrder",
      externalReference: "locks",
      fulfillmentChoices: [choice],
      lines: [{ sku: awaited, quantity: 1, unitPrice: 100 }],
      ...more,
    });
  const first = await send({});
  await eventually("it is promised", async () => (await shop.order(first.body.id)).lines[0]!.expected.length === 1);
  const { id: checkout } = await begin(there);
  const client = await shop.database.pool.connect();
  try {
    await client.query("begin");
    await client.query("select from inventory.holds where id = $1 for update", [checkout]);
    const second = send({ checkout, lines: [awaited, there].map((sku) => ({ sku, quantity: 1, unitPrice: 100 })) });
    await eventually("the new version waits for the hold", async () => {
      const { rows } = await client.query(
        "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return rows.length > 0;
    });
    // A capture that has the hold gets the supply: nobody waits for the other one in a circle.
    await client.query("select from inventory.supplies where reference = $1 for update nowait", [item.reference]);
    await client.query("rollback");
    expect((await second).status).toBe(201);
  } finally {
    await client.query("rollback");
    client.release();
  }
  await shop.admin.ask("PATCH", "/v1/channels/web", { whenChanged: "refuse" });
});

test("what was offered for one place is promised for no other", async () => {
  const sku = await shop.sku({ leeds: 3 });
  const promiseTo = async (changed: object) => {
    const { id: checkout } = await begin(sku);
    const { id } = await shop.capture({
      checkout,
      fulfillmentChoices: [{ ...choice, ...changed }],
      lines: [{ sku, quantity: 1, unitPrice: 100 }],
    });
    return (await shop.order(id)).fulfillmentChoices[0]!.promise;
  };
  expect(await promiseTo({ id: "office" })).toBeUndefined();
  expect(await promiseTo({ address: { ...LEEDS, postalCode: "YO1 7HH" } })).toBeUndefined();
  expect(await promiseTo({ address: { ...LEEDS, postalCode: "ls14dy" } })).toMatchObject({ method: "express" });
});
