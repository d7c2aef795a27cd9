import type { FastifyInstance } from "fastify";
import type { Static } from "typebox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../test/harness/database.ts";
import { createSkuDirectory, type SkuDirectory } from "../catalog/public.ts";
import { applyMovements } from "../inventory/public.ts";
import { createNetworkDirectory, type NetworkDirectory } from "../network/public.ts";
import { systemClock } from "../platform/clock.ts";
import { type Database, openDatabase } from "../platform/db/database.ts";
import type { Publications } from "../platform/documents/follow-publications.ts";
import type { Principal } from "../platform/http/route.ts";
import { buildServer } from "../platform/http/server.ts";
import { createAvailabilityIndex, type MemoryIndex } from "./availability-index.ts";
import { AvailabilityAnswers } from "./answer-availability.ts";
import type { Control } from "./controls/control.ts";
import { type ControlsInForce, followControls } from "./controls/controls-in-force.ts";
import { NO_MEASURED_BUFFERS } from "./measured/measured-buffers.ts";
import type { ControlsEffect } from "./controls/preview-controls.ts";
import type { Figure } from "./derivation.ts";
import { availabilityRoutes } from "./routes.ts";

interface Item {
  sku: string;
  quantity: number;
  label: string;
  locations?: { location: string; quantity: number; dates?: { date: string; quantity: number }[] }[];
  dates?: { date: string; quantity: number }[];
}

let testing: TestDatabase;
let database: Database;
let network: NetworkDirectory;
let skus: SkuDirectory;
let index: MemoryIndex;
let controls: ControlsInForce;
let server: FastifyInstance;

/** Puts rules in force as the documents would. */
let publish: (rules: Control[]) => void;
const publications = {
  follow: (_kind: string, take: (inForce: ReadonlyMap<string, { content: unknown }>) => void) => {
    publish = (rules) => take(new Map([["availability", { content: { title: "Rules", rules } }]]));
    return Promise.resolve(publish([]));
  },
} as unknown as Publications;

const everybody: Principal = {
  actor: "key:1",
  name: "shop",
  permissions: new Set(["availability:read", "documents:read", "inventory:read", "orders:read"]),
  locationCodes: null,
  channelCodes: null,
  credential: "1",
};
let caller = everybody;

beforeAll(async () => {
  testing = await testDatabase();
  database = openDatabase({ url: testing.url, connections: 4 });
  await database.pool.query(
    "insert into catalog.skus (code, name, active) values ('A', 'a', true), ('B', 'b', true), ('OLD', 'o', false), ('RULED', 'r', true), ('C:1/x', 'c', true), ('DATED', 'd', true)",
  );
  await database.pool.query(
    "insert into network.locations (code, name, type, time_zone, active) values ('DC', 'DC', 'warehouse', 'UTC', true), ('SHOP', 'Shop', 'store', 'UTC', true), ('ELSE', 'Else', 'store', 'UTC', true), ('SHUT', 'Shut', 'store', 'UTC', false)",
  );
  await database.pool.query("insert into network.networks (code, name) values ('all', 'All'), ('shops', 'Shops')");
  await database.pool.query(
    `insert into network.network_locations select networks.id, locations.id from network.networks, network.locations
     where locations.code in ('DC', 'SHOP', 'SHUT') and (networks.code = 'all' or locations.code = 'SHOP')`,
  );
  await database.pool.query(
    `insert into network.channels (code, name, kind, brand, market, currency, low_stock_at, active, network_id)
     select channel.code, channel.code, 'web', 'x', 'x', 'EUR', 5, channel.code <> 'closed', networks.id from network.networks,
       (values ('web', 'all'), ('pos', 'shops'), ('closed', 'all')) as channel (code, network) where networks.code = network`,
  );
  network = await createNetworkDirectory({ database });
  skus = await createSkuDirectory({ database });
  index = await createAvailabilityIndex({ database });
  controls = await followControls({
    publications,
    network,
    clock: systemClock,
    report: (told) => expect(told).toBeNull(),
  });
  server = await buildServer({
    routes: availabilityRoutes({
      database,
      clock: systemClock,
      index,
      skus,
      network,
      controls,
      measured: NO_MEASURED_BUFFERS,
    }),
    authenticate: () => caller,
    logger: false,
    version: "0",
    rateLimit: { perSecond: 1e6, burst: 1e6 },
  });
});

