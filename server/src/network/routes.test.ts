import { afterAll, beforeAll, expect, test } from "vitest";
import { testApi, type TestApi } from "../../test/harness/api.ts";
import { testDatabase, type TestDatabase } from "../../test/harness/database.ts";
import { fixedClock } from "../platform/clock.ts";
import { openDatabase, type Database } from "../platform/db/database.ts";
import { createNetworkDirectory, type NetworkDirectory } from "./public.ts";
import { networkRoutes } from "./routes.ts";

let files: TestDatabase;
let database: Database;
let network: NetworkDirectory;
let api: TestApi;
const clock = fixedClock(new Date("2026-11-20T12:00:00Z"));

beforeAll(async () => {
  files = await testDatabase();
  database = openDatabase({ url: files.url });
  network = await createNetworkDirectory({ database });
  api = await testApi(networkRoutes({ database, clock, network }), ["network:read", "network:write"]);
});
afterAll(async () => {
  await api.close();
  await network.stop();
  await database.close();
  await files.close();
});

interface Item {
  index: number;
  status: string;
  code: string;
  outcome?: string;
  version?: number;
  problem?: { code: string; errors?: { pointer: string }[] };
}
const store = (code: string, more: object = {}) => ({
  code,
  name: `Store ${code}`,
  type: "store",
  timeZone: "Europe/London",
  ...more,
});
const upsert = async (path: string, items: object[], headers = {}) =>
  (await api.call("POST", path, { body: { items }, headers })).json<{ items: Item[] }>().items;
const count = async (sql: string, values: unknown[] = []) =>
  Number((await database.pool.query(sql, values)).rows[0].count);

test("a bulk call answers per item: good ones take effect beside refused ones", async () => {
  const items = await upsert("/v1/locations", [
    store("bulk-1", { groups: ["hub"], calendar: { cutOffs: { mon: "16:00" } } }),
    store("bulk-2", { timeZone: "Mars/Base" }),
    { code: "bulk-3", type: "store" },
    store("bulk-1", { name: "Renamed" }),
  ]);
  expect(items.map(({ status, outcome, version }) => [status, outcome, version])).toEqual([
    ["ok", "created", 1],
    ["refused", undefined, undefined],
    ["refused", undefined, undefined],
    ["ok", "changed", 2],
  ]);
  expect(items[1]?.problem).toMatchObject({ code: "invalidInput", errors: [{ pointer: "/items/1/timeZone" }] });
  expect(items[2]?.problem?.errors?.map(({ pointer }) => pointer)).toEqual(["/items/2/name", "/items/2/timeZone"]);
  const read = await api.call("GET", "/v1/locations/bulk-1");
  expect(read.headers["etag"]).toBe('"2"');
  expect(read.json()).toMatchObject({
    name: "Renamed",
    groups: ["hub"],
    calendar: { cutOffs: { mon: "16:00" } },
    priority: 100,
    active: true,
  });
});

test("repeating a bulk call changes nothing and leaves no event", async () => {
  const items = [store("again-1"), store("again-2")];
  await upsert("/v1/locations", items);
  const before = await count("select count(*) from platform.events");
  expect((await upsert("/v1/locations", items)).map(({ outcome, version }) => [outcome, version])).toEqual([
    ["unchanged", 1],
    ["unchanged", 1],
  ]);
  expect(await count("select count(*) from platform.events")).toBe(before);
});

test("every change is one event of its entity, numbered without gaps, and every call one audit entry", async () => {
  await upsert("/v1/locations", [store("trace")]);
  await api.call("PATCH", "/v1/locations/trace", { body: { priority: 7 } });
  await api.call("DELETE", "/v1/locations/trace");
  const { rows } = await database.pool.query(
    `select event.type, event.sequence, event.actor, event.data from platform.events event
     join network.locations location on location.uuid = event.entity_id where location.code = 'trace' order by event.id`,
  );
  expect(rows.map(({ type, sequence, actor, data }) => [type, sequence, actor, data.fields])).toEqual([
    ["location.changed", 1, "user:test", expect.arrayContaining(["name", "calendar"])],
    ["location.changed", 2, "user:test", ["priority"]],
    ["location.changed", 3, "user:test", ["active"]],
  ]);
  const audited = await database.pool.query(
    "select action from platform.audit_log where details -> 'codes' ? 'trace' order by id",
  );
  expect(audited.rows.map(({ action }) => action)).toEqual(["upsertLocations", "patchLocation", "deactivateLocation"]);
});

