import { afterAll, beforeAll, expect, test } from "vitest";
import { type Caller, callerOf } from "../../test/harness/caller.ts";
import { eventually, HOME, now, openRetailer, type OrderAnswer, type Retailer } from "../../test/harness/retailer.ts";
import { fixedClock } from "../platform/clock.ts";
import type { OrderAggregate } from "./aggregate.ts";
import type { Proposal } from "./proposal.ts";
import { RestingOrders } from "./resting-orders.ts";

/** Two processes of one retailer. */
let here: Retailer;
let there: Retailer;
let sameCallerThere: Caller;
beforeAll(async () => {
  here = await openRetailer();
  there = await openRetailer({ beside: here });
  sameCallerThere = callerOf(there.url, here.admin.key);
});
afterAll(async () => {
  await here.audit();
  await sameCallerThere.close();
  await there.close();
  await here.close();
});

const rules: object[] = [];

/** Adds to the rules in force, in this process; the other one hears of it within a quarter of a second. */
async function addRules(...more: object[]): Promise<void> {
  rules.push(...more);
  const document = "/v1/documents/availability-controls/availability";
  await here.admin.put(`${document}/draft`, { content: { title: "Rules", rules } });
  await here.admin.post(`${document}/publish`, { note: `Rules ${rules.length}.` });
}

async function promised(sku: string, by = here.admin): Promise<number> {
  const { items } = await by.get<{ items: { quantity: number }[] }>(`/v1/availability?channel=web&skus=${sku}`);
  return items[0]!.quantity;
}

let references = 0;
const order = (lines: object[], more: object = {}): object => ({
  channel: "web",
  externalReference: `C-${++references}`,
  fulfillmentChoices: [HOME],
  lines,
  ...more,
});
const line = (sku: string, quantity: number) => ({ sku, quantity, unitPrice: 100 });
const capture = async (lines: object[], by = here.admin): Promise<number> =>
  (await by.ask("POST", "/v1/orders", order(lines))).status;

test("captures sell exactly what the answers promise, at two processes at once: what rules keep back stays (I5, I6, I12)", async () => {
  const [buffered, minimum, mixed] = [
    await here.sku({ leeds: 6, york: 4, london: 5 }),
    await here.sku({ leeds: 3, york: 9 }),
    await here.sku({ leeds: 12, dc: 8, york: 1 }),
  ];
  await addRules(
    { name: "Buffer", effect: { type: "buffer", units: 2 }, scope: { skus: [buffered], channels: ["web"] } },
    { name: "No London", effect: { type: "exclude" }, scope: { skus: [buffered], locations: ["london"] } },
    { name: "Minimum", effect: { type: "minimum", units: 4 }, scope: { skus: [minimum] } },
    { name: "Safety", effect: { type: "safetyStock", units: 3 }, scope: { skus: [mixed] } },
    { name: "Warehouse", effect: { type: "buffer", percent: 25 }, scope: { skus: [mixed], locations: ["leeds"] } },
  );
  const expected = { [buffered]: 6, [minimum]: 9, [mixed]: 6 + 5 };
  for (const [sku, quantity] of Object.entries(expected)) {
    expect(await promised(sku)).toBe(quantity);
    await eventually(
      "the other process knows the rules",
      async () => (await promised(sku, sameCallerThere)) === quantity,
    );
  }
  const statuses = await Promise.all(
    [buffered, mixed].flatMap((sku) =>
      Array.from({ length: 20 }, (_, buyer) => capture([line(sku, 1)], buyer % 2 ? here.admin : sameCallerThere)),
    ),
  );
  const won = (from: number): number => statuses.slice(from, from + 20).filter((status) => status === 201).length;
  expect(won(0)).toBe(expected[buffered]);
  expect(await here.position(buffered, "leeds")).toMatchObject({ available: 2 });
  expect(await here.position(buffered, "york")).toMatchObject({ available: 2 });
  expect(await here.position(buffered, "london")).toMatchObject({ available: 5 });
  // A percentage is of what is free at the moment, so it keeps less and less; the safety stock and one unit stay.
  expect(won(20)).toBe(8 + 5);
  expect(await here.position(mixed, "leeds")).toMatchObject({ available: 4 });
  expect(await here.position(mixed, "dc")).toMatchObject({ available: 3 });
  expect(await here.position(mixed, "york")).toMatchObject({ available: 1 });
  expect([
    await capture([line(minimum, 10)]),
    await capture([line(minimum, 6)]),
    await capture([line(minimum, 1)]),
  ]).toEqual([422, 201, 422]);
  expect(await here.position(minimum, "york")).toMatchObject({ available: 3 });
  for (const sku of Object.keys(expected)) expect(await promised(sku)).toBe(0);
});