afterAll(async () => {
  await Promise.all([server.close(), network.stop(), skus.stop(), index.stop()]);
  await database.close();
  await testing.close();
});

async function get(query: string): Promise<{ channel: string; asOf: string; items: Item[] }> {
  const response = await server.inject({ url: `/v1/availability?${query}` });
  expect([response.statusCode, response.headers["content-type"]]).toEqual([200, "application/json; charset=utf-8"]);
  return response.json();
}

async function move(
  sku: string,
  location: string,
  change: { onHand?: number; allocated?: number; damaged?: number; reserved?: number },
) {
  const [ids] = (
    await database.pool.query<{ sku: number; location: number }>(
      "select skus.id as sku, locations.id as location from catalog.skus, network.locations where skus.code = $1 and locations.code = $2",
      [sku, location],
    )
  ).rows;
  await database.transaction(async (transaction) => {
    await applyMovements(transaction, [
      {
        skuId: ids!.sku,
        locationId: ids!.location,
        kind: "adjustment",
        occurredAt: new Date(),
        source: "test",
        origin: { actor: "system:test", requestId: null },
        ...change,
      },
    ]);
  });
}

test("a channel's quantity is the sum of what is free at its active locations; a short location takes nothing from others", async () => {
  await move("A", "DC", { onHand: 10, allocated: 3, damaged: 1 });
  await move("A", "SHOP", { onHand: 4, reserved: 1 });
  await move("A", "ELSE", { onHand: 100 });
  await move("A", "SHUT", { onHand: 100 });
  expect((await get("channel=web&skus=A")).items).toEqual([{ sku: "A", quantity: 9, label: "in_stock" }]);
  expect((await get("channel=pos&skus=A")).items).toEqual([{ sku: "A", quantity: 3, label: "low_stock" }]);
  await move("A", "SHOP", { onHand: -10 });
  expect((await get("channel=web&skus=A")).items).toEqual([{ sku: "A", quantity: 6, label: "in_stock" }]);
  expect((await get("channel=pos&skus=A")).items).toEqual([{ sku: "A", quantity: 0, label: "out_of_stock" }]);
});

/** What is expected, as inventory writes it; told again, it is another version of it. */
async function expectSupply(
  reference: string,
  told: { sku: string; location: string; expectedOn: string; quantity: number; confidence?: number },
) {
  await database.pool.query(
    `with supply as (
       insert into inventory.supplies (id, kind, reference, line, sku_id, location_id, expected_on, confidence, quantity, version)
       select gen_random_uuid(), 'asn', $1, 1, skus.id, locations.id, $4::date, $5, $6, 1 from catalog.skus, network.locations
       where skus.code = $2 and locations.code = $3
       on conflict (kind, reference, line) do update set expected_on = excluded.expected_on, quantity = excluded.quantity,
         version = supplies.version + 1
       returning *)
     insert into inventory.supply_movements (supply_id, kind, delta_quantity, delta_received, delta_cancelled, delta_promised, quantity,
       received, cancelled, promised, expected_on, confidence, version, actor)
     select id, 'announcement', quantity, 0, 0, 0, quantity, 0, 0, 0, expected_on, confidence, version, 'system:test' from supply`,
    [reference, told.sku, told.location, told.expectedOn, told.confidence ?? 100, told.quantity],
  );
}

