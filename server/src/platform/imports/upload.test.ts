import { connect } from "node:net";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ImportSite, openImportSite } from "../../../test/imports/import-site.ts";
import { thingsFile, thingsKind } from "../../../test/imports/things.ts";
import { systemClock } from "../clock.ts";
import type { ImportView } from "./list-imports.ts";
import { createUploads } from "./queue-upload.ts";

let site: ImportSite;
beforeAll(async () => {
  site = await openImportSite();
});
afterAll(() => site.close());

test("an upload is acknowledged when all of it is stored, applied afterwards, and its staged rows go", async () => {
  const answer = await site.send(thingsFile(1_234));
  expect(answer.status).toBe(202);
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
  expect(await site.staged(id)).toBe(1_234);
  const running = site.worker();
  await site.becomes(id, "finished");
  expect(await site.read(id)).toMatchObject({ rowsDone: 1_234, rowsFailed: 0, failure: null });
  expect(await site.effects(id)).toHaveLength(1_234);
  await expect.poll(() => site.staged(id)).toBe(0);
  await running.stop();
  const { rows } = await site.database.pool.query(
    "select type, sequence from platform.events where entity_id = $1 order by id",
    [id],
  );
  expect(rows).toEqual([
    { type: "import.queued", sequence: 1 },
    { type: "import.finished", sequence: 2 },
  ]);
  const audited = await site.database.pool.query("select action from platform.audit_log where entity_id = $1", [id]);
  expect(audited.rows).toEqual([{ action: "import.things" }]);
});

test("headers are found in any order and spelling, with a byte order mark, semicolons and CRLF", async () => {
  const id = await site.upload('\ufeffThe Number;TEXT\r\n7;"a;""b""\nc"\r\n;\r\n8;ß\r\n');
  const running = site.worker();
  await site.becomes(id, "finished");
  await running.stop();
  expect(await site.effects(id)).toEqual([
    { row_number: 1, text: 'a;"b"\nc', number: 7 },
    { row_number: 3, text: "ß", number: 8 },
  ]);
});

test("characters that mean something to COPY arrive as they are", async () => {
  const nasty = ["\\N", "\\.", "a\tb", "back\\slash", "\\x41", "'; drop table test.staged; --", "a\rb"];
  const id = await site.upload(`text,theNumber\n${nasty.map((text, index) => `"${text}",${index}`).join("\n")}`);
  const running = site.worker();
  await site.becomes(id, "finished");
  await running.stop();
  expect((await site.effects(id)).map(({ text }) => text)).toEqual(nasty);
});

