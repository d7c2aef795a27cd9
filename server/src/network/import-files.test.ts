import { afterAll, beforeAll, expect, test } from "vitest";
import { actorNames } from "../access/public.ts";
import { testApi, type TestApi } from "../../test/harness/api.ts";
import { testDatabase, type TestDatabase } from "../../test/harness/database.ts";
import { systemClock as clock } from "../platform/clock.ts";
import { openDatabase, type Database } from "../platform/db/database.ts";
import type { Principal } from "../platform/http/route.ts";
import { importRoutes } from "../platform/imports/routes.ts";
import { startImportWorker } from "../platform/imports/run-imports.ts";
import {
  channelImportKind,
  createNetworkDirectory,
  locationImportKind,
  type NetworkDirectory,
  networkImportKind,
} from "./public.ts";
import { networkRoutes } from "./routes.ts";

let files: TestDatabase;
let database: Database;
let network: NetworkDirectory;
let api: TestApi;
let worker: { stop(): Promise<void> };

beforeAll(async () => {
  files = await testDatabase();
  database = openDatabase({ url: files.url });
  network = await createNetworkDirectory({ database });
  const kinds = [locationImportKind({ clock }), networkImportKind({ clock }), channelImportKind({ clock })];
  const permissions = ["network:read", "network:write", "imports:read", "imports:write"];
  api = await testApi(
    [
      ...networkRoutes({ database, clock, network }),
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
  await network.stop();
  await database.close();
  await files.close();
});

async function importFile(
  file: string,
  as: Partial<Principal> = {},
  kind = "locations",
): Promise<{ row: number; column: string | null; code: string }[]> {
  const upload = await api.call("POST", `/v1/imports/${kind}`, {
    body: file,
    headers: { "content-type": "text/csv" },
    as,
  });
  const { id } = upload.json<{ id: string }>();
  await expect
    .poll(async () => (await api.call("GET", `/v1/imports/${id}`)).json()["state"], { timeout: 15_000 })
    .toBe("finished");
  return (await api.call("GET", `/v1/imports/${id}/errors`)).json<{
    data: { row: number; column: string | null; code: string }[];
  }>().data;
}
const read = async (code: string) => (await api.call("GET", `/v1/locations/${code}`)).json();

test("a file creates locations with groups, address, coordinates and calendar, and the directory follows", async () => {
  const file =
    'code;Name;type;groups;city;postal_code;country;latitude;longitude;time zone;calendar;capacity per day\nleeds;Leeds;store;hub | regional;Leeds;LS1 4DY;GB;53.797;-1.546;Europe/London;"{""cutOffs"":{""mon"":""16:00""}}";400\n';
  expect(await importFile(file)).toEqual([]);
  expect(await read("leeds")).toMatchObject({
    name: "Leeds",
    type: "store",
    groups: ["hub", "regional"],
    address: { city: "Leeds", postalCode: "LS1 4DY", country: "GB" },
    latitude: 53.797,
    longitude: -1.546,
    timeZone: "Europe/London",
    calendar: { cutOffs: { mon: "16:00" } },
    capacityPerDay: 400,
    active: true,
  });
  await expect.poll(() => network.locationByCode("leeds")?.groups, { timeout: 1_000 }).toEqual(["hub", "regional"]);
});

test("address columns replace the address, other columns that the file lacks stay", async () => {
  await importFile("code,name,type,timeZone,line1,city\nmove,Move,store,UTC,1 Old Street,Leeds\n");
  await importFile("code,city\nmove,York\n");
  expect(await read("move")).toMatchObject({ name: "Move", timeZone: "UTC", address: { city: "York" } });
  expect((await read("move"))["address"]).toEqual({ city: "York" });
});

test("faults are told at their column", async () => {
  const rows = [
    "f1,x,shop,UTC,,,",
    "f2,x,store,Mars/Base,,,",
    "f3,x,store,UTC,91,0,",
    'f4,x,store,UTC,,,"{""cutOffs"":{""mon"":""99:00""}}"',
    'f5,x,store,UTC,,,"{""exceptions"":[{""on"":""2026-12-24""},{""on"":""2026-12-24""}]}"',
    "f6,x,store,UTC,5,,",
  ];
  const errors = await importFile(`code,name,type,timeZone,latitude,longitude,calendar\n${rows.join("\n")}\n`);
  expect(errors.map(({ row, column }) => [row, column])).toEqual([
    [1, "type"],
    [2, "timeZone"],
    [3, "latitude"],
    [4, "calendar"],
    [5, "calendar"],
    [6, "longitude"],
  ]);
});

test("who may change only some locations has the other rows refused", async () => {
  const as = { locationCodes: new Set(["mine"]) };
  const errors = await importFile("code,name,type,timeZone\nmine,Mine,store,UTC\ntheirs,x,store,UTC\n", as);
  expect(errors).toMatchObject([{ row: 2, column: "code", code: "notYours" }]);
  expect((await api.call("GET", "/v1/locations/theirs")).status).toBe(404);
});

test("what is exported can be imported again and changes nothing", async () => {
  const events = async () =>
    (await database.pool.query("select count(*)::int as count from platform.events where entity_type = 'location'"))
      .rows[0].count;
  const before = await events();
  expect(await importFile((await api.call("GET", "/v1/locations.csv")).text)).toEqual([]);
  expect(await events()).toBe(before);
});

test("files create networks with their locations, and channels on them; faults are told at their column", async () => {
  await importFile("code,name,type,timeZone\ndc,DC,warehouse,UTC\nshop,Shop,store,UTC\n");
  const networks = "code,name,locations\nall,All of them,shop | dc\nnone,Nothing yet,\nbad,Bad,dc|atlantis\n";
  expect(await importFile(networks, {}, "networks")).toMatchObject([{ row: 3, column: "locations", code: "badValue" }]);
  expect((await api.call("GET", "/v1/networks/all")).json()).toMatchObject({ locations: ["dc", "shop"] });
  expect((await api.call("GET", "/v1/networks/none")).json()).toMatchObject({ locations: [] });

  const channels = `code,name,kind,brand,market,currency,network,low stock at
web,Web,web,Orrery,GB,GBP,all,7
lost,Lost,web,Orrery,GB,GBP,atlantis,
odd,Odd,pigeon,Orrery,GB,XXZ,all,few
`;
  expect(await importFile(channels, {}, "channels")).toMatchObject([
    { row: 2, column: "network", code: "badValue" },
    { row: 3, column: "lowStockAt", code: "badCell" },
  ]);
  expect((await api.call("GET", "/v1/channels/web")).json()).toMatchObject({
    network: "all",
    lowStockAt: 7,
    whenUnavailable: "reject",
    active: true,
  });
  await expect.poll(() => network.channelByCode("web")?.code, { timeout: 1_000 }).toBe("web");
});

test("a limited user changes no network, and no channel but his", async () => {
  const limited = { channelCodes: new Set(["web"]) };
  expect(await importFile("code,name\nall,Mine\n", limited, "networks")).toMatchObject([{ code: "notYours" }]);
  expect(await importFile("code,name\nweb,Mine\nother,x\n", limited, "channels")).toMatchObject([
    { row: 2, code: "notYours" },
  ]);
  expect((await api.call("GET", "/v1/channels/web")).json()).toMatchObject({ name: "Mine" });
});

test("exported networks and channels can be imported again and change nothing; each sees his own", async () => {
  await api.call("PATCH", "/v1/channels/web", { body: { name: "=Web", metadata: { a: [1, "b"] }, externalId: "E,1" } });
  const events = async () =>
    (
      await database.pool.query(
        "select count(*)::int as count from platform.events where entity_type in ('network', 'channel')",
      )
    ).rows[0].count;
  const before = await events();
  for (const kind of ["networks", "channels"]) {
    const file = (await api.call("GET", `/v1/${kind}.csv`)).text;
    expect(file.split("\r\n").length).toBeGreaterThan(2);
    expect(await importFile(file, {}, kind)).toEqual([]);
  }
  expect(await events()).toBe(before);
  const mine = { locationCodes: new Set(["shop"]), channelCodes: new Set(["none"]) };
  expect((await api.call("GET", "/v1/networks.csv", { as: mine })).text).toContain("all,All of them,shop,");
  expect((await api.call("GET", "/v1/channels.csv", { as: mine })).text.trim().split("\r\n")).toHaveLength(1);
});
