import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, type Caller, callerOf, type ProblemBody } from "../../test/harness/caller.ts";
import { openRetailer, type Retailer } from "../../test/harness/retailer.ts";

/** Two processes of one retailer, and the same caller at both. */
let here: Retailer;
let there: Retailer;
let sameCallerThere: Caller;
beforeAll(async () => {
  here = await openRetailer();
  there = await openRetailer({ beside: here });
  sameCallerThere = callerOf(there.url, here.admin.key);
});
afterAll(async () => {
  await here.audit();
  await sameCallerThere.close();
  await there.close();
  await here.close();
});

type Held = Answer<{ id: string } & ProblemBody>;

const hold = (orderId: string, key: string, by = here.admin): Promise<Held> =>
  by.ask("POST", `/v1/orders/${orderId}/holds`, { reason: "fraud" }, { "idempotency-key": key });

async function captured(): Promise<string> {
  const sku = await here.sku({ leeds: 1 });
  return (await here.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] })).id;
}

/** As a process does that carries the same request out: holds the lock of every caller's `key` until told to end. */
async function occupy(key: string): Promise<() => Promise<void>> {
  const client = await here.database.pool.connect();
  await client.query("begin");
  await client.query(
    "select pg_advisory_xact_lock(hashtextextended('key key:' || id || ' ' || $1, 0)) from access.api_keys",
    [key],
  );
  return async () => {
    await client.query("commit");
    client.release();
  };
}

test("a request whose key another process is working on waits for it instead of being refused", async () => {
  const orderId = await captured();
  const end = await occupy("hold-1");
  let answered = false;
  const held = hold(orderId, "hold-1").finally(() => {
    answered = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(answered).toBe(false);
  await end();
  expect((await held).status).toBe(201);
});

test("after 5 seconds it is told to repeat, and then succeeds", async () => {
  const orderId = await captured();
  const end = await occupy("hold-2");
  const refused = await hold(orderId, "hold-2");
  expect([refused.status, refused.body.code]).toEqual([409, "busy"]);
  await end();
  expect((await hold(orderId, "hold-2")).status).toBe(201);
}, 20_000);

test("the same request at two processes at once is done once, and all get its answer", async () => {
  const orderId = await captured();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => hold(orderId, "hold-3", n % 2 ? here.admin : sameCallerThere)),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect((await here.order(orderId)).holds).toHaveLength(1);
});
