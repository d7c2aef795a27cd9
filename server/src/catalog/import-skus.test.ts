import { afterAll, beforeAll, expect, test } from "vitest";
import { actorNames } from "../access/public.ts";
import { testApi, type TestApi } from "../../test/harness/api.ts";
import { testDatabase, type TestDatabase } from "../../test/harness/database.ts";
import { systemClock as clock } from "../platform/clock.ts";
import { openDatabase, type Database } from "../platform/db/database.ts";
import { importRoutes } from "../platform/imports/routes.ts";
import { startImportWorker } from "../platform/imports/run-imports.ts";
import { createSkuDirectory, skuImportKind, type SkuDirectory } from "./public.ts";
import { catalogRoutes } from "./routes.ts";

let files: TestDatabase;
let database: Database;
let skus: SkuDirectory;
let api: TestApi;
let worker: { stop(): Promise<void> };

beforeAll(async () => {
  files = await testDatabase();
  database = openDatabase({ url: files.url });
  skus = await createSkuDirectory({ database });
  const kinds = [skuImportKind({ clock })];
  const permissions = ["catalog:read", "catalog:write", "imports:read", "imports:write"];
  api = await testApi(
    [
      ...catalogRoutes({ database, clock, skus }),
      ...importRoutes({ database, clock, kinds, actorNames: actorNames(database) }),
    ],
    permissions,
  );
  worker = startImportWorker({
    database,
    clock,
    kinds,
    log: { error: () => undefined, warn: () => undefined },
    pollMs: 10,
  });
});
afterAll(async () => {
  await worker.stop();
  await api.close();
  await skus.stop();
  await database.close();
  await files.close();
});

async function importFile(file: string): Promise<{
  rowsDone: number;
  rowsFailed: number;
  errors: { row: number; column: string | null; code: string; value: string | null }[];
}> {
  const { id } = (
    await api.call("POST", "/v1/imports/skus", { body: file, headers: { "content-type": "text/csv" } })
  ).json<{ id: string }>();
  await expect
    .poll(async () => (await api.call("GET", `/v1/imports/${id}`)).json()["state"], { timeout: 15_000 })
    .toBe("finished");
  const { rowsDone, rowsFailed } = (await api.call("GET", `/v1/imports/${id}`)).json<{
    rowsDone: number;
    rowsFailed: number;
  }>();
  const { data } = (await api.call("GET", `/v1/imports/${id}/errors`)).json<{ data: never[] }>();
  return { rowsDone, rowsFailed, errors: data };
}
const read = async (code: string) => (await api.call("GET", `/v1/skus/${code}`)).json();

test("a file creates and changes SKUs; columns that it lacks stay, empty cells clear", async () => {
  await api.call("PUT", "/v1/skus/OLD", {
    body: { name: "Old", weightGrams: 5, gtin: "96385074", attributes: { a: 1 } },
  });
  const result = await importFile(
    'code,name,weight_grams,gtin,attributes,serialTracked\nOLD,Renamed,,,"{""b"":[2]}",yes\nNEW,New one,7,96385074,,\n',
  );
  expect(result).toMatchObject({ rowsDone: 2, rowsFailed: 0 });
  expect(await read("OLD")).toMatchObject({
    name: "Renamed",
    weightGrams: null,
    gtin: null,
    attributes: { b: [2] },
    serialTracked: true,
    version: 2,
  });
  await importFile("code,name\nOLD,Renamed again\n");
  expect(await read("OLD")).toMatchObject({ name: "Renamed again", attributes: { b: [2] }, version: 3 });
  expect(await read("NEW")).toMatchObject({
    name: "New one",
    weightGrams: 7,
    gtin: "96385074",
    attributes: {},
    serialTracked: false,
    version: 1,
  });
});

test("faulty rows are told by column and value, with the rules of the API; the others take effect", async () => {
  const rows = [
    "GOOD,Good,1,,",
    "bad code!,x,1,,",
    ",x,1,,",
    "B1,,1,,",
    "B2,x,1.5,,",
    "B3,x,-1,,",
    "B4,x,1,4006381333932,",
    "B5,x,1,,{",
    'B6,x,1,,"[1]"',
    'B7,x,1,,"{""a"":""\\u0000""}"',
    "B8,x,99999999999,,",
  ];
  const { rowsFailed, errors } = await importFile(`code,name,weightGrams,gtin,metadata\n${rows.join("\n")}\n`);
  expect(rowsFailed).toBe(10);
  expect(errors.map(({ row, column, code }) => [row, column, code])).toEqual([
    [2, "code", "badCode"],
    [3, "code", "badCode"],
    [4, "name", "badValue"],
    [5, "weightGrams", "badCell"],
    [6, "weightGrams", "badValue"],
    [7, "gtin", "badValue"],
    [8, "metadata", "badCell"],
    [9, "metadata", "badValue"],
    [10, "metadata", "badValue"],
    [11, "weightGrams", "badValue"],
  ]);
  expect(errors[5]).toMatchObject({ value: "4006381333932" });
  expect(await read("GOOD")).toMatchObject({ name: "Good" });
  expect((await api.call("GET", "/v1/skus/B1")).status).toBe(404);
});

test("what is exported can be imported again and changes nothing, formulas included", async () => {
  const names = ["=cmd()", "'=quoted", "-5", "+1", "@x", 'a "b", c', "line\nbreak", " blanks ", "ÄÖ"];
  await api.call("POST", "/v1/skus", {
    body: {
      items: names.map((name, index) => ({
        code: `ROUND-${index}`,
        name,
        categoryPath: "round",
        attributes: { name },
        unitsOfMeasure: [{ unit: "case", quantity: 2 }],
      })),
    },
  });
  const file = (await api.call("GET", "/v1/skus.csv?category=round")).text;
  const events = async () =>
    (await database.pool.query("select count(*)::int as count from platform.events where entity_type = 'sku'")).rows[0]
      .count;
  const before = await events();
  expect(await importFile(file)).toMatchObject({ rowsDone: names.length, rowsFailed: 0 });
  expect(await events()).toBe(before);
  await Promise.all(
    names.map((_, index) => api.call("PATCH", `/v1/skus/ROUND-${index}`, { body: { name: "changed" } })),
  );
  // The same bytes are a new import once the first has finished.
  expect(await importFile(file)).toMatchObject({ rowsFailed: 0 });
  expect(await Promise.all(names.map(async (_, index) => (await read(`ROUND-${index}`))["name"]))).toEqual(names);
});

test("a code that stands twice in a file is changed twice, in the order of the rows", async () => {
  await importFile("code,name\nTWICE,first\nTWICE,second\n");
  expect(await read("TWICE")).toMatchObject({ name: "second", version: 2 });
});
