import { afterAll, beforeAll, expect, test } from "vitest";
import { actorNames } from "../access/public.ts";
import { testApi, type TestApi } from "../../test/harness/api.ts";
import { STOCK_NOW, type StockWorld, stockWorld } from "../../test/harness/stock.ts";
import { systemClock } from "../platform/clock.ts";
import { importRoutes } from "../platform/imports/routes.ts";
import { startImportWorker } from "../platform/imports/run-imports.ts";
import { stockImportKind } from "./import-stock.ts";

let world: StockWorld;
let api: TestApi;
let worker: ReturnType<typeof startImportWorker>;
const problems: unknown[] = [];
let bestSellers: string[] = [];
beforeAll(async () => {
  world = await stockWorld({ skus: 1_200, locations: 40 });
  // The database says when an upload was complete, so these tests live at its time.
  const kind = stockImportKind({
    clock: systemClock,
    isLocation: (code) => world.network.locationByCode(code) !== undefined,
    bestSellers: () => Promise.resolve(bestSellers),
  });
  const small = { ...kind, chunkRows: 10 };
  const kinds = [small];
  api = await testApi(
    importRoutes({ database: world.database, clock: systemClock, kinds, actorNames: actorNames(world.database) }),
    ["imports:write", "imports:read", "inventory:write"],
  );
  const log = {
    error: (details: object) => void problems.push(details),
    warn: (details: object) => void problems.push(details),
  };
  worker = startImportWorker({ database: world.database, clock: systemClock, kinds, log, pollMs: 10 });
});
afterAll(async () => {
  await worker.stop();
  await api.close();
  await world.audit();
  await world.close();
});

const at = (minutes: number) => new Date(STOCK_NOW.getTime() + minutes * 60_000).toISOString();
interface Imported {
  id: string;
  state: string;
  rowsTotal: number;
  rowsDone: number;
  rowsFailed: number;
}
interface Fault {
  row: number;
  column: string;
  code: string;
  value: string | null;
}

