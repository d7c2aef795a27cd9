import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import pg from "pg";
import { expect, test } from "vitest";
import { classifyFailure } from "./failures.ts";

const CONNECT_MS = 50;

test("a server that takes a connection and says nothing is one that cannot be reached, whoever gives up first", async () => {
  const silent = createServer(() => {}).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  const address = { host: "127.0.0.1", port, connectionTimeoutMillis: CONNECT_MS };
  const client = new pg.Client(address);
  const pool = new pg.Pool({ ...address, max: 1 });
  const failures = await Promise.all(
    [client.connect(), pool.query("select 1"), pool.query("select 2")].map((attempt) =>
      attempt.then(
        () => "connected",
        (error: unknown) => `${classifyFailure(error)}: ${(error as Error).message}`,
      ),
    ),
  );
  for (const failure of failures) expect(failure).toMatch(/^connection: /);
  await pool.end();
  silent.close();
});
