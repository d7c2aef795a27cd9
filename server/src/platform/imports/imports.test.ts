import { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { testApi, type TestApi } from "../../../test/harness/api.ts";
import { testDatabase, type TestDatabase } from "../../../test/harness/database.ts";
import { systemClock } from "../clock.ts";
import { openDatabase, type Database } from "../db/database.ts";
import { statement } from "../db/statements.ts";
import type { ImportKind, RowError } from "./kinds.ts";
import type { ImportView } from "./list-imports.ts";
import { createUploads } from "./queue-upload.ts";
import { importRoutes } from "./routes.ts";
import { startImportWorker } from "./run-imports.ts";

let files: TestDatabase;
let database: Database;
let api: TestApi;
const clock = systemClock;
const quiet = { error: () => undefined, warn: () => undefined };

const apply = statement<{ row: number; text: string }>(
  "test.apply",
  `with good as (
     insert into test.effects (import_id, row_number, text, number)
     select import_id, row_number, text, number::int from test.staged
     where import_id = $1::uuid and row_number between $2::int and $3::int and number ~ '^[0-9]+$'
   )
   select row_number as row, number as text from test.staged
   where import_id = $1::uuid and row_number between $2::int and $3::int and (number is null or number !~ '^[0-9]+$')`,
);
/** What tests break on purpose. */
let beforeChunk: (fromRow: number, toRow: number) => void | Promise<void> = () => undefined;

const kind: ImportKind = {
  kind: "things",
  summary: "Keeps things.",
  permission: "things:write",
  columns: [
    { name: "text", required: true, description: "Text.", example: "a" },
    { name: "theNumber", required: false, description: "Number.", example: "1" },
  ],
  options: {},
  copy: "copy test.staged (import_id, row_number, text, number) from stdin",
  discard: statement(
    "test.discard",
    "delete from test.staged where import_id = $1::uuid and row_number between $2::int and $3::int",
  ),
  chunkRows: 100,
  applyChunk: async (transaction, { importId, fromRow, toRow }) => {
    await beforeChunk(fromRow, toRow);
    const bad = await transaction.read(apply, [importId, fromRow, toRow]);
    return bad.map(
      ({ row, text }): RowError => ({
        row,
        column: "theNumber",
        code: "badNumber",
        message: "must be a number",
        value: text,
      }),
    );
  },
};

beforeAll(async () => {
  files = await testDatabase();
  database = openDatabase({ url: files.url });
  await database.pool.query(`create schema test`);
  await database.pool.query(
    `create table test.staged (import_id uuid, row_number int, text text, number text, primary key (import_id, row_number))`,
  );
  // The key proves that no row is applied twice.
  await database.pool.query(
    `create table test.effects (import_id uuid, row_number int, text text, number int, primary key (import_id, row_number))`,
  );
  api = await testApi(importRoutes({ database, clock, kinds: [kind] }), [
    "imports:read",
    "imports:write",
    "things:write",
  ]);
});
afterAll(async () => {
  await api.close();
  await database.close();
  await files.close();
});
beforeEach(() => {
  beforeChunk = () => undefined;
});

const send = (
  body: string | Buffer,
  headers: Record<string, string> = {},
  url = "/v1/imports/things?fileName=things.csv",
) =>
  api.server.inject({
    method: "POST",
    url,
    headers: { "content-type": "text/csv", "x-test-caller": caller(), ...headers },
    payload: body,
  });
/** Callers are made by `api.call`; this is the everybody of its first use. */
const caller = () => "0";
const worker = () => startImportWorker({ database, clock, kinds: [kind], log: quiet, pollMs: 10 });
const read = async (id: string) =>
  (await api.call("GET", `/v1/imports/${id}`)).json<ImportView & Record<string, unknown>>();
const effects = async (id: string) =>
  (
    await database.pool.query(
      "select row_number, text, number from test.effects where import_id = $1 order by row_number",
      [id],
    )
  ).rows;
const staged = async (id: string) =>
  Number((await database.pool.query("select count(*) from test.staged where import_id = $1", [id])).rows[0].count);
const table = (rows: number, from = 1) =>
  `text,theNumber\n${Array.from({ length: rows }, (_, index) => `t${index + from},${index + from}\n`).join("")}`;
const ended = (id: string, state: string) =>
  expect.poll(async () => (await read(id)).state, { timeout: 10_000, interval: 20 }).toBe(state);

async function upload(body: string | Buffer): Promise<string> {
  const answer = await send(body);
  expect([answer.statusCode, answer.body]).toEqual([202, expect.any(String)]);
  return answer.json<{ id: string }>().id;
}

beforeAll(async () => {
  await api.call("GET", "/v1/imports");
});

test("an upload is acknowledged when all of it is stored, applied afterwards, and its staged rows go", async () => {
  const answer = await send(table(1_234));
  expect(answer.statusCode).toBe(202);
  const { id } = answer.json<{ id: string }>();
  expect(answer.json()).toMatchObject({
    kind: "things",
    fileName: "things.csv",
    state: "queued",
    rowsTotal: 1_234,
    rowsDone: 0,
    createdBy: "user:test",
    columns: ["text", "theNumber"],
  });
  expect(await staged(id)).toBe(1_234);
  const running = worker();
  await ended(id, "finished");
  expect(await read(id)).toMatchObject({ rowsDone: 1_234, rowsFailed: 0, failure: null });
  expect(await effects(id)).toHaveLength(1_234);
  await expect.poll(() => staged(id)).toBe(0);
  await running.stop();
  const { rows } = await database.pool.query(
    "select type, sequence from platform.events where entity_id = $1 order by id",
    [id],
  );
  expect(rows).toEqual([
    { type: "import.queued", sequence: 1 },
    { type: "import.finished", sequence: 2 },
  ]);
  const audited = await database.pool.query("select action from platform.audit_log where entity_id = $1", [id]);
  expect(audited.rows).toEqual([{ action: "import.things" }]);
});

test("headers are found in any order and spelling, with a byte order mark, semicolons and CRLF", async () => {
  const id = await upload('\ufeffThe Number;TEXT\r\n7;"a;""b""\nc"\r\n;\r\n8;ß\r\n');
  const running = worker();
  await ended(id, "finished");
  await running.stop();
  expect(await effects(id)).toEqual([
    { row_number: 1, text: 'a;"b"\nc', number: 7 },
    { row_number: 3, text: "ß", number: 8 },
  ]);
});

test("characters that mean something to COPY arrive as they are", async () => {
  const nasty = ["\\N", "\\.", "a\tb", "back\\slash", "\\x41", "'; drop table test.staged; --", "a\rb"];
  const id = await upload(`text,theNumber\n${nasty.map((text, index) => `"${text}",${index}`).join("\n")}`);
  const running = worker();
  await ended(id, "finished");
  await running.stop();
  expect((await effects(id)).map(({ text }) => text)).toEqual(nasty);
});

test("exactly the faulty rows are in the error file, with the row of the spreadsheet, and the others take effect", async () => {
  const rows = ["a,1", "b,x", "c", "", "d,2,3", 'e"e,3', '"f"f,4', "g,=1+1", "h,5", "", ""];
  const id = await upload(`text,theNumber\n${rows.join("\n")}`);
  const running = worker();
  await ended(id, "finished");
  await running.stop();
  expect((await effects(id)).map(({ row_number, text }) => [row_number, text])).toEqual([
    [1, "a"],
    [9, "h"],
  ]);
  expect(await read(id)).toMatchObject({ rowsTotal: 9, rowsDone: 9, rowsFailed: 6 });
  const first = (await api.call("GET", `/v1/imports/${id}/errors?limit=4`)).json<{
    data: { row: number; code: string }[];
    next: string;
  }>();
  const rest = (await api.call("GET", `/v1/imports/${id}/errors?after=${first.next}`)).json<{
    data: { row: number; code: string }[];
    next: null;
  }>();
  expect([...first.data, ...rest.data].map(({ row, code }) => [row, code])).toEqual([
    [2, "badNumber"],
    [3, "cellCount"],
    [5, "cellCount"],
    [6, "quoteInCell"],
    [7, "textAfterQuote"],
    [8, "badNumber"],
  ]);
  const csv = await api.call("GET", `/v1/imports/${id}/errors.csv`);
  expect(csv.text.split("\r\n")).toContain("8,theNumber,badNumber,must be a number,'=1+1");
  expect(csv.text.split("\r\n")).toHaveLength(8);
});

test.each<[string, string | Buffer, string, string]>([
  ["UTF-16", Buffer.from("\ufefftext\na\n", "utf16le"), "unreadableFile", "utf16"],
  ["NUL", "text\na\u0000b\n", "unreadableFile", "nul"],
  ["Latin 1", Buffer.from("text\nM\xfcller\n", "latin1"), "unreadableFile", "notUtf8"],
  ["an incomplete character at the end", Buffer.from("text\nM\xc3", "latin1"), "unreadableFile", "notUtf8"],
  ["an unclosed quote", `text\na\n"b\n${"c\n".repeat(50_000)}`, "unreadableFile", "unclosedQuote"],
  ["an unclosed quote at the end", 'text\n"b\n', "unreadableFile", "unclosedQuote"],
  ["a huge cell", `text\n${"x".repeat(1_000_000)}\n`, "unreadableFile", "recordTooLong"],
  ["lines that end with CR alone", "text,theNumber\ra,1\rb,2\r", "unreadableFile", "carriageReturns"],
  ["nothing", "", "unreadableFile", "emptyFile"],
  ["an unknown column", "text,colour\na,b\n", "wrongColumns", "colour"],
  ["a missing column", "theNumber\n1\n", "wrongColumns", "text is missing"],
  ["a column named twice", "text,Text\na,b\n", "wrongColumns", "twice"],
  ["SQL for a header", 'text,"x\'); drop table test.staged; --"\na,b\n', "wrongColumns", "drop table"],
])("a file that cannot be read is refused as a whole, with the reason: %s", async (_, body, code, reason) => {
  const answer = await send(body);
  const problem = answer.json<{ code: string; detail: string; details?: { reason?: string } }>();
  expect([answer.statusCode, problem.code]).toEqual([422, code]);
  expect(`${problem.details?.reason} ${problem.detail}`).toContain(reason);
  const [last] = (await api.call("GET", "/v1/imports?limit=1")).json<{ data: ImportView[] }>().data;
  expect(last).toMatchObject({ state: "failed", failure: problem.detail });
  const running = worker();
  await expect.poll(() => staged(last!.id)).toBe(0);
  await running.stop();
});

test("the same file again is the same import while it is unfinished, and a new one afterwards", async () => {
  const body = table(10, 500_000);
  const id = await upload(body);
  expect(await upload(body)).toBe(id);
  const running = worker();
  await ended(id, "finished");
  const again = await upload(body);
  expect(again).not.toBe(id);
  await ended(again, "finished");
  await running.stop();
});

test("with an Idempotency-Key the first import answers for ever, and other content under it is refused", async () => {
  const headers = { "idempotency-key": "file-1" };
  const first = (await send(table(3, 900), headers)).json<{ id: string }>().id;
  const running = worker();
  await ended(first, "finished");
  expect((await send(table(3, 900), headers)).json<{ id: string }>().id).toBe(first);
  expect((await send(table(4, 900), headers)).json<{ code: string }>().code).toBe("keyReused");
  await running.stop();
  expect(await effects(first)).toHaveLength(3);
});

test("a client that goes away in the middle leaves nothing behind", async () => {
  const uploads = createUploads({ database, clock });
  const body = Readable.from(
    (async function* () {
      yield Buffer.from(table(150_000));
      throw new Error("aborted");
    })(),
  );
  const principal = {
    actor: "user:test",
    name: "",
    permissions: new Set<string>(),
    locationCodes: null,
    channelCodes: null,
    credential: "",
  };
  const failed = uploads({
    kind,
    fileName: "cut.csv",
    options: {},
    body,
    principal,
    origin: { actor: "user:test", requestId: null },
    idempotencyKey: null,
  });
  await expect(failed).rejects.toMatchObject({ code: "uploadCutOff" });
  const [last] = (await api.call("GET", "/v1/imports?limit=1")).json<{ data: ImportView[] }>().data;
  expect(last).toMatchObject({ fileName: "cut.csv", state: "failed" });
  const running = worker();
  await expect.poll(() => staged(last!.id), { timeout: 10_000 }).toBe(0);
  await running.stop();
});

test("a worker that dies in the middle is replaced: every row takes effect once", async () => {
  const id = await upload(table(1_000, 10_000));
  let chunks = 0;
  beforeChunk = () => {
    if (++chunks === 4) throw Object.assign(new Error("Connection terminated"), { code: "ECONNRESET" });
  };
  const dying = worker();
  await expect.poll(() => chunks).toBeGreaterThan(3);
  await dying.stop();
  expect((await read(id)).rowsDone).toBeLessThan(1_001);
  const next = worker();
  await ended(id, "finished");
  await next.stop();
  expect(await effects(id)).toHaveLength(1_000);
});

test("a worker that stalled beyond its lease writes nothing any more", async () => {
  const id = await upload(table(300, 20_000));
  let resume = () => {};
  let stalls = 0;
  beforeChunk = (fromRow) => {
    if (fromRow !== 101 || stalls++ > 0) return;
    return new Promise<void>((resolve) => (resume = resolve));
  };
  const stalled = worker();
  await expect.poll(() => stalls).toBe(1);
  // Its transaction ends, as a server ends one that idles; then its lease runs out and another worker takes over.
  await database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction' and datname = current_database()",
  );
  await database.pool.query("update platform.imports set lease_until = clock_timestamp() where id = $1", [id]);
  const next = worker();
  await ended(id, "finished");
  resume();
  await stalled.stop();
  await next.stop();
  expect(await effects(id)).toHaveLength(300);
  expect(await read(id)).toMatchObject({ state: "finished", rowsDone: 300 });
});

