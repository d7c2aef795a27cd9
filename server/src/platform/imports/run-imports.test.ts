import { afterAll, beforeAll, expect, test } from "vitest";
import { type ImportSite, openImportSite } from "../../../test/imports/import-site.ts";
import { thingsFile } from "../../../test/imports/things.ts";

let site: ImportSite;
beforeAll(async () => {
  site = await openImportSite();
});
afterAll(() => site.close());

test("a worker that loses its connection now and then goes on: every row takes effect once", async () => {
  const id = await site.upload(thingsFile(1_000, 10_000));
  let chunks = 0;
  const running = site.worker(() => {
    if (++chunks % 4 === 0) throw Object.assign(new Error("Connection terminated"), { code: "ECONNRESET" });
  });
  await site.becomes(id, "finished");
  await running.stop();
  expect(chunks).toBeGreaterThan(10);
  expect(await site.effects(id)).toHaveLength(1_000);
});

test("a worker that stalled beyond its lease writes nothing any more", async () => {
  const id = await site.upload(thingsFile(300, 20_000));
  let resume = () => {};
  let stalls = 0;
  const stalled = site.worker((fromRow) => {
    if (fromRow !== 101 || stalls++ > 0) return undefined;
    return new Promise<void>((resolve) => (resume = resolve));
  });
  await expect.poll(() => stalls).toBe(1);
  // Its transaction ends, as a server ends one that idles; then its lease runs out and another worker takes over.
  await site.database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction' and datname = current_database()",
  );
  await site.database.pool.query("update platform.imports set lease_until = clock_timestamp() where id = $1", [id]);
  const next = site.worker();
  await site.becomes(id, "finished");
  resume();
  await stalled.stop();
  await next.stop();
  expect(await site.effects(id)).toHaveLength(300);
  expect(await site.read(id)).toMatchObject({ state: "finished", rowsDone: 300 });
});

test("two workers share the imports and never apply a row twice", async () => {
  const ids = await Promise.all(
    Array.from({ length: 4 }, (_, index) => site.upload(thingsFile(500, 30_000 + index * 1_000))),
  );
  const workers = [site.worker(), site.worker(), site.worker()];
  for (const id of ids) await site.becomes(id, "finished");
  await Promise.all(workers.map((running) => running.stop()));
  for (const id of ids) expect(await site.effects(id)).toHaveLength(500);
});

test("a row that PostgreSQL refuses is found and passed over; its neighbors take effect", async () => {
  const rows = Array.from({ length: 250 }, (_, index) =>
    index === 130 ? "boom,99999999999" : `fine${index},${index}`,
  );
  const id = await site.upload(`text,theNumber\n${rows.join("\n")}\n`);
  const running = site.worker();
  await site.becomes(id, "finished");
  await running.stop();
  expect(await site.effects(id)).toHaveLength(249);
  expect(await site.read(id)).toMatchObject({ rowsDone: 250, rowsFailed: 1 });
  const { data } = (await site.api.call("GET", `/v1/imports/${id}/errors`)).json<{
    data: { row: number; code: string }[];
  }>();
  expect(data).toMatchObject([{ row: 131, code: "refusedByDatabase" }]);
});

test("a bug of ours ends the import where it is, says so, and what was applied stays", async () => {
  const id = await site.upload(thingsFile(300, 40_000));
  const running = site.worker((fromRow) => {
    if (fromRow === 201) throw new Error("secret detail");
  });
  await site.becomes(id, "failed");
  await running.stop();
  const view = await site.read(id);
  expect(view).toMatchObject({ rowsDone: 200, failure: expect.stringContaining("rows 201 to 300") });
  expect(view.failure).not.toContain("secret");
  expect(await site.effects(id)).toHaveLength(200);
});

test("a cancelled import stops behind the chunk under way and can be cancelled again", async () => {
  const id = await site.upload(thingsFile(1_000, 50_000));
  const cancelled: Promise<{ status: number }>[] = [];
  const running = site.worker((fromRow) => {
    if (fromRow === 201) cancelled.push(site.api.call("POST", `/v1/imports/${id}/cancel`));
  });
  await site.becomes(id, "cancelled");
  await running.stop();
  expect((await Promise.all(cancelled)).map(({ status }) => status)).toEqual([200]);
  const done = (await site.read(id)).rowsDone;
  expect(done).toBeLessThan(1_000);
  expect(await site.effects(id)).toHaveLength(done);
  expect((await site.api.call("POST", `/v1/imports/${id}/cancel`)).status).toBe(200);
});

test("a cancellation repeated under its key is answered again, and the key is not for another import", async () => {
  const [one, other] = [await site.upload(thingsFile(1, 70_000)), await site.upload(thingsFile(1, 80_000))];
  const cancel = (id: string): Promise<{ status: number }> =>
    site.api.call("POST", `/v1/imports/${id}/cancel`, { headers: { "idempotency-key": "cancel-1" } });
  const answers = [await cancel(one), await cancel(one), await cancel(other)];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 409]);
  await site.api.call("POST", `/v1/imports/${other}/cancel`);
});

test("a finished import cannot be cancelled", async () => {
  const id = await site.upload(thingsFile(1, 60_000));
  const running = site.worker();
  await site.becomes(id, "finished");
  await running.stop();
  expect((await site.api.call("POST", `/v1/imports/${id}/cancel`)).status).toBe(409);
});

test("an upload whose process died is given up when its lease is over", async () => {
  const id = "0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d";
  await site.database.pool.query(
    "insert into platform.imports (id, kind, file_name, state, created_by, lease_until) values ($1, 'things', 'x', 'uploading', 'user:test', clock_timestamp())",
    [id],
  );
  const running = site.worker();
  await site.becomes(id, "failed");
  await running.stop();
  expect((await site.read(id)).failure).toContain("cut off");
});

test("a worker that is stopped hands over at once", async () => {
  const id = await site.upload(thingsFile(1_000, 80_000));
  const first = site.worker(() => new Promise((resolve) => setTimeout(resolve, 5)));
  await expect.poll(async () => (await site.read(id)).rowsDone, { interval: 5 }).toBeGreaterThan(0);
  await first.stop();
  const { rowsDone, state } = await site.read(id);
  expect([state, rowsDone < 1_000]).toEqual(["running", true]);
  const second = site.worker();
  await site.becomes(id, "finished");
  await second.stop();
  expect(await site.effects(id)).toHaveLength(1_000);
});