test("what is kept back is asked once for an order, however its units are spread over addresses and lines", async () => {
  const [minimum, half] = [await here.sku({ leeds: 10 }), await here.sku({ leeds: 10 })];
  await addRules(
    { name: "Last eight", effect: { type: "minimum", units: 8 }, scope: { skus: [minimum] } },
    { name: "Half", effect: { type: "buffer", percent: 50 }, scope: { skus: [half] } },
  );
  const spread = (sku: string, ...quantities: number[]): Promise<{ status: number }> =>
    here.admin.ask("POST", "/v1/orders", {
      ...order(quantities.map((quantity, index) => ({ ...line(sku, quantity), fulfillmentChoice: `to-${index}` }))),
      fulfillmentChoices: quantities.map((_, index) => ({ ...HOME, id: `to-${index}` })),
    });
  expect((await spread(minimum, 5, 2)).status).toBe(201);
  expect((await spread(minimum, 1, 1)).status).toBe(422);
  expect((await spread(half, 4, 2)).status).toBe(422);
  expect((await spread(half, 3, 2)).status).toBe(201);
  expect(await here.position(minimum, "leeds")).toMatchObject({ available: 3 });
  expect(await here.position(half, "leeds")).toMatchObject({ available: 5 });
});

test("a new version of an order keeps what the earlier one was promised, whatever rules have come since, and no more", async () => {
  const sku = await here.sku({ leeds: 4 });
  const versions = (quantity: number, instructions: string): Promise<{ status: number }> =>
    here.admin.ask("POST", "/v1/orders", {
      ...order([line(sku, quantity)], { channel: "market", externalReference: "VERSIONS" }),
      fulfillmentChoices: [{ ...HOME, instructions }],
    });
  expect((await versions(3, "at the door")).status).toBe(201);
  await addRules({ name: "Buffer of late", effect: { type: "buffer", units: 2 }, scope: { skus: [sku] } });
  expect((await versions(3, "at the back door")).status).toBe(201);
  expect((await versions(4, "at the back door")).status).toBe(422);
  expect((await versions(2, "at the back door")).status).toBe(201);
  expect(await here.position(sku, "leeds")).toMatchObject({ allocated: 2, available: 2 });
});

test("whatever amounts are asked for in whatever order, nothing that rules keep back is sold, and what is promised can be had", async () => {
  const locations = ["leeds", "york", "dc", "london"];
  const stocked = await Promise.all(
    [1, 2, 3].map(async (seed) => {
      const stock = Object.fromEntries(locations.map((code, index) => [code, (seed * 7 + index * 5) % 13]));
      return { sku: await here.sku(stock), stock, kept: seed + 1 };
    }),
  );
  await addRules(
    ...stocked.map(({ sku, kept }) => ({
      name: `Keep ${sku}`,
      effect: { type: "buffer", units: kept },
      scope: { skus: [sku] },
    })),
  );
  const [first] = stocked;
  const toPromise = Object.values(first!.stock).reduce((sum, units) => sum + Math.max(0, units - first!.kept), 0);
  await eventually("the other process knows", async () => (await promised(first!.sku, sameCallerThere)) === toPromise);
  await Promise.all(
    Array.from({ length: 60 }, (_, buyer) => {
      const lines = stocked
        .filter((_one, index) => (buyer + index) % 3 !== 0)
        .map(({ sku }, index) => line(sku, 1 + ((buyer * 5 + index * 3) % 4)));
      return capture(lines, buyer % 2 ? here.admin : sameCallerThere);
    }),
  );
  for (const { sku, stock, kept } of stocked) {
    for (const [location, units] of Object.entries(stock)) {
      if (units === 0) continue;
      const { available } = await here.position(sku, location);
      expect(available, `${sku} at ${location}`).toBeGreaterThanOrEqual(Math.min(units, kept));
    }
    const left = await promised(sku);
    expect(await capture([line(sku, left + 1)])).toBe(422);
    if (left > 0) expect(await capture([line(sku, left)])).toBe(201);
    expect(await promised(sku)).toBe(0);
  }
});