test("If-None-Match: * creates a location and never replaces one", async () => {
  const create = () =>
    api.call("PUT", "/v1/locations/once", {
      body: { name: "Once", type: "store", timeZone: "UTC" },
      headers: { "if-none-match": "*" },
    });
  expect((await create()).status).toBe(200);
  const again = await create();
  expect([again.status, again.json()["code"]]).toEqual([412, "versionConflict"]);
});

test("If-Match refuses who has read an older version, and nothing changes", async () => {
  await upsert("/v1/locations", [store("match")]);
  const ok = await api.call("PUT", "/v1/locations/match", {
    body: { name: "A", type: "store", timeZone: "UTC" },
    headers: { "if-match": '"1"' },
  });
  expect([ok.status, ok.headers["etag"]]).toEqual([200, '"2"']);
  const late = await api.call("PATCH", "/v1/locations/match", { body: { name: "B" }, headers: { "if-match": '"1"' } });
  expect([late.status, late.json()["code"]]).toEqual([412, "versionConflict"]);
  expect((await api.call("GET", "/v1/locations/match")).json()).toMatchObject({ name: "A", version: 2 });
});

test("ten writers of one location at once: every change is kept, each with its own version", async () => {
  await upsert("/v1/locations", [store("race")]);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      api.call("PATCH", "/v1/locations/race", { body: { priority: index + 1 } }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(answers.map((answer) => answer.json()["version"]).sort((a, b) => Number(a) - Number(b))).toEqual([
    2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
  ]);
});

test("a keyed call is answered again with its first answer, and other content under the key is refused", async () => {
  const headers = { "idempotency-key": "bulk-key-1" };
  const first = await upsert("/v1/locations", [store("keyed")], headers);
  await api.call("PATCH", "/v1/locations/keyed", { body: { name: "Changed since" } });
  expect(await upsert("/v1/locations", [store("keyed")], headers)).toEqual(first);
  expect((await api.call("GET", "/v1/locations/keyed")).json()["name"]).toBe("Changed since");
  const other = await api.call("POST", "/v1/locations", { body: { items: [store("other")] }, headers });
  expect([other.status, other.json()["code"]]).toEqual([409, "keyReused"]);
});

test("a network is a set of existing locations, a channel needs an existing network", async () => {
  await upsert("/v1/locations", [store("net-b"), store("net-a"), store("net-c")]);
  const created = await api.call("PUT", "/v1/networks/net", { body: { name: "Net", locations: ["net-b", "net-a"] } });
  expect(created.json()).toMatchObject({ locations: ["net-a", "net-b"], version: 1 });
  const unknown = await api.call("PATCH", "/v1/networks/net", { body: { locations: ["net-a", "nowhere"] } });
  expect([unknown.status, unknown.json()["errors"]]).toEqual([
    422,
    [{ pointer: "/locations/1", message: "there is no location nowhere", code: "unknownCode" }],
  ]);
  await api.call("PATCH", "/v1/networks/net", { body: { locations: ["net-c"] } });
  expect((await api.call("GET", "/v1/networks/net")).json()).toMatchObject({ locations: ["net-c"], version: 2 });
  const channel = { name: "Web", kind: "web", brand: "B", market: "GB", currency: "GBP", network: "net" };
  expect((await api.call("PUT", "/v1/channels/web-net", { body: channel })).status).toBe(200);
  const bad = await api.call("PUT", "/v1/channels/web-bad", { body: { ...channel, network: "none", currency: "XXX" } });
  expect(bad.json<{ errors: { pointer: string }[] }>().errors.map(({ pointer }) => pointer)).toEqual([
    "/network",
    "/currency",
  ]);
  const used = await api.call("DELETE", "/v1/networks/net");
  expect([used.status, used.json()["code"]]).toEqual([409, "networkInUse"]);
  await api.call("PUT", "/v1/networks/free", { body: { name: "Free", locations: ["net-a"] } });
  expect((await api.call("DELETE", "/v1/networks/free")).status).toBe(204);
  expect((await api.call("GET", "/v1/networks/free")).status).toBe(404);
});

test("the directory knows a channel's active locations as soon as the change is answered", async () => {
  await upsert("/v1/locations", [store("dir-1"), store("dir-2", { calendar: { cutOffs: { mon: "16:00" } } })]);
  await api.call("PUT", "/v1/networks/dir", { body: { name: "Dir", locations: ["dir-1", "dir-2"] } });
  await api.call("PUT", "/v1/channels/dir-web", {
    body: { name: "W", kind: "web", brand: "B", market: "GB", currency: "GBP", network: "dir" },
  });
  const one = network.locationByCode("dir-1")!;
  const two = network.locationByCode("dir-2")!;
  expect(network.channelByCode("dir-web")?.locationIds).toEqual([one.id, two.id]);
  expect(network.channelById(network.channelByCode("dir-web")!.id)?.locationSet.has(two.id)).toBe(true);
  expect(network.cutOffAfter(two.id, new Date("2026-11-20T12:00:00Z"))).toEqual(new Date("2026-11-23T16:00:00Z"));
  const version = network.version;
  await api.call("DELETE", "/v1/locations/dir-1");
  expect(network.channelByCode("dir-web")?.locationIds).toEqual([two.id]);
  expect(network.locationById(one.id)?.active).toBe(false);
  expect(network.version).toBeGreaterThan(version);
});

test("another process sees a change within a second", async () => {
  const other = await createNetworkDirectory({ database });
  await upsert("/v1/locations", [store("elsewhere", { name: "Seen" })]);
  await expect.poll(() => other.locationByCode("elsewhere")?.name, { timeout: 1_000, interval: 20 }).toBe("Seen");
  await other.stop();
});

test("lists are paged in code order and filtered by text, type, group, network and activity", async () => {
  await upsert("/v1/locations", [
    store("list-1", { name: "Größe ÄÖ", address: { city: "Köln" }, groups: ["listed"] }),
    store("list-2", { type: "vendor", groups: ["listed", "eu"] }),
    store("list-3", { active: false, groups: ["listed"] }),
  ]);
  await api.call("PUT", "/v1/networks/listed", { body: { name: "L", locations: ["list-2"] } });
  const codes = async (query: string) =>
    (await api.call("GET", `/v1/locations?${query}`)).json<{ data: { code: string }[] }>().data.map(({ code }) => code);
  expect(await codes("group=listed&limit=200")).toEqual(["list-1", "list-2", "list-3"]);
  expect(await codes(`query=${encodeURIComponent("größe äö")}`)).toEqual(["list-1"]);
  expect(await codes(`query=${encodeURIComponent("KÖLN")}`)).toEqual(["list-1"]);
  expect(await codes("query=%25")).toEqual([]);
  expect(await codes("group=listed&type=vendor")).toEqual(["list-2"]);
  expect(await codes("group=listed&active=false")).toEqual(["list-3"]);
  expect(await codes("network=listed")).toEqual(["list-2"]);
  const first = (await api.call("GET", "/v1/locations?group=listed&limit=2")).json<{ next: string }>();
  expect(await codes(`group=listed&after=${first.next}`)).toEqual(["list-3"]);
  expect((await api.call("GET", "/v1/locations?after=nonsense")).status).toBe(422);
});

test("groups are listed with the number of their locations, of those that one may see", async () => {
  const groups = async () =>
    (await api.call("GET", "/v1/location-groups")).json<{ data: { group: string; locations: number }[] }>().data;
  expect(await groups()).toEqual(
    expect.arrayContaining([
      { group: "eu", locations: 1 },
      { group: "listed", locations: 3 },
    ]),
  );
});

test("the CSV export has every matching location and disarms formulas", async () => {
  await upsert("/v1/locations", [
    store("csv-1", { name: "=cmd()", groups: ["csv", "b"] }),
    store("csv-2", { name: 'A "quoted", name', groups: ["csv"] }),
  ]);
  const answer = await api.call("GET", "/v1/locations.csv?group=csv");
  const lines = answer.text.split("\r\n");
  expect(answer.headers["content-type"]).toContain("text/csv");
  expect(lines[0]).toMatch(/^code,name,type,groups,/);
  expect(lines[1]).toMatch(/^csv-1,'=cmd\(\),store,csv\|b,/);
  expect(lines[2]).toMatch(/^csv-2,"A ""quoted"", name",store,csv,/);
  expect(lines).toHaveLength(4);
});

test("who may see only some locations sees and changes only those, and learns nothing of the others", async () => {
  await upsert("/v1/locations", [store("mine", { groups: ["scope"] }), store("theirs", { groups: ["scope"] })]);
  await api.call("PUT", "/v1/networks/scope", { body: { name: "S", locations: ["mine", "theirs"] } });
  const as = { locationCodes: new Set(["mine", "new"]) };
  const list = await api.call("GET", "/v1/locations?group=scope", { as });
  expect(list.json<{ data: { code: string }[] }>().data.map(({ code }) => code)).toEqual(["mine"]);
  expect((await api.call("GET", "/v1/locations.csv?group=scope", { as })).text).not.toContain("theirs");
  expect((await api.call("GET", "/v1/location-groups", { as })).json()).toMatchObject({
    data: [{ group: "scope", locations: 1 }],
    complete: true,
  });
  expect((await api.call("GET", "/v1/locations/theirs", { as })).status).toBe(404);
  expect((await api.call("PATCH", "/v1/locations/theirs", { as, body: { name: "x" } })).status).toBe(404);
  expect((await api.call("DELETE", "/v1/locations/theirs", { as })).status).toBe(404);
  expect(
    (await api.call("PUT", "/v1/locations/theirs", { as, body: { name: "x", type: "store", timeZone: "UTC" } })).status,
  ).toBe(403);
  const bulk = await api.call("POST", "/v1/locations", {
    as,
    body: { items: [store("mine", { name: "Mine" }), store("theirs", { name: "x" })] },
  });
  expect(bulk.json<{ items: Item[] }>().items.map(({ status }) => status)).toEqual(["ok", "refused"]);
  expect((await api.call("GET", "/v1/networks/scope", { as })).json()["locations"]).toEqual(["mine"]);
  expect((await api.call("PATCH", "/v1/networks/scope", { as, body: { locations: [] } })).status).toBe(404);
  expect((await api.call("DELETE", "/v1/networks/scope", { as })).status).toBe(404);
  expect((await api.call("GET", "/v1/locations/theirs")).json()).toMatchObject({ name: "Store theirs", version: 1 });
});

test("who may see only some channels sees and changes only those", async () => {
  await api.call("PUT", "/v1/networks/chan", { body: { name: "C" } });
  const body = { name: "C", kind: "web", brand: "B", market: "GB", currency: "GBP", network: "chan" };
  for (const code of ["chan-a", "chan-b"]) await api.call("PUT", `/v1/channels/${code}`, { body });
  const as = { channelCodes: new Set(["chan-a"]) };
  const list = await api.call("GET", "/v1/channels", { as });
  expect(list.json<{ data: { code: string }[] }>().data.map(({ code }) => code)).toEqual(["chan-a"]);
  expect((await api.call("GET", "/v1/channels/chan-b", { as })).status).toBe(404);
  expect((await api.call("PATCH", "/v1/channels/chan-b", { as, body: { name: "x" } })).status).toBe(404);
});

test("each route refuses without its permission", async () => {
  for (const { method, path, permission } of networkRoutes({ database, clock, network })) {
    const url = path.replace("{code}", "x");
    const answer = await api.call(method, url, {
      as: { permissions: new Set(["network:read", "network:write"].filter((name) => name !== permission)) },
    });
    expect([url, answer.status]).toEqual([url, 403]);
  }
});

const HOSTILE = [
  "'; drop table network.locations; --",
  "1 or 1=1",
  "\\'); select pg_sleep(10); --",
  "$1",
  "{}",
  '"},{"',
  "%00".repeat(3),
  "\u202e",
  "NULL",
  "${process.exit()}",
  "<script>alert(1)</script>",
  '{"a":[1,2}',
  "\\",
  "\t\r\n",
];

test("SQL and other mischief in every text is stored as text or refused, never run", async () => {
  for (const [index, text] of HOSTILE.entries()) {
    const code = `hostile-${index}`;
    const fields = {
      name: text,
      externalId: text,
      address: { line1: text, city: text },
      metadata: { [text.slice(0, 64)]: text },
    };
    const put = await api.call("PUT", `/v1/locations/${code}`, { body: { type: "store", timeZone: "UTC", ...fields } });
    expect([text, put.status]).toEqual([text, 200]);
    expect((await api.call("GET", `/v1/locations/${code}`)).json()).toMatchObject(fields);
    const found = await api.call("GET", `/v1/locations?query=${encodeURIComponent(text)}`);
    expect(found.json<{ data: { code: string }[] }>().data.map((row) => row.code)).toContain(code);
    for (const parameter of ["group", "after", "network", "type"]) {
      expect((await api.call("GET", `/v1/locations?${parameter}=${encodeURIComponent(text)}`)).status).toBeLessThan(
        500,
      );
    }
    expect((await api.call("GET", `/v1/locations/${encodeURIComponent(text)}`)).status).toBeLessThan(500);
  }
});

test.each<[string, unknown, string]>([
  ["a number for a text", { name: 3, type: "store", timeZone: "UTC" }, "/name"],
  ["a text that is too long", { name: "x".repeat(201), type: "store", timeZone: "UTC" }, "/name"],
  ["an unknown type", { name: "x", type: "shop", timeZone: "UTC" }, "/type"],
  ["an unknown field", { name: "x", type: "store", timeZone: "UTC", nam: 1 }, "/nam"],
  [
    "a latitude beyond the pole",
    { name: "x", type: "store", timeZone: "UTC", latitude: 91, longitude: 0 },
    "/latitude",
  ],
  ["a latitude alone", { name: "x", type: "store", timeZone: "UTC", latitude: 1 }, "/longitude"],
  ["a fraction of an order", { name: "x", type: "store", timeZone: "UTC", capacityPerDay: 1.5 }, "/capacityPerDay"],
  ["a capacity beyond int", { name: "x", type: "store", timeZone: "UTC", capacityPerDay: 1e300 }, "/capacityPerDay"],
  [
    "a time that is none",
    { name: "x", type: "store", timeZone: "UTC", calendar: { cutOffs: { mon: "25:00" } } },
    "/calendar/cutOffs/mon",
  ],
  [
    "a date that is none",
    { name: "x", type: "store", timeZone: "UTC", calendar: { exceptions: [{ on: "2026-02-30" }] } },
    "/calendar/exceptions/0/on",
  ],
  [
    "hours that overlap",
    {
      name: "x",
      type: "store",
      timeZone: "UTC",
      calendar: {
        openingHours: {
          mon: [
            { from: "09:00", to: "12:00" },
            { from: "10:00", to: "13:00" },
          ],
        },
      },
    },
    "/calendar/openingHours/mon/1/from",
  ],
  ["NUL", { name: "a\u0000b", type: "store", timeZone: "UTC" }, "/name"],
  [
    "a lone surrogate in a name of metadata",
    { name: "x", type: "store", timeZone: "UTC", metadata: { "\ud800": 1 } },
    "/metadata",
  ],
  [
    "nesting without end",
    { name: "x", type: "store", timeZone: "UTC", metadata: JSON.parse(`${'{"a":'.repeat(100)}1${"}".repeat(100)}`) },
    "/metadata/a",
  ],
])("what does not fit is refused at its place: %s", async (_, body, pointer) => {
  const answer = await api.call("PUT", "/v1/locations/misfit", { body });
  expect(answer.status).toBe(422);
  const [first] = answer.json<{ errors: { pointer: string }[] }>().errors;
  expect(first?.pointer.startsWith(pointer)).toBe(true);
  expect((await api.call("GET", "/v1/locations/misfit")).status).toBe(404);
});

test("codes may hold slashes and colons; anything else is refused before the database sees it", async () => {
  expect(
    (await api.call("PUT", "/v1/locations/eu%2Fdc:1", { body: { name: "x", type: "store", timeZone: "UTC" } })).json()[
      "code"
    ],
  ).toBe("eu/dc:1");
  for (const code of ["-x", "a b", "%F0%9F%98%80", "x".repeat(65), "..%2F..%2Fetc"]) {
    expect((await api.call("GET", `/v1/locations/${code}`)).status).toBe(422);
  }
});