test("for a day, what is to come by then is promised as well: per channel, per location, as far as it is trusted, and not what is late", async () => {
  await move("DATED", "SHOP", { onHand: 2 });
  const dates = ["2030-01-10", "2030-01-20", "2030-01-31"];
  const ask = async (more = "", day = dates.join(",")) =>
    (await get(`channel=web&skus=DATED&dates=${day}${more}`)).items[0]!;
  const dated = (...quantities: number[]) => dates.map((date, day) => ({ date, quantity: quantities[day] }));
  expect((await ask()).dates).toEqual(dated(2, 2, 2));
  await expectSupply("LATE", { sku: "DATED", location: "DC", expectedOn: "2020-01-01", quantity: 100 });
  await expectSupply("A1", { sku: "DATED", location: "DC", expectedOn: "2030-01-20", quantity: 10 });
  await expectSupply("A2", { sku: "DATED", location: "SHOP", expectedOn: "2030-01-20", quantity: 7, confidence: 50 });
  await expectSupply("A3", { sku: "DATED", location: "ELSE", expectedOn: "2030-01-01", quantity: 50 });
  await index.sync();
  expect(await ask("&locations=true")).toEqual({
    sku: "DATED",
    quantity: 2,
    label: "low_stock",
    dates: dated(2, 15, 15),
    locations: [
      { location: "SHOP", quantity: 2, dates: dated(2, 5, 5) },
      { location: "DC", quantity: 0, dates: dated(0, 10, 10) },
    ],
  });
  await expectSupply("A1", { sku: "DATED", location: "DC", expectedOn: "2030-01-31", quantity: 12 });
  await index.sync();
  const posted = await server.inject({
    method: "POST",
    url: "/v1/availability",
    payload: { channel: "web", skus: ["DATED"], dates },
  });
  expect(posted.json<{ items: Item[] }>().items[0]!.dates).toEqual(dated(2, 5, 17));
  expect((await server.inject("/v1/availability?channel=web&skus=DATED&dates=2030-02-30")).statusCode).toBe(422);
  // A quota caps each location's days as it caps its units of now.
  publish([{ name: "Q", effect: { type: "quota", units: 3 }, scope: { skus: ["DATED"], channels: ["web"] } }]);
  const capped = await ask("&locations=true");
  expect(capped.dates).toEqual(dated(2, 3, 3));
  expect(capped.locations!.map(({ dates: days }) => days)).toEqual([dated(2, 3, 3), dated(0, 0, 3)]);
  publish([]);
  // Who asks for nothing but now is told of nothing else.
  expect((await get("channel=web&skus=DATED")).items).toEqual([{ sku: "DATED", quantity: 2, label: "low_stock" }]);
});

test("an explanation has the rows behind the answer, adds up to it, and keeps what the caller may not see to its sum", async () => {
  await move("DATED", "DC", { onHand: 9, allocated: 3, damaged: 2 });
  const explain = async (query: string) =>
    (await server.inject(`/v1/availability/explain?sku=DATED&channel=web${query}`)).json<{
      units: number;
      derivation: Figure;
    }>();
  const now = await explain("&location=DC");
  expect(now.units).toBe(4);
  expect(now.derivation.children![0]).toMatchObject({
    code: "location",
    units: 4,
    children: [
      { code: "onHand", units: 9, source: { table: "inventory.positions", id: "DATED@DC", version: 1 } },
      { code: "damaged", units: -2 },
      { code: "allocated", units: -3, children: [{ code: "allocatedToOthers", units: -3 }] },
    ],
  });
  const then = await explain("&date=2030-01-31");
  expect(then.units).toBe((await get("channel=web&skus=DATED&dates=2030-01-31")).items[0]!.dates![0]!.quantity);
  expect(JSON.stringify(then.derivation)).toContain('"code":"supplyLate"');
  caller = { ...everybody, locationCodes: new Set(["SHOP"]) };
  const own = await explain("");
  expect(own.units).toBe(6);
  expect(own.derivation.children!.map(({ code, units }) => [code, units])).toEqual([
    ["location", 2],
    ["otherLocations", 4],
  ]);
  caller = { ...everybody, permissions: new Set(["availability:read"]) };
  const storefront = (await explain("&location=DC")).derivation;
  expect(storefront.children).toEqual([expect.objectContaining({ code: "location", units: 4 })]);
  expect(storefront.children![0]).not.toHaveProperty("children");
  // Orders are named to those alone who may see each of them.
  const orderId = "0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d";
  await database.pool.query(
    `insert into inventory.allocations (holder_id, line_number, order_id, sku_id, location_id, quantity, allocated_at)
     select $1, 1, $1, skus.id, locations.id, 2, now() from catalog.skus, network.locations where skus.code = 'DATED' and locations.code = 'DC'`,
    [orderId],
  );
  caller = everybody;
  expect(JSON.stringify(await explain("&location=DC"))).toContain(orderId);
  for (const less of [
    { permissions: new Set(["availability:read", "inventory:read"]) },
    { channelCodes: new Set(["web"]) },
  ]) {
    caller = { ...everybody, ...less };
    const { units, derivation } = await explain("&location=DC");
    expect(units).toBe(4);
    expect(JSON.stringify(derivation)).not.toContain(orderId);
  }
  caller = everybody;
});