test("facts are never refused: sales at the till, history and what a migration says is somewhere take what rules keep back", async () => {
  const sku = await here.sku({ leeds: 3 });
  await addRules({ name: "Nothing", effect: { type: "exclude" }, scope: { skus: [sku] } });
  expect(await capture([line(sku, 1)])).toBe(422);
  const sale = { kind: "sale", sku, location: "leeds", quantity: 1, occurredAt: now(), source: "till" };
  await here.admin.post("/v1/stock/movements", { items: [sale] });
  expect(await here.position(sku, "leeds")).toMatchObject({ onHand: 2, available: 2 });
  await here.admin.post("/v1/orders", order([{ ...line(sku, 1), location: "leeds" }]));
  expect(await here.position(sku, "leeds")).toMatchObject({ onHand: 2, allocated: 1 });
  const old = { historical: true, orderedAt: "2024-03-01T10:00:00Z" };
  await here.admin.post("/v1/orders", order([line(sku, 1)], old));
  expect(await here.position(sku, "leeds")).toMatchObject({ onHand: 2, allocated: 2 });
});

test("an order that may wait waits for what rules keep back, and gets it when they no longer do", async () => {
  const sku = await here.sku({ leeds: 5 });
  await addRules({ name: "Later", effect: { type: "buffer", units: 4 }, scope: { skus: [sku], channels: ["shop"] } });
  const { id } = await here.admin.post<OrderAnswer>("/v1/orders", order([line(sku, 3)], { channel: "shop" }));
  const units = async (): Promise<object[]> =>
    (await here.order(id)).lines.map(({ backordered, allocated }) => ({ backordered, allocated }));
  expect(await units()).toEqual([{ backordered: 2, allocated: 1 }]);
  expect(await here.application.sourceBackorders([id])).toBe(0);
  expect(await units()).toEqual([{ backordered: 2, allocated: 1 }]);
  rules.pop();
  await addRules();
  expect(await here.application.sourceBackorders([id])).toBe(1);
  expect(await units()).toEqual([{ backordered: 0, allocated: 3 }]);
});

async function addQuota(sku: string, units: number, scope: object = {}, more: object = {}): Promise<void> {
  await addRules({
    name: `Cap of ${sku}`,
    effect: { type: "quota", units, ...more },
    scope: { skus: [sku], ...scope },
  });
}
const knownThere = (sku: string, units: number): Promise<unknown> =>
  eventually("the other process knows", async () => (await promised(sku, sameCallerThere)) === units);
const cancel = (id: string): Promise<unknown> =>
  here.admin.post(`/v1/orders/${id}/cancel`, { reason: "changed my mind" });
const usedOf = async (sku: string): Promise<number> => {
  const { rows } = await here.database.pool.query(
    "select coalesce(sum(q.used), 0)::int as used from availability.quotas q join catalog.skus s on s.id = q.sku_id where s.code = $1",
    [sku],
  );
  return rows[0].used;
};

test("of two processes no more is sold than a quota says while orders come and go; what is cancelled is free again (I6)", async () => {
  const sku = await here.sku({ leeds: 30, york: 30 });
  await addQuota(sku, 10, { channels: ["web"] });
  expect(await promised(sku)).toBe(10);
  await knownThere(sku, 10);
  const buyers = Array.from({ length: 24 }, async (_one, buyer) => {
    const by = buyer % 2 ? here.admin : sameCallerThere;
    const taken: string[] = [];
    for (let round = 0; round < 4; round++) {
      const { status, body } = await by.ask<{ id: string }>("POST", "/v1/orders", order([line(sku, 1 + (buyer % 3))]));
      if (status !== 201) continue;
      expect(await usedOf(sku)).toBeLessThanOrEqual(10);
      if ((buyer + round) % 3 === 0) await cancel(body.id);
      else taken.push(body.id);
      // Publications on the way neither lose what was used nor let anything through.
      if (buyer === 0)
        await addRules({ name: `Unrelated ${round}`, effect: { type: "exclude" }, scope: { skus: [`NONE-${round}`] } });
    }
    return taken;
  });
  const kept = (await Promise.all(buyers)).flat();
  const units = async (): Promise<number> => {
    const orders = await Promise.all(kept.map((id) => here.order(id)));
    return orders.reduce((sum, { lines }) => sum + lines.reduce((all, { allocated }) => all + allocated, 0), 0);
  };
  expect(await usedOf(sku)).toBe(await units());
  expect(await promised(sku)).toBe(10 - (await units()));
  await knownThere(sku, 10 - (await units()));
  const left = await promised(sku);
  expect(await capture([line(sku, left + 1)])).toBe(422);
  if (left > 0) expect(await capture([line(sku, left)])).toBe(201);
  expect(await capture([line(sku, 1)], sameCallerThere)).toBe(422);
  // Another channel has a share of its own, which nothing limits.
  await here.admin.post("/v1/orders", order([line(sku, 20)], { channel: "market" }));
});

