import { afterAll, beforeAll, expect, test } from "vitest";
import { testApi, type TestApi } from "../../test/harness/api.ts";
import { testDatabase, type TestDatabase } from "../../test/harness/database.ts";
import { systemClock as clock } from "../platform/clock.ts";
import { openDatabase, type Database } from "../platform/db/database.ts";
import { createSkuDirectory, type SkuDirectory } from "./public.ts";
import { catalogRoutes } from "./routes.ts";

let files: TestDatabase;
let database: Database;
let skus: SkuDirectory;
let api: TestApi;

beforeAll(async () => {
  files = await testDatabase();
  database = openDatabase({ url: files.url });
  skus = await createSkuDirectory({ database });
  api = await testApi(catalogRoutes({ database, clock, skus }), ["catalog:read", "catalog:write"]);
});
afterAll(async () => {
  await api.close();
  await skus.stop();
  await database.close();
  await files.close();
});

interface Item {
  status: string;
  outcome?: string;
  version?: number;
  problem?: { code: string; errors?: { pointer: string; message: string }[] };
}
const upsert = async (items: object[]) =>
  (await api.call("POST", "/v1/skus", { body: { items } })).json<{ items: Item[] }>().items;
const search = async (query: string) => {
  const answer = await api.call("GET", `/v1/skus?${query}`);
  expect([query, answer.status]).toEqual([query, 200]);
  return answer.json<{ data: { code: string }[] }>().data.map(({ code }) => code);
};

test("a SKU keeps every field that it was given", async () => {
  const fields = {
    productId: "SHIRT",
    name: "Shirt, red, M",
    gtin: "4006381333931",
    categoryPath: "apparel/men/shirts",
    weightGrams: 240,
    lengthMillimeters: 320,
    widthMillimeters: 240,
    heightMillimeters: 20,
    imageUrl: "https://img.example/shirt.png",
    attributes: { color: "red", sizes: ["M", 1, null] },
    freightClass: "85",
    hsCode: "6205.20",
    originCountry: "PT",
    hazardClass: "UN3481",
    minimumAge: 18,
    unitsOfMeasure: [{ unit: "case", quantity: 12, gtin: "00012345600012" }],
    serialTracked: true,
    lotTracked: true,
    expiryTracked: true,
    active: false,
    externalId: "PIM-1",
    metadata: { buyer: "x" },
  };
  expect((await api.call("PUT", "/v1/skus/FULL", { body: fields })).json()).toMatchObject({
    code: "FULL",
    version: 1,
    ...fields,
  });
  expect((await api.call("GET", "/v1/skus/FULL")).json()).toMatchObject(fields);
  const cleared = await api.call("PATCH", "/v1/skus/FULL", {
    body: { gtin: null, weightGrams: null, unitsOfMeasure: [] },
  });
  expect(cleared.json()).toMatchObject({
    gtin: null,
    weightGrams: null,
    unitsOfMeasure: [],
    name: "Shirt, red, M",
    version: 2,
  });
  expect((await api.call("PUT", "/v1/skus/FULL", { body: { name: "Only a name" } })).json()).toMatchObject({
    productId: null,
    attributes: {},
    active: true,
    categoryPath: "",
  });
});

/** Counts what transactions send. */
function counting(counts: { statements: number }): Database {
  const transaction: Database["transaction"] = (work) =>
    database.transaction((inner) => {
      const counted =
        (name: "read" | "write" | "insert") =>
        (...parameters: never[]) => {
          counts.statements++;
          return (inner[name] as (...all: never[]) => never)(...parameters);
        };
      return work(
        Object.assign(Object.create(inner) as typeof inner, {
          read: counted("read"),
          write: counted("write"),
          insert: counted("insert"),
        }),
      );
    });
  return { ...database, transaction };
}

test("a thousand SKUs take as many statements as one, in one transaction", async () => {
  const counts = { statements: 0 };
  const counted = await testApi(catalogRoutes({ database: counting(counts), clock, skus }), ["catalog:write"]);
  const post = async (items: object[]) => {
    counts.statements = 0;
    const answer = await counted.call("POST", "/v1/skus", { body: { items } });
    expect(new Set(answer.json<{ items: Item[] }>().items.map(({ outcome }) => outcome))).toEqual(new Set(["created"]));
    return counts.statements;
  };
  const one = await post([{ code: "ALONE", name: "Alone" }]);
  const items = Array.from({ length: 1_000 }, (_, index) => ({
    code: `BULK-${index}`,
    name: `Bulk ${index}`,
    categoryPath: "bulk",
  }));
  expect(await post(items)).toBe(one);
  await counted.close();
  const { rows } = await database.pool.query(
    "select count(distinct xid)::int as transactions, count(*)::int as events from platform.events where data ->> 'sku' like 'BULK-%'",
  );
  expect(rows[0]).toEqual({ transactions: 1, events: 1_000 });
});