test("two workers share the imports and never apply a row twice", async () => {
  const ids = await Promise.all(Array.from({ length: 4 }, (_, index) => upload(table(500, 30_000 + index * 1_000))));
  const workers = [worker(), worker(), worker()];
  for (const id of ids) await ended(id, "finished");
  await Promise.all(workers.map((running) => running.stop()));
  for (const id of ids) expect(await effects(id)).toHaveLength(500);
});

test("a row that PostgreSQL refuses is found and passed over; its neighbors take effect", async () => {
  const rows = Array.from({ length: 250 }, (_, index) =>
    index === 130 ? "boom,99999999999" : `fine${index},${index}`,
  );
  const id = await upload(`text,theNumber\n${rows.join("\n")}\n`);
  const running = worker();
  await ended(id, "finished");
  await running.stop();
  expect(await effects(id)).toHaveLength(249);
  expect(await read(id)).toMatchObject({ rowsDone: 250, rowsFailed: 1 });
  const { data } = (await api.call("GET", `/v1/imports/${id}/errors`)).json<{
    data: { row: number; code: string }[];
  }>();
  expect(data).toMatchObject([{ row: 131, code: "refusedByDatabase" }]);
});

test("a bug of ours ends the import where it is, says so, and what was applied stays", async () => {
  const id = await upload(table(300, 40_000));
  beforeChunk = (fromRow) => {
    if (fromRow === 201) throw new Error("secret detail");
  };
  const running = worker();
  await ended(id, "failed");
  await running.stop();
  const view = await read(id);
  expect(view).toMatchObject({ rowsDone: 200, failure: expect.stringContaining("rows 201 to 300") });
  expect(view.failure).not.toContain("secret");
  expect(await effects(id)).toHaveLength(200);
});