test("labels change exactly at the channel's threshold", async () => {
  await move("B", "SHOP", { onHand: 6 });
  expect((await get("channel=pos&skus=B")).items[0]!.label).toBe("in_stock");
  await move("B", "SHOP", { onHand: -1 });
  expect((await get("channel=pos&skus=B")).items[0]).toEqual({ sku: "B", quantity: 5, label: "low_stock" });
  await move("B", "SHOP", { onHand: -5 });
  expect((await get("channel=pos&skus=B")).items[0]).toEqual({ sku: "B", quantity: 0, label: "out_of_stock" });
});

test("items come in the order asked, repeated, unknown and inactive ones too, and POST answers the same", async () => {
  await move("OLD", "DC", { onHand: 5 });
  await move("C:1/x", "DC", { onHand: 1 });
  const { items } = await get(`channel=web&skus=NO,C:1/x,OLD,C:1/x&locations=false`);
  expect(items).toEqual([
    { sku: "NO", quantity: 0, label: "unknown" },
    { sku: "C:1/x", quantity: 1, label: "low_stock" },
    { sku: "OLD", quantity: 0, label: "out_of_stock" },
    { sku: "C:1/x", quantity: 1, label: "low_stock" },
  ]);
  const posted = await server.inject({
    method: "POST",
    url: "/v1/availability",
    payload: { channel: "web", skus: ["NO", "C:1/x", "OLD", "C:1/x"] },
  });
  expect(posted.json<{ items: Item[] }>().items).toEqual(items);
});

test("with locations, those of the channel that have units and that the caller may see", async () => {
  await move("C:1/x", "SHOP", { onHand: 7 });
  await move("C:1/x", "ELSE", { onHand: 7 });
  const all = [
    { location: "DC", quantity: 1 },
    { location: "SHOP", quantity: 7 },
  ];
  expect((await get("channel=web&skus=C:1/x&locations=true")).items[0]).toEqual({
    sku: "C:1/x",
    quantity: 8,
    label: "in_stock",
    locations: all,
  });
  caller = { ...everybody, locationCodes: new Set(["SHOP"]) };
  expect((await get("channel=web&skus=C:1/x&locations=true")).items[0]!.locations).toEqual([all[1]]);
  caller = everybody;
});

test("a channel that is unknown, closed or not the caller's is 404, the three alike", async () => {
  const ask = async (channel: string) => {
    const response = await server.inject({ url: `/v1/availability?channel=${channel}&skus=A` });
    return [response.statusCode, response.json<{ code: string }>().code];
  };
  caller = { ...everybody, channelCodes: new Set(["pos"]) };
  for (const channel of ["nowhere", "closed", "web"]) expect(await ask(channel)).toEqual([404, "unknownChannel"]);
  caller = everybody;
});

test("input that no SKU list can be is refused with its place", async () => {
  const many = Array.from({ length: 501 }, (_, n) => `S${n}`);
  for (const query of [
    "channel=web",
    "channel=web&skus=",
    "channel=web&skus=A,,B",
    "channel=web&skus=A%00",
    `channel=web&skus=${many.join(",")}`,
    "channel=web&skus=A&extra=1",
  ]) {
    const response = await server.inject({ url: `/v1/availability?${query}` });
    expect([query.slice(0, 40), response.statusCode, response.json<{ code: string }>().code]).toEqual([
      query.slice(0, 40),
      422,
      "invalidInput",
    ]);
  }
  const response = await server.inject({
    method: "POST",
    url: "/v1/availability",
    payload: { channel: "web", skus: ["A", "\u0000"] },
  });
  expect(response.json<{ errors: { pointer: string }[] }>().errors[0]!.pointer).toBe("/skus/1");
});