test("a quota of some places counts what is sold from there, and the rest comes from elsewhere; raising it frees the difference", async () => {
  const sku = await here.sku({ leeds: 10, york: 10 });
  // What is to come there counts in it too, on every day.
  const item = { kind: "asn", reference: `ASN-${sku}`, line: 1, sku, location: "leeds", quantity: 10 };
  await here.admin.post("/v1/supplies", { items: [{ ...item, expectedOn: "2099-03-01" }] });
  const onTheDay = async () => {
    const { items } = await here.admin.get<{ items: { locations: { dates: { quantity: number }[] }[] }[] }>(
      `/v1/availability?channel=web&skus=${sku}&locations=true&dates=2099-12-31`,
    );
    return items[0]!.locations.map(({ dates }) => dates[0]!.quantity);
  };
  await eventually("it is known to be expected", async () => (await onTheDay())[0] === 20);
  await addQuota(sku, 3, { locations: ["leeds"] });
  expect(await promised(sku)).toBe(13);
  const { locations } = (
    await here.admin.get<{ items: { locations: object[] }[] }>(
      `/v1/availability?channel=web&skus=${sku}&locations=true`,
    )
  ).items[0]!;
  expect(locations).toEqual([
    { location: "leeds", quantity: 3 },
    { location: "york", quantity: 10 },
  ]);
  expect(await onTheDay()).toEqual([3, 10]);
  expect(await capture([line(sku, 12)])).toBe(201);
  expect(await here.position(sku, "leeds")).toMatchObject({ allocated: 3 });
  expect(await here.position(sku, "york")).toMatchObject({ allocated: 9 });
  expect(await capture([line(sku, 2)])).toBe(422);
  rules.pop();
  await addQuota(sku, 4, { locations: ["leeds"] });
  expect(await promised(sku)).toBe(2);
  expect(await capture([line(sku, 2)])).toBe(201);
  expect(await here.position(sku, "leeds")).toMatchObject({ allocated: 4 });
});

test("who waits gets what a quota leaves; units that a location rejects keep their place in it, and are sourced under exclusions alone", async () => {
  const sku = await here.sku({ leeds: 3, york: 4 });
  await addQuota(sku, 3, { channels: ["shop"] });
  const shop = { channel: "shop" };
  const first = await here.admin.post<OrderAnswer>("/v1/orders", order([line(sku, 2)], shop));
  const second = await here.admin.post<OrderAnswer>("/v1/orders", order([line(sku, 2)], shop));
  const units = async ({ id }: { id: string }): Promise<number[]> => {
    const [only] = (await here.order(id)).lines;
    return [only!.allocated, only!.backordered];
  };
  expect(await units(first)).toEqual([2, 0]);
  expect(await units(second)).toEqual([1, 1]);
  expect(await here.application.sourceBackorders([second.id])).toBe(0);
  // From now on a buffer keeps all of York's units back from whoever was promised none.
  await addRules({ name: `Buffer of ${sku}`, effect: { type: "buffer", units: 9 }, scope: { skus: [sku] } });
  const [fulfillmentOrder] = (await here.order(first.id)).fulfillmentOrders;
  await here.admin.post(`/v1/fulfillment-orders/${fulfillmentOrder!.id}/reject`, { reason: "not found" });
  expect(await units(first)).toEqual([2, 0]);
  expect(await usedOf(sku)).toBe(3);
  expect(await here.application.sourceBackorders([second.id])).toBe(0);
  expect(await here.position(sku, "york")).toMatchObject({ allocated: 3 });
  rules.pop();
  await addRules();
  await cancel(first.id);
  expect(await usedOf(sku)).toBe(1);
  expect(await here.application.sourceBackorders([second.id])).toBe(1);
  expect(await usedOf(sku)).toBe(2);
});