test("a wrong check digit and a unit that stands twice are refused by item; the others take effect", async () => {
  const items = await upsert([
    { code: "GTIN-1", name: "a", gtin: "4006381333932" },
    {
      code: "GTIN-2",
      name: "b",
      unitsOfMeasure: [
        { unit: "case", quantity: 6, gtin: "96385075" },
        { unit: "case", quantity: 12 },
      ],
    },
    { code: "GTIN-3", name: "c", gtin: "96385074" },
  ]);
  expect(items.map(({ status }) => status)).toEqual(["refused", "refused", "ok"]);
  expect(items[0]?.problem?.errors).toEqual([
    { pointer: "/items/0/gtin", message: "has a wrong check digit", code: "badGtin" },
  ]);
  expect(items[1]?.problem?.errors?.map(({ pointer }) => pointer)).toEqual([
    "/items/1/unitsOfMeasure/0/gtin",
    "/items/1/unitsOfMeasure/1/unit",
  ]);
});

test("a SKU is found by part of code, product ID, name and GTIN, in any case and script", async () => {
  await upsert([
    {
      code: "FIND-ONE",
      name: "Kaffeemühle GROSS",
      productId: "MUEHLE-7",
      gtin: "4006381333931",
      categoryPath: "kitchen/coffee",
    },
    { code: "FIND-TWO", name: "Кофемолка", categoryPath: "kitchen/coffee/grinders" },
    { code: "FIND-THREE", name: "100%_\\ cotton", categoryPath: "kitchen-textiles" },
  ]);
  expect(await search("query=find-")).toEqual(["FIND-ONE", "FIND-THREE", "FIND-TWO"]);
  for (const text of ["ONE", "kaffeeMÜHLE", "muehle-7", "4006381333931", "63813339"]) {
    expect(await search(`query=${encodeURIComponent(text)}&category=kitchen`)).toEqual(["FIND-ONE"]);
  }
  expect(await search(`query=${encodeURIComponent("КОФЕ")}`)).toEqual(["FIND-TWO"]);
  expect(await search(`query=${encodeURIComponent("100%_\\")}`)).toEqual(["FIND-THREE"]);
  expect(await search(`query=${encodeURIComponent("%%%")}`)).toEqual([]);
  expect(await search("query=FI")).toEqual(["FIND-ONE", "FIND-THREE", "FIND-TWO"]);
  expect(await search("query=fi")).toEqual([]);
});

test("a category holds those below it, and no others that only begin like it", async () => {
  expect(await search("category=kitchen")).toEqual(["FIND-ONE", "FIND-TWO"]);
  expect(await search("category=kitchen/coffee")).toEqual(["FIND-ONE", "FIND-TWO"]);
  expect(await search("category=kitchen/cof")).toEqual([]);
  const categories = (await api.call("GET", "/v1/categories")).json<{
    data: { path: string; skus: number }[];
    complete: boolean;
  }>();
  expect(categories.complete).toBe(true);
  expect(categories.data).toEqual(
    expect.arrayContaining([
      { path: "bulk", skus: 1_000 },
      { path: "kitchen/coffee", skus: 1 },
    ]),
  );
});