/** Uploads, waits until it has taken effect, and answers the faults as [row, column, code]. */
const load = async (lines: string[], query: Record<string, string> = {}, options: object = {}) => {
  const text = new URLSearchParams({ source: "erp", asOf: at(-60), ...query });
  const body = `${lines.join("\n")}\n`;
  const headers = { "content-type": "text/csv" };
  const uploaded = await api.call("POST", `/v1/imports/stock?${String(text)}`, { body, headers, ...options });
  if (uploaded.status !== 202) throw new Error(uploaded.text);
  const { id } = uploaded.json<Imported>();
  for (;;) {
    const current = (await api.call("GET", `/v1/imports/${id}`)).json<Imported>();
    if (current.state === "finished") {
      const { data } = (await api.call("GET", `/v1/imports/${id}/errors?limit=200`)).json<{ data: Fault[] }>();
      return { ...current, faults: data.map(({ row, column, code }) => [row, column, code]), errors: data };
    }
    if (current.state !== "queued" && current.state !== "running") throw new Error(JSON.stringify([current, problems]));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
const onHand = async (sku: string, location: string) => (await world.position(sku, location))?.onHand;

test("every good row takes effect across chunks, with its ledger, and every faulty one is reported exactly", async () => {
  const good = Array.from({ length: 25 }, (_, n) => `S${n + 1},L1,${n}`);
  const imported = await load([
    "SKU,Location,Quantity,Damaged,As of",
    ...good.map((line) => `${line},,`),
    "S26,NOWHERE,1,,",
    "NOTHING,L1,1,,",
    "S27,L1,1.5,,",
    "S28,L1,-1,,",
    "S29,L1,,,",
    "S30,L1,5,6,",
    "S31,L1,5,5,2026-02-30T00:00:00Z",
    "S32,L1,5,5,2026-11-20 10:00",
    `S33,L1,5,5,${new Date(Date.now() + 3_600_000).toISOString()}`,
    "S34,L1,99999999999,,",
    "S35,L1,7,2,2026-11-20 10:30:00+00",
  ]);
  expect(imported.faults).toEqual([
    [26, "location", "unknownLocation"],
    [27, "sku", "unknownSku"],
    [28, "quantity", "badQuantity"],
    [29, "quantity", "badQuantity"],
    [30, "quantity", "badQuantity"],
    [31, "damaged", "badDamaged"],
    [32, "asOf", "badAsOf"],
    [33, "asOf", "badAsOf"],
    [34, "asOf", "futureAsOf"],
    [35, "quantity", "badQuantity"],
  ]);
  expect(imported.errors[0]).toMatchObject({ value: "NOWHERE" });
  expect(imported).toMatchObject({ rowsTotal: 36, rowsDone: 36, rowsFailed: 10 });
  expect(await onHand("S25", "L1")).toBe(24);
  expect(await world.position("S35", "L1")).toMatchObject({
    onHand: 7,
    damaged: 2,
    countedAt: new Date("2026-11-20T10:30:00Z"),
    version: 1,
  });
  const { data } = (await world.api.call("GET", "/v1/movements?sku=S25")).json<{ data: object[] }>();
  expect(data).toMatchObject([
    { kind: "snapshot", change: { onHand: 24 }, source: "erp", document: imported.id, actor: "user:test" },
  ]);
});

test("a file that is loaded again, or late, changes nothing and says so row by row", async () => {
  const lines = ["sku,location,quantity", "S40,L2,5", "S41,L2,6"];
  await load(lines, { asOf: at(-60) });
  for (const asOf of [at(-60), at(-90)]) {
    const again = await load(["sku,location,quantity", "S40,L2,50", "S41,L2,60", "S42,L2,7"], { asOf });
    expect(again.faults.filter(([, , code]) => code === "alreadyCounted").map(([row]) => row)).toEqual(
      asOf === at(-60) ? [1, 2] : [1, 2, 3],
    );
  }
  expect([await onHand("S40", "L2"), await onHand("S42", "L2")]).toEqual([5, 7]);
});

test("of several rows for a position the last one counts, in one chunk or in different ones, and the others are reported", async () => {
  const filler = (from: number) => Array.from({ length: 12 }, (_, n) => `S${from + n},L3,1`);
  const imported = await load([
    "sku,location,quantity",
    "S50,L3,1",
    "S50,L3,2",
    ...filler(60),
    "S50,L3,3",
    "S50,L3,x",
    ...filler(80),
    "S50,L3,4",
    "S51,L3,9",
    "S51,L3,8",
  ]);
  expect(imported.faults).toEqual([
    [1, "sku", "superseded"],
    [2, "sku", "superseded"],
    [15, "sku", "superseded"],
    [16, "quantity", "badQuantity"],
    [30, "sku", "superseded"],
  ]);
  expect(imported.rowsFailed).toBe(5);
  expect([await onHand("S50", "L3"), await onHand("S51", "L3")]).toEqual([4, 8]);
});

test("a full file counts what it does not name as nothing at its locations, and a faulty row still names its position", async () => {
  await load(["sku,location,quantity", ...[101, 102, 103, 104].flatMap((n) => [`S${n},L4,5`, `S${n},L5,5`])], {
    asOf: at(-120),
  });
  const imported = await load(["sku,location,quantity", "S101,L4,6", "S102,L4,many"], { scope: "full" });
  expect(imported.faults).toEqual([[2, "quantity", "badQuantity"]]);
  expect(await Promise.all([101, 102, 103, 104].map((n) => onHand(`S${n}`, "L4")))).toEqual([6, 5, 0, 0]);
  expect(await onHand("S103", "L5")).toBe(5);
  await load(["sku,location,quantity"], { scope: "full", locations: "L5", asOf: at(-30) });
  expect(await onHand("S103", "L5")).toBe(0);
});

test("an uploader who is limited to some locations changes and empties no other", async () => {
  await load(["sku,location,quantity", "S110,L6,5", "S110,L7,5", "S111,L6,5", "S111,L7,5"], { asOf: at(-120) });
  const as = { locationCodes: new Set(["L6"]) };
  const imported = await load(
    ["sku,location,quantity", "S110,L6,1", "S110,L7,1"],
    { scope: "full", locations: "L6,L7" },
    { as },
  );
  expect(imported.faults).toEqual([[2, "location", "unknownLocation"]]);
  expect(
    await Promise.all(["L6", "L7"].flatMap((location) => ["S110", "S111"].map((sku) => onHand(sku, location)))),
  ).toEqual([1, 0, 5, 5]);
});

test("an option that makes no sense is refused before the file is read", async () => {
  const refused = async (query: string) => {
    const answer = await api.call("POST", `/v1/imports/stock?${query}`, {
      body: "sku,location,quantity\n",
      headers: { "content-type": "text/csv" },
    });
    return [answer.status, answer.json<{ errors: { pointer: string }[] }>().errors?.[0]?.pointer];
  };
  expect(await refused("scope=full")).toEqual([422, "?asOf"]);
  expect(await refused("asOf=2100-01-01T00:00:00Z")).toEqual([422, "?asOf"]);
  expect(await refused("asOf=2016-12-31T23:59:60Z")).toEqual([422, "?asOf"]);
  expect(await refused("locations=L1,LX")).toEqual([422, "?locations"]);
  expect(await refused("seenUntil=pos")).toEqual([422, "?seenUntil"]);
  expect(await refused("basis=wished")).toEqual([422, "?basis"]);
});

test("rows without any time are reported", async () => {
  const text = new URLSearchParams({ source: "erp" });
  const uploaded = await api.call("POST", `/v1/imports/stock?${String(text)}`, {
    body: "sku,location,quantity\nS120,L8,1\n",
    headers: { "content-type": "text/csv" },
  });
  const { id } = uploaded.json<Imported>();
  await expect
    .poll(async () => (await api.call("GET", `/v1/imports/${id}/errors`)).json<{ data: Fault[] }>().data)
    .toMatchObject([{ row: 1, code: "missingAsOf" }]);
});

test("a sale during the load is neither lost nor counted twice", async () => {
  const lines = ["sku,location,quantity", ...Array.from({ length: 1_000 }, (_, n) => `S${200 + n},L9,10`)];
  const loading = load(lines, { asOf: at(-60) });
  const sales = Array.from({ length: 40 }, async (_, n) => {
    const items = Array.from({ length: 25 }, (_, m) => ({
      kind: "sale",
      sku: `S${200 + n * 25 + m}`,
      location: "L9",
      quantity: 1,
      occurredAt: at(-30),
      source: "pos",
    }));
    return (await world.api.call("POST", "/v1/stock/movements", { body: { items } })).status;
  });
  expect(new Set(await Promise.all(sales))).toEqual(new Set([200]));
  await loading;
  const { rows } = await world.database.pool.query(
    "select on_hand, count(*)::int from inventory.positions where location_id = 9 group by on_hand",
  );
  expect(rows).toEqual([{ on_hand: 9, count: 1_000 }]);
}, 60_000);

test("the end of a file that made the table large refreshes its statistics, so that no plan for a small one is kept", async () => {
  const { database } = world;
  // Autovacuum may look while the rows are being inserted: many pages and few rows would be in its statistics.
  await database.pool.query("alter table inventory.positions set (autovacuum_enabled = false)");
  await database.pool.query(
    "update pg_class set relpages = 0, reltuples = 0 where oid = 'inventory.positions'::regclass",
  );
  await database.pool.query(
    "insert into inventory.positions (sku_id, location_id) select s, l from generate_series(1, 1000) as s, generate_series(11, 30) as l",
  );
  await load(["sku,location,quantity", "S1,L10,1"], { asOf: at(-60) });
  const { rows } = await database.pool.query(
    "select reltuples from pg_class where oid = 'inventory.positions'::regclass",
  );
  expect(rows[0].reltuples).toBeGreaterThan(15_000);
});

test("a quantity is digits with a minus at most: what PostgreSQL alone also reads as a number is refused", async () => {
  const odd = ["0x10", "1_000", "0b1", "+5", "1.0", "1e3"];
  const imported = await load([
    "sku,location,quantity,damaged",
    ...odd.map((quantity) => `S60,L6,${quantity},`),
    "S61,L6,1000,0x1",
    "S62,L6,0012,1",
  ]);
  expect(imported.errors.map(({ column, code, value }) => [column, code, value])).toEqual([
    ...odd.map((quantity) => ["quantity", "badQuantity", quantity]),
    ["damaged", "badDamaged", "0x1"],
  ]);
  expect(await onHand("S62", "L6")).toBe(12);
});

test("rows of best sellers take effect before all others, each once, and are told of like them", async () => {
  bestSellers = ["S901", "S902"];
  const others = Array.from({ length: 30 }, (_, n) => `S${n + 800},L31,${n + 1}`);
  const rows = ["S901,L31,7", "S902,L31,nothing", "S901,L32,9", "S901,L31,8"];
  const imported = await load(["sku,location,quantity", ...others, ...rows]);
  bestSellers = [];
  expect(imported).toMatchObject({ rowsTotal: 34, rowsDone: 34, rowsFailed: 2 });
  expect(imported.faults).toEqual([
    [31, "sku", "superseded"],
    [32, "quantity", "badQuantity"],
  ]);
  expect([await onHand("S901", "L31"), await onHand("S901", "L32"), await onHand("S829", "L31")]).toEqual([8, 9, 30]);
  const { rows: moved } = await world.database.pool.query<{ code: string }>(
    `select sku.code from inventory.movements join catalog.skus sku on sku.id = sku_id
     where source_document = $1 order by movements.id limit 3`,
    [imported.id],
  );
  expect(moved.map(({ code }) => code)).toEqual(["S901", "S901", "S800"]);
});