test("a new version of an order keeps its place in a quota that is used up, and counts what it wants besides", async () => {
  const sku = await here.sku({ leeds: 9 });
  await addQuota(sku, 4, { channels: ["market"] });
  const version = async (externalReference: string, quantity: number, instructions: string): Promise<number> => {
    const body = {
      ...order([line(sku, quantity)], { channel: "market", externalReference }),
      fulfillmentChoices: [{ ...HOME, instructions }],
    };
    return (await here.admin.ask("POST", "/v1/orders", body)).status;
  };
  expect(await version(`${sku}-A`, 3, "at the door")).toBe(201);
  expect(await version(`${sku}-B`, 1, "at the door")).toBe(201);
  expect(await version(`${sku}-A`, 3, "at the back door")).toBe(201);
  expect(await usedOf(sku)).toBe(4);
  expect(await version(`${sku}-A`, 4, "at the back door")).toBe(422);
  expect(await version(`${sku}-A`, 1, "at the back door")).toBe(201);
  expect(await usedOf(sku)).toBe(2);
  expect(await version(`${sku}-B`, 3, "at the back door")).toBe(201);
  expect(await usedOf(sku)).toBe(4);
});

test("a decision keeps the version of the rules and what they kept back; a refusal says that rules did it", async () => {
  const sku = await here.sku({ leeds: 2, york: 9 });
  await addRules({ name: `Shelf of ${sku}`, effect: { type: "safetyStock", units: 2 }, scope: { skus: [sku] } });
  const { id } = await here.admin.post<{ id: string }>("/v1/orders", order([line(sku, 3)]));
  const { publishedVersion } = await here.admin.get<{ publishedVersion: number }>(
    "/v1/documents/availability-controls/availability",
  );
  const { sourcing } = await here.order(id);
  const [{ rules: applied }] = sourcing[0]!.explanation as [{ rules: { version: number; kept: object[] } }];
  const codes = sourcing[0]!.locations;
  expect(applied.version).toBe(publishedVersion);
  expect(
    applied.kept.map((one) => ({ ...one, locationId: codes[(one as { locationId: number }).locationId] })),
  ).toEqual([
    { lineNumber: 1, locationId: "leeds", free: 2, usable: 0 },
    { lineNumber: 1, locationId: "york", free: 9, usable: 7 },
  ]);
  const refused = await here.admin.ask<{ errors: { message: string }[] }>("POST", "/v1/orders", order([line(sku, 5)]));
  expect(refused.body.errors[0]!.message).toBe(
    `4 of 5 units of ${sku} can be promised; availability rules keep 4 back`,
  );
});

test("a quota is said to keep back what could be had without it, not what is not there at all", async () => {
  const sku = await here.sku({ leeds: 3 });
  await addRules({
    name: `Quota of ${sku}`,
    effect: { type: "quota", units: 2 },
    scope: { skus: [sku], channels: ["web"] },
  });
  const refused = await here.admin.ask<{ errors: { message: string }[] }>("POST", "/v1/orders", order([line(sku, 10)]));
  expect(refused.body.errors[0]!.message).toBe(
    `2 of 10 units of ${sku} can be promised; availability rules keep 1 back`,
  );
});

test("a change of the network that makes two rules tie is an exception, which ends with it", async () => {
  const sku = await here.sku({ leeds: 3 });
  const buffer = (group: string) => ({
    name: `Buffer of ${group}`,
    effect: { type: "buffer", units: 1 },
    scope: { skus: [sku], locationGroups: [group] },
  });
  await addRules(buffer("tied-1"), buffer("tied-2"));
  const leeds = await here.admin.get<Record<string, unknown>>("/v1/locations/leeds");
  const putGroups = (groups: string[]): Promise<unknown> =>
    here.admin.put("/v1/locations/leeds", {
      ...Object.fromEntries(["name", "type", "timeZone", "latitude", "longitude"].map((key) => [key, leeds[key]])),
      groups,
    });
  const open = (): Promise<{ reason: string }[]> => here.admin.list("/v1/exceptions?kind=availabilityRules");
  await putGroups(["tied-1", "tied-2"]);
  await eventually("somebody is told", async () => (await promised(sku)) === 2 && (await open()).length === 1);
  expect((await open())[0]!.reason).toMatch(
    /^The availability rules “Buffer of tied-1” and “Buffer of tied-2” are about/,
  );
  await putGroups([]);
  await eventually("it has ended", async () => (await promised(sku)) === 3 && (await open()).length === 0);
});