test("a change of channel, location or SKU reaches the answers with the next refresh", async () => {
  await move("B", "DC", { onHand: 20 });
  expect((await get("channel=web&skus=B")).items[0]!.quantity).toBe(20);
  await database.pool.query("update network.revision set revision = revision + 1");
  await database.pool.query(
    "update network.locations set active = false, revision = (select revision from network.revision) where code = 'DC'",
  );
  await network.refresh();
  expect((await get("channel=web&skus=B")).items[0]!.quantity).toBe(0);
  await database.pool.query(
    "update network.locations set active = true, revision = (select revision from network.revision) where code = 'DC'",
  );
  await database.pool.query("update catalog.revision set revision = revision + 1");
  await database.pool.query(
    "update catalog.skus set active = false, revision = (select revision from catalog.revision) where code = 'B'",
  );
  await database.pool.query("update network.revision set revision = revision + 1");
  await database.pool.query(
    "update network.locations set revision = (select revision from network.revision) where code = 'DC'",
  );
  await Promise.all([network.refresh(), skus.refresh()]);
  expect((await get("channel=web&skus=B")).items[0]).toEqual({ sku: "B", quantity: 0, label: "out_of_stock" });
  await database.pool.query("update catalog.revision set revision = revision + 1");
  await database.pool.query(
    "update catalog.skus set active = true, revision = (select revision from catalog.revision) where code = 'B'",
  );
  await skus.refresh();
  expect((await get("channel=web&skus=B")).items[0]!.quantity).toBe(20);
});

test("the answer's moment is never older than a tenth of a second and a look", async () => {
  await index.sync();
  const { asOf } = await get("channel=web&skus=A");
  expect(Date.now() - Date.parse(asOf)).toBeLessThan(1_000);
});

test("rules take from answers what they keep back, at once when they are published or taken back (I5, I6)", async () => {
  await move("RULED", "DC", { onHand: 21 });
  await move("RULED", "SHOP", { onHand: 3 });
  await index.sync();
  const item = async (channel: string): Promise<Item> =>
    (await get(`channel=${channel}&skus=RULED&locations=true`)).items[0]!;
  const before = await item("web");
  publish([
    { name: "Stores", effect: { type: "safetyStock", units: 2 }, scope: { locationTypes: ["store"] } },
    { name: "Web", effect: { type: "buffer", percent: 50 }, scope: { channels: ["web"], locations: ["DC"] } },
  ]);
  const ruled = [
    { location: "DC", quantity: 10 },
    { location: "SHOP", quantity: 1 },
  ];
  expect(await item("web")).toMatchObject({ quantity: 11, label: "in_stock", locations: ruled });
  expect(await item("pos")).toMatchObject({ quantity: 1, label: "low_stock" });
  publish([{ name: "Nowhere", effect: { type: "exclude" }, scope: { skus: ["RULED"] } }]);
  expect(await item("web")).toEqual({ sku: "RULED", quantity: 0, label: "out_of_stock", locations: [] });
  publish([]);
  expect(await item("web")).toEqual(before);
});