test("every way of listing pages through all SKUs once, in code order", async () => {
  for (const filter of ["query=bulk", "query=BU", "category=bulk", "query=bulk&category=bulk&active=true"]) {
    const seen: string[] = [];
    let after = "";
    for (;;) {
      const page = (await api.call("GET", `/v1/skus?${filter}&limit=200${after}`)).json<{
        data: { code: string }[];
        next: string | null;
      }>();
      seen.push(...page.data.map(({ code }) => code));
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    expect([filter, seen.length, new Set(seen).size]).toEqual([filter, 1_000, 1_000]);
    expect(seen).toEqual([...seen].sort());
  }
});

test("a text that very many SKUs have is paged as well, and one that few have is found by its index", async () => {
  await database.pool.query(
    "insert into catalog.skus (code, name) select 'MANY-' || lpad(i::text, 5, '0'), 'Manifold' from generate_series(1, 6000) i",
  );
  const first = (await api.call("GET", "/v1/skus?query=manifold&limit=200")).json<{
    data: { code: string }[];
    next: string;
  }>();
  expect([first.data.length, first.data[0]?.code]).toEqual([200, "MANY-00001"]);
  const second = (await api.call("GET", `/v1/skus?query=manifold&limit=200&after=${first.next}`)).json<{
    data: { code: string }[];
  }>();
  expect(second.data[0]?.code).toBe("MANY-00201");
  const client = await database.pool.connect();
  await client.query("set enable_seqscan = off");
  const { rows } = await client.query(
    `explain select 1 from catalog.skus where search_text like ('%' || lower($1 collate "pg_c_utf8") || '%') collate "default"`,
    ["manifold"],
  );
  client.release(true);
  expect(JSON.stringify(rows)).toContain("skus_search");
});

test("many are asked for by their codes in one call, together with the other filters; what is not there is left out", async () => {
  expect(await search("codes=FIND-TWO,NEVER,FIND-ONE")).toEqual(["FIND-ONE", "FIND-TWO"]);
  expect(await search("codes=FIND-TWO,FIND-ONE,FIND-THREE&category=kitchen")).toEqual(["FIND-ONE", "FIND-TWO"]);
  const first = (await api.call("GET", "/v1/skus?codes=FIND-TWO,FIND-ONE&limit=1")).json<{ next: string }>();
  expect(await search(`codes=FIND-TWO,FIND-ONE&after=${first.next}`)).toEqual(["FIND-TWO"]);
  const tooMany = Array.from({ length: 201 }, (_, index) => `S-${index}`).join(",");
  for (const codes of [tooMany, "FIND-ONE,", "a b"])
    expect((await api.call("GET", `/v1/skus?codes=${encodeURIComponent(codes)}`)).status).toBe(422);
});

test("deactivated SKUs stay, and are told apart", async () => {
  await upsert([
    { code: "OFF-1", name: "x" },
    { code: "OFF-2", name: "x" },
  ]);
  expect((await api.call("DELETE", "/v1/skus/OFF-1")).json()).toMatchObject({ active: false, version: 2 });
  expect((await api.call("DELETE", "/v1/skus/OFF-1")).json()).toMatchObject({ version: 2 });
  expect(await search("query=OFF-&active=false")).toEqual(["OFF-1"]);
  expect(await search("query=OFF-&active=true")).toEqual(["OFF-2"]);
  expect((await api.call("DELETE", "/v1/skus/NEVER")).status).toBe(404);
});

test("the CSV export holds every matching SKU, however many", async () => {
  const csv = (await api.call("GET", "/v1/skus.csv?category=bulk")).text.split("\r\n");
  expect(csv).toHaveLength(1_002);
  expect(csv[0]).toMatch(/^code,productId,name,gtin,categoryPath,/);
});

test("the directory sees a local change at once and forgets what changed, in every process within a second", async () => {
  const other = await createSkuDirectory({ database });
  await upsert([{ code: "DIR-1", name: "Before", weightGrams: 5, imageUrl: "/a.png" }]);
  const entry = (await skus.resolve(["DIR-1", "DIR-unknown"])).get("DIR-1")!;
  expect(entry).toMatchObject({ code: "DIR-1", name: "Before", active: true, weightGrams: 5, imageUrl: "/a.png" });
  expect((await skus.resolve(["DIR-unknown"])).size).toBe(0);
  expect((await other.byIds([entry.id])).get(entry.id)?.name).toBe("Before");
  await api.call("PATCH", "/v1/skus/DIR-1", { body: { name: "After", active: false } });
  expect((await skus.byIds([entry.id])).get(entry.id)).toMatchObject({ name: "After", active: false });
  await expect
    .poll(async () => (await other.resolve(["DIR-1"])).get("DIR-1")?.name, { timeout: 1_000, interval: 20 })
    .toBe("After");
  await upsert([{ code: "DIR-unknown", name: "Now known" }]);
  expect((await other.resolve(["DIR-unknown"])).get("DIR-unknown")?.name).toBe("Now known");
  await other.stop();
});

test("a read that began before a change was forgotten is not kept", async () => {
  await upsert([{ code: "RACE-1", name: "v1" }]);
  let arrive = () => {};
  const held = new Promise<void>((resolve) => (arrive = resolve));
  const slow: Database = {
    ...database,
    read: async (statement, parameters) => {
      const rows = await database.read(statement, parameters);
      if (statement.name === "catalog.readEntriesByCodes") await held;
      return rows;
    },
  };
  const directory = await createSkuDirectory({ database: slow, everyMs: 60_000 });
  const reading = directory.resolve(["RACE-1"]);
  await expect.poll(() => database.pool.waitingCount + database.pool.totalCount - database.pool.idleCount).toBe(0);
  await api.call("PATCH", "/v1/skus/RACE-1", { body: { name: "v2" } });
  await directory.refresh();
  arrive();
  expect((await reading).get("RACE-1")?.name).toBe("v1");
  expect((await directory.resolve(["RACE-1"])).get("RACE-1")?.name).toBe("v2");
  await directory.stop();
});

test("each route refuses without its permission", async () => {
  for (const { method, path, permission } of catalogRoutes({ database, clock, skus })) {
    const others = new Set(["catalog:read", "catalog:write"].filter((name) => name !== permission));
    const answer = await api.call(method, path.replace("{code}", "x"), { as: { permissions: others } });
    expect([path, answer.status]).toEqual([path, 403]);
  }
});

const HOSTILE = [
  "'; drop table catalog.skus; --",
  "' or '1'='1",
  "\\'); select pg_sleep(9)--",
  "$1::text",
  '{"a"',
  "NULL",
  "%",
  "_",
  "\u202e\u0301",
  "ﷺ".repeat(20),
];

test("SQL and other mischief in every text is stored as text or refused, never run", async () => {
  for (const [index, text] of HOSTILE.entries()) {
    const code = `HOSTILE-${index}`;
    const fields = {
      name: text,
      productId: text.slice(0, 100),
      freightClass: text.slice(0, 50),
      hazardClass: text.slice(0, 50),
      attributes: { [text.slice(0, 64)]: [text] },
      unitsOfMeasure: [{ unit: text.slice(0, 32), quantity: 2 }],
    };
    expect((await api.call("PUT", `/v1/skus/${code}`, { body: fields })).status).toBe(200);
    expect((await api.call("GET", `/v1/skus/${code}`)).json()).toMatchObject(fields);
    for (const parameter of ["query", "category", "after", "active", "limit"]) {
      expect((await api.call("GET", `/v1/skus?${parameter}=${encodeURIComponent(text)}`)).status).toBeLessThan(500);
    }
    expect((await api.call("GET", `/v1/skus/${encodeURIComponent(text)}`)).status).toBeOneOf([404, 422]);
  }
  expect((await database.pool.query("select count(*)::int as count from catalog.skus")).rows[0].count).toBeGreaterThan(
    1_000,
  );
});

test.each<[string, object, string]>([
  ["a name that is too long", { name: "x".repeat(501) }, "/name"],
  ["an empty name", { name: "" }, "/name"],
  ["a name that is null", { name: null }, "/name"],
  ["a weight below nothing", { name: "x", weightGrams: -1 }, "/weightGrams"],
  ["a weight beyond int", { name: "x", weightGrams: 3_000_000_000 }, "/weightGrams"],
  ["a weight as text", { name: "x", weightGrams: "5" }, "/weightGrams"],
  ["a picture that is a script", { name: "x", imageUrl: "javascript:alert(1)" }, "/imageUrl"],
  ["a category with an empty part", { name: "x", categoryPath: "a//b" }, "/categoryPath"],
  ["a country that is none", { name: "x", originCountry: "pt" }, "/originCountry"],
  ["a flag as text", { name: "x", serialTracked: "true" }, "/serialTracked"],
  ["attributes that are a list", { name: "x", attributes: [] }, "/attributes"],
  ["a unit of nothing", { name: "x", unitsOfMeasure: [{ unit: "case", quantity: 0 }] }, "/unitsOfMeasure/0/quantity"],
  ["NUL in an attribute", { name: "x", attributes: { a: ["\u0000"] } }, "/attributes/a/0"],
])("what does not fit is refused at its place: %s", async (_, body, pointer) => {
  const answer = await api.call("PUT", "/v1/skus/MISFIT", { body });
  expect(answer.status).toBe(422);
  expect(answer.json<{ errors: { pointer: string }[] }>().errors[0]?.pointer).toBe(pointer);
});

test.each([
  "{",
  '{"items":}',
  "[1,2",
  '"text"',
  "null",
  '{"items":[{"code":"A","name":"x"}]} trailing',
  '{"__proto__":{"a":1}}',
])("a body that is no JSON object of items is refused: %s", async (body) => {
  const { status } = await api.call("POST", "/v1/skus", { body });
  expect([400, 422]).toContain(status);
});