test("what was short proposes the smallest buffer; accepted, it holds at both processes beside rules that do not name the SKU, until it is withdrawn", async () => {
  const sku = await here.sku({ york: 10 });
  await here.admin.post("/v1/orders", order([line(sku, 10)]));
  // 4 of them go over the counter; then stock comes.
  const sale = { kind: "sale", sku, location: "york", quantity: 4, occurredAt: now(), source: "till" };
  await here.admin.post("/v1/stock/movements", { items: [sale] });
  await here.receive(sku, "york", 54);
  const list = (percent: number) =>
    here.admin.list<{ proposed: number; accepted: number; shorts: number; shortUnits: number; promised: number }>(
      `/v1/availability/buffer-proposals?sku=${sku}&maxShortPercent=${percent}`,
    );
  expect(await list(0)).toMatchObject([{ proposed: 4, accepted: 0, shorts: 1, shortUnits: 4, promised: 10 }]);
  expect((await list(10))[0]).toMatchObject({ proposed: 3, shortUnitsWith: 1 });
  await addRules({ name: `York ${sku}`, effect: { type: "buffer", units: 9 }, scope: { locations: ["york"] } });
  expect(await promised(sku)).toBe(41);
  const choose = (verb: string, body: object): Promise<{ changed: number }> =>
    here.admin.post(`/v1/availability/buffer-proposals/${verb}`, body);
  expect(await choose("accept", { items: [{ sku, location: "york" }], maxShortPercent: 0 })).toEqual({ changed: 1 });
  // The rule keeps more.
  expect(await promised(sku)).toBe(41);
  rules.pop();
  await addRules({ name: `York ${sku}`, effect: { type: "buffer", units: 3 }, scope: { locations: ["york"] } });
  expect(await promised(sku)).toBe(46);
  await knownThere(sku, 46);
  expect((await list(0))[0]).toMatchObject({ proposed: 4, accepted: 4 });
  expect(await choose("accept", { filter: { sku }, maxShortPercent: 0 })).toEqual({ changed: 0 });
  await addRules({ name: `Own ${sku}`, effect: { type: "buffer", units: 1 }, scope: { skus: [sku] } });
  expect(await promised(sku)).toBe(49);
  rules.pop();
  rules.pop();
  await addRules();
  expect(await choose("withdraw", { filter: { sku } })).toEqual({ changed: 1 });
  expect(await promised(sku)).toBe(50);
  await knownThere(sku, 50);
});

test("however many orders wait for what rules keep back, one behind them gets what has come for it at the next look", async () => {
  const [withheld, servable] = [await here.sku({ leeds: 5 }), await here.sku()];
  await addRules({ name: `No ${withheld}`, effect: { type: "exclude" }, scope: { skus: [withheld] } });
  const bulk = (sku: string, count: number, more: object = {}): Promise<{ items: { result: { id: string } }[] }> =>
    here.admin.post("/v1/orders/bulk", {
      items: Array.from({ length: count }, () => order([line(sku, 1)], { channel: "shop", ...more })),
    });
  for (let part = 0; part < 3; part++) await bulk(withheld, 500, { priority: 50 });
  const behind = (await bulk(servable, 1)).items[0]!.result.id;
  await here.receive(servable, "york", 1);
  expect(await here.application.sourceBackorders()).toBe(1);
  expect((await here.order(behind)).lines[0]).toMatchObject({ allocated: 1, backordered: 0 });
  // They are not forgotten either, and go first when the rule is gone.
  rules.pop();
  await addRules();
  expect(await here.application.sourceBackorders()).toBe(5);
});

test("orders that were tried in vain stand in nobody's way: they rest for five seconds", () => {
  const clock = fixedClock(new Date());
  const resting = new RestingOrders(clock);
  const tried = (id: string, sources: number) => ({
    order: { id } as OrderAggregate,
    proposal: { sources: Array.from({ length: sources }) } as Proposal,
  });
  resting.note([tried("a", 0), tried("b", 1), tried("c", 0)]);
  expect(resting.ids()).toEqual(["a", "c"]);
  clock.advance(3_000);
  resting.note([tried("a", 0)]);
  clock.advance(2_000);
  expect(resting.ids()).toEqual(["a"]);
  clock.advance(3_000);
  expect(resting.ids()).toEqual([]);
});