test("a cancelled import stops behind the chunk under way and can be cancelled again", async () => {
  const id = await upload(table(1_000, 50_000));
  let cancel: Promise<{ status: number }> | null = null;
  beforeChunk = (fromRow) => {
    if (fromRow === 201) cancel = api.call("POST", `/v1/imports/${id}/cancel`);
  };
  const running = worker();
  await ended(id, "cancelled");
  await running.stop();
  expect((await cancel!)!.status).toBe(200);
  const done = (await read(id)).rowsDone;
  expect(done).toBeLessThan(1_000);
  expect(await effects(id)).toHaveLength(done);
  expect((await api.call("POST", `/v1/imports/${id}/cancel`)).status).toBe(200);
});

test("a finished import cannot be cancelled", async () => {
  const id = await upload(table(1, 60_000));
  const running = worker();
  await ended(id, "finished");
  await running.stop();
  expect((await api.call("POST", `/v1/imports/${id}/cancel`)).status).toBe(409);
});

test("an upload whose process died is given up when its lease is over", async () => {
  const id = "0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d";
  await database.pool.query(
    "insert into platform.imports (id, kind, file_name, state, created_by, lease_until) values ($1, 'things', 'x', 'uploading', 'user:test', clock_timestamp())",
    [id],
  );
  const running = worker();
  await ended(id, "failed");
  await running.stop();
  expect((await read(id)).failure).toContain("cut off");
});

