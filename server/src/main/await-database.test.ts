import { once } from "node:events";
import { connect, createServer } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "../../test/harness/database.ts";
import { awaitDatabase } from "./await-database.ts";

let files: TestDatabase;
beforeAll(async () => {
  files = await testDatabase();
});
afterAll(() => files.close());

const log = { warn: (): void => {} };

/** PostgreSQL behind a port on which nobody listens until `open`. */
async function closedDoor(): Promise<{ url: string; open: () => void; close: () => void }> {
  const real = new URL(files.url);
  const socket = real.searchParams.get("host");
  const server = createServer((outer) => {
    const inner =
      socket === null ? connect(Number(real.port), real.hostname) : connect(`${socket}/.s.PGSQL.${real.port}`);
    outer.pipe(inner).pipe(outer);
    for (const end of [outer, inner]) end.on("error", () => end.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  const url = new URL(files.url);
  url.searchParams.delete("host");
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return { url: url.href, open: () => void server.listen(port, "127.0.0.1"), close: () => void server.close() };
}

test("a process that starts before PostgreSQL waits for it", async () => {
  const door = await closedDoor();
  const waiting = awaitDatabase(door.url, log);
  setTimeout(door.open, 400);
  const begun = performance.now();
  await waiting;
  expect(performance.now() - begun).toBeGreaterThan(300);
  door.close();
});

test("it gives up after its limit, and at once when waiting cannot help", async () => {
  const door = await closedDoor();
  await expect(awaitDatabase(door.url, log, 300)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  const wrong = new URL(files.url);
  wrong.pathname = "/no-such-database";
  await expect(awaitDatabase(wrong.href, log)).rejects.toMatchObject({ code: "3D000" });
});