test("a preview says of each channel what answers will say when the rules are published (I6)", async () => {
  const everything = ["A", "B", "C:1/x", "OLD", "RULED", "DATED"];
  const quantities = async (channel: string): Promise<number[]> =>
    (await get(`channel=${channel}&skus=${everything.join(",")}`)).items.map(({ quantity }) => quantity);
  const sum = (units: readonly number[]): number => units.reduce((all, one) => all + one, 0);
  const rules: Control[] = [
    { name: "Shops keep one", effect: { type: "safetyStock", units: 1 }, scope: { locationTypes: ["store"] } },
    { name: "No A here", effect: { type: "exclude" }, scope: { skus: ["A", "AA"], channels: ["web"] } },
    {
      name: "Season",
      effect: { type: "exclude" },
      scope: { attributes: { season: ["witner"] }, categories: ["none"] },
    },
    { name: "Not yet", effect: { type: "exclude" }, validFrom: "2999-01-01T00:00:00Z" },
  ];
  const before = { web: await quantities("web"), pos: await quantities("pos") };
  const ask = async (body: object): Promise<Static<typeof ControlsEffect>> => {
    const response = await server.inject({ method: "POST", url: "/v1/availability/controls/preview", payload: body });
    expect(response.statusCode).toBe(200);
    return response.json();
  };
  const effect = await ask({ content: { title: "Rules", rules } });
  publish(rules);
  for (const channel of ["web", "pos"] as const) {
    const lost = (await quantities(channel)).map((after, index) => before[channel][index]! - after);
    expect(effect.channels.find((one) => one.channel === channel)).toEqual({
      channel,
      unitsBefore: sum(before[channel]),
      unitsAfter: sum(before[channel]) - sum(lost),
      unitsLost: sum(lost),
      skusLosing: lost.filter((units) => units > 0).length,
      unitsGained: 0,
      skusGaining: 0,
    });
    expect(sum(lost)).toBeGreaterThan(0);
  }
  expect(effect.skus).toBe(5);
  expect(effect.warnings.map(({ pointer }) => pointer)).toEqual([
    "/rules/1/scope/skus/1",
    "/rules/2/scope/categories/0",
    "/rules/2/scope/attributes/season",
  ]);
  expect(effect.examples.find(({ sku, channel }) => sku === "A" && channel === "web")).toMatchObject({
    after: 0,
    rules: ["No A here"],
  });
  const nothing = await ask({ content: { title: "Rules", rules: [] }, at: "2999-01-01T00:00:00Z" });
  expect(nothing.channels.map(({ unitsBefore }) => unitsBefore)).toEqual([0, 0]);
  expect(sum(nothing.channels.map(({ unitsGained }) => unitsGained))).toBe(sum(before.web) + sum(before.pos));
  publish([]);
  caller = { ...everybody, locationCodes: new Set(["SHOP"]) };
  const { quantity } = (await get("channel=web&skus=C:1/x&locations=true")).items[0]!.locations![0]!;
  const hidden = { name: "Nothing here", effect: { type: "exclude" }, scope: { channels: ["web"] } };
  const { examples } = await ask({ content: { title: "Rules", rules: [hidden] } });
  expect(examples.filter(({ sku }) => sku === "C:1/x").map(({ before: units }) => units)).toEqual([quantity]);
  caller = { ...everybody, permissions: new Set(["documents:read"]) };
  const refused = await server.inject({
    method: "POST",
    url: "/v1/availability/controls/preview",
    payload: { content: { title: "Rules", rules } },
  });
  expect(refused.statusCode).toBe(403);
  caller = everybody;
});

test("a network that changes while a SKU is read puts no channel's quantity in the place of another", async () => {
  const { promise: mayRead, resolve: letRead } = Promise.withResolvers<void>();
  let version = 1;
  const slow = {
    onForgotten: () => undefined,
    resolve: async (codes: readonly string[]) => {
      await mayRead;
      return await skus.resolve(codes);
    },
  };
  const changing = {
    get version() {
      return version;
    },
    channelByCode: (code: string) => network.channelByCode(code),
    onChanged: () => {},
  };
  const changed = changing as unknown as NetworkDirectory;
  const answers = new AvailabilityAnswers({
    clock: systemClock,
    index,
    skus: slow as unknown as SkuDirectory,
    network: changed,
    controls: await followControls({
      publications,
      network: changed,
      clock: systemClock,
      report: (told) => expect(told).toBeNull(),
    }),
  });
  await move("B", "DC", { onHand: 50 });
  await index.sync();
  const ask = async (channel: string): Promise<Item[]> =>
    (
      JSON.parse(await answers.answer({ channel, skus: ["B"], locations: false, dates: [] }, everybody)) as {
        items: Item[];
      }
    ).items;
  const web = ask("web");
  version = 2;
  const pos = ask("pos");
  letRead();
  expect((await web)[0]!.quantity).toBeGreaterThanOrEqual((await pos)[0]!.quantity + 50);
  expect(await ask("pos")).toEqual(await pos);
  expect(await ask("web")).toEqual(await web);
});