test("who uploads needs the kind's own permission, and who sees only some locations sees only their own imports", async () => {
  const permissions = new Set(["imports:read", "imports:write"]);
  const answer = await api.call("POST", "/v1/imports/things", {
    as: { permissions },
    body: "text\na\n",
    headers: { "content-type": "text/csv" },
  });
  expect([answer.status, answer.json()["code"]]).toEqual([403, "forbidden"]);
  const id = await upload(table(1, 70_000));
  const as = { actor: "user:vendor", locationCodes: new Set(["v"]) };
  expect((await api.call("GET", `/v1/imports/${id}`, { as })).status).toBe(404);
  expect((await api.call("GET", `/v1/imports/${id}/errors`, { as })).status).toBe(404);
  expect((await api.call("GET", `/v1/imports/${id}/errors.csv`, { as })).status).toBe(404);
  expect((await api.call("POST", `/v1/imports/${id}/cancel`, { as })).status).toBe(404);
  expect((await api.call("GET", "/v1/imports", { as })).json()["data"]).toEqual([]);
});

test.each([
  ["application/json", "{}"],
  ["multipart/form-data; boundary=x", "--x--"],
  ["text/plain", "text\na"],
])("only CSV is read, and CSV nowhere else: %s", async (type, body) => {
  expect((await send(body, { "content-type": type })).statusCode).toBe(415);
});

test("unknown options and unknown imports are refused", async () => {
  expect((await send("text\na\n", {}, "/v1/imports/things?colour=red")).statusCode).toBe(422);
  expect((await api.call("GET", "/v1/imports/0193461e-a1f0-7000-8a2b-000000000000")).status).toBe(404);
  expect((await api.call("GET", "/v1/imports/1%27%20or%201=1")).status).toBe(422);
});
