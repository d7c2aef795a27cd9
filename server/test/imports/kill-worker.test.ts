import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ImportSite, openImportSite } from "./import-site.ts";
import { thingsFile } from "./things.ts";

let site: ImportSite;
beforeAll(async () => {
  site = await openImportSite();
});
afterAll(() => site.close());

const ROWS = 20_000;
const KILLS = 3;

function startWorker(): ChildProcess {
  const script = fileURLToPath(new URL("worker-process.ts", import.meta.url));
  return spawn(process.execPath, [script, site.database.url], { stdio: ["ignore", "ignore", "inherit"] });
}

test("a worker killed again and again: the next one goes on within 30 s, every row takes effect exactly once", {
  timeout: 60_000,
}, async () => {
  const { database } = site;
  const id = await site.upload(thingsFile(ROWS));
  const progress = () => site.read(id);
  for (let kill = 0; kill < KILLS; kill++) {
    const before = (await progress()).rowsDone;
    const worker = startWorker();
    await expect
      .poll(async () => (await progress()).rowsDone, { timeout: 15_000, interval: 10 })
      .toBeGreaterThan(before);
    worker.kill("SIGKILL");
    await once(worker, "exit");
    const { rows } = await database.pool.query(
      "select extract(epoch from lease_until - clock_timestamp())::float as seconds from platform.imports where id = $1",
      [id],
    );
    expect(rows[0].seconds).toBeLessThan(29);
    // The test does not wait for the lease to run out; the statement that takes over does not know the difference.
    await database.pool.query("update platform.imports set lease_until = clock_timestamp() where id = $1", [id]);
  }
  const last = startWorker();
  await expect.poll(async () => (await progress()).state, { timeout: 30_000 }).toBe("finished");
  last.kill("SIGKILL");
  await once(last, "exit");
  expect(await progress()).toMatchObject({ rowsDone: ROWS, rowsFailed: 0 });
  const { rows } = await database.pool.query(
    "select count(*)::int as rows, sum(number)::int as sum from test.effects where import_id = $1",
    [id],
  );
  expect(rows[0]).toEqual({ rows: ROWS, sum: (ROWS * (ROWS + 1)) / 2 });
});