test("exactly the faulty rows are in the error file, with the row of the spreadsheet, and the others take effect", async () => {
  const rows = ["a,1", "b,x", "c", "", "d,2,3", 'e"e,3', '"f"f,4', "g,=1+1", "h,5", "", ""];
  const id = await site.upload(`text,theNumber\n${rows.join("\n")}`);
  const running = site.worker();
  await site.becomes(id, "finished");
  await running.stop();
  expect((await site.effects(id)).map(({ row_number, text }) => [row_number, text])).toEqual([
    [1, "a"],
    [9, "h"],
  ]);
  expect(await site.read(id)).toMatchObject({ rowsTotal: 9, rowsDone: 9, rowsFailed: 6 });
  const first = (await site.api.call("GET", `/v1/imports/${id}/errors?limit=4`)).json<{
    data: { row: number; code: string }[];
    next: string;
  }>();
  const rest = (await site.api.call("GET", `/v1/imports/${id}/errors?after=${first.next}`)).json<{
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
  const csv = await site.api.call("GET", `/v1/imports/${id}/errors.csv`);
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
  const answer = await site.send(body);
  const problem = answer.json<{ code: string; detail: string; details?: { reason?: string } }>();
  expect([answer.status, problem.code]).toEqual([422, code]);
  expect(`${problem.details?.reason} ${problem.detail}`).toContain(reason);
  const [last] = (await site.api.call("GET", "/v1/imports?limit=1")).json<{ data: ImportView[] }>().data;
  expect(last).toMatchObject({ state: "failed", failure: problem.detail });
  const running = site.worker();
  await expect.poll(() => site.staged(last!.id)).toBe(0);
  await running.stop();
});

test("the same file again is the same import while it is unfinished, and a new one afterwards", async () => {
  const body = thingsFile(10, 500_000);
  const id = await site.upload(body);
  expect(await site.upload(body)).toBe(id);
  const running = site.worker();
  await site.becomes(id, "finished");
  const again = await site.upload(body);
  expect(again).not.toBe(id);
  await site.becomes(again, "finished");
  await running.stop();
});

test("with an Idempotency-Key the first import answers for ever, and other content under it is refused", async () => {
  const headers = { "idempotency-key": "file-1" };
  const first = (await site.send(thingsFile(3, 900), headers)).json<{ id: string }>().id;
  const running = site.worker();
  await site.becomes(first, "finished");
  expect((await site.send(thingsFile(3, 900), headers)).json<{ id: string }>().id).toBe(first);
  expect((await site.send(thingsFile(4, 900), headers)).json<{ code: string }>().code).toBe("keyReused");
  await running.stop();
  expect(await site.effects(first)).toHaveLength(3);
});

test("a client that goes away in the middle leaves nothing behind", async () => {
  const uploads = createUploads({ database: site.database, clock: systemClock });
  const body = Readable.from(
    (async function* () {
      yield Buffer.from(thingsFile(150_000));
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
    kind: thingsKind(),
    fileName: "cut.csv",
    options: {},
    body,
    principal,
    origin: { actor: "user:test", requestId: null },
    idempotencyKey: null,
  });
  await expect(failed).rejects.toMatchObject({ code: "uploadCutOff" });
  const [last] = (await site.api.call("GET", "/v1/imports?limit=1")).json<{ data: ImportView[] }>().data;
  expect(last).toMatchObject({ fileName: "cut.csv", state: "failed" });
  const running = site.worker();
  await expect.poll(() => site.staged(last!.id), { timeout: 10_000 }).toBe(0);
  await running.stop();
});

test("who uploads needs the kind's own permission, and who sees only some locations sees only their own imports", async () => {
  const permissions = new Set(["imports:read", "imports:write"]);
  const answer = await site.api.call("POST", "/v1/imports/things", {
    as: { permissions },
    body: "text\na\n",
    headers: { "content-type": "text/csv" },
  });
  expect([answer.status, answer.json()["code"]]).toEqual([403, "forbidden"]);
  const id = await site.upload(thingsFile(1, 70_000));
  const as = { actor: "user:vendor", locationCodes: new Set(["v"]) };
  expect((await site.api.call("GET", `/v1/imports/${id}`, { as })).status).toBe(404);
  expect((await site.api.call("GET", `/v1/imports/${id}/errors`, { as })).status).toBe(404);
  expect((await site.api.call("GET", `/v1/imports/${id}/errors.csv`, { as })).status).toBe(404);
  expect((await site.api.call("POST", `/v1/imports/${id}/cancel`, { as })).status).toBe(404);
  expect((await site.api.call("GET", "/v1/imports", { as })).json()["data"]).toEqual([]);
});

test.each([
  ["application/json", "{}"],
  ["multipart/form-data; boundary=x", "--x--"],
  ["text/plain", "text\na"],
])("only CSV is read, and CSV nowhere else: %s", async (type, body) => {
  expect((await site.send(body, { "content-type": type })).status).toBe(415);
});

test("unknown options and unknown imports are refused", async () => {
  expect(
    (
      await site.api.call("POST", "/v1/imports/things?colour=red", {
        body: "text\na\n",
        headers: { "content-type": "text/csv" },
      })
    ).status,
  ).toBe(422);
  expect((await site.api.call("GET", "/v1/imports/0193461e-a1f0-7000-8a2b-000000000000")).status).toBe(404);
  expect((await site.api.call("GET", "/v1/imports/1%27%20or%201=1")).status).toBe(422);
});

/** Speaks HTTP by hand: what a client does with a connection that is refused half-way matters here. */
async function overSocket(pieces: () => Iterable<string>): Promise<string> {
  const address = site.api.server.server.address();
  if (address === null || typeof address === "string") throw new Error("The server does not listen.");
  const socket = connect(address.port, "127.0.0.1");
  let answer = "";
  socket.on("data", (bytes) => (answer += bytes.toString()));
  socket.write(
    "POST /v1/imports/things HTTP/1.1\r\nhost: x\r\nx-test-caller: 0\r\ncontent-type: text/csv\r\ntransfer-encoding: chunked\r\n\r\n",
  );
  const done = new Promise((resolve) => socket.once("close", resolve));
  for (const piece of pieces()) {
    if (socket.destroyed) break;
    if (!socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`))
      await Promise.race([new Promise((resolve) => socket.once("drain", resolve)), done]);
  }
  if (!socket.destroyed) socket.end("0\r\n\r\n");
  await done;
  return answer;
}

test("a client that is refused early and goes on sending still reads why, and memory stays flat", async () => {
  await site.api.call("GET", "/v1/imports");
  await site.api.server.listen({ port: 0, host: "127.0.0.1" });
  const piece = "x".repeat(1_000_000);
  const before = process.memoryUsage().rss;
  const answer = await overSocket(function* () {
    yield "text,theNumber\n";
    for (let index = 0; index < 400; index++) yield piece;
  });
  expect(answer).toContain("422 Unprocessable");
  expect(answer).toContain("longer than 64 KiB");
  // Half of what was sent: sockets and uncollected garbage hold some, but nothing holds all of it.
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
});

test("a connection that breaks in the middle leaves a failed import and no rows", async () => {
  const address = site.api.server.server.address() as { port: number };
  const socket = connect(address.port, "127.0.0.1");
  socket.write(
    `POST /v1/imports/things HTTP/1.1\r\nhost: x\r\nx-test-caller: 0\r\ncontent-type: text/csv\r\ncontent-length: 1000\r\n\r\ntext\na\n`,
  );
  await expect.poll(async () => (await site.newest()).state).toBe("uploading");
  socket.destroy();
  await expect.poll(async () => (await site.newest()).state).toBe("failed");
  expect((await site.newest()).failure).toContain("before the file was complete");
});
