import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRetailer, type Retailer } from "../../../test/harness/retailer.ts";
import { openExpressLane } from "./express-lane.ts";
import { TokenBuckets } from "./rate-limit.ts";
import { type Principal, route } from "./route.ts";
import { buildServer } from "./server.ts";

let retailer: Retailer;
beforeAll(async () => {
  retailer = await openRetailer();
});
afterAll(() => retailer.close());

const PERMISSION = "availability:read";
const caller = (permissions: readonly string[], credential: string): Principal => ({
  actor: "key:1",
  name: "one",
  permissions: new Set(permissions),
  locationCodes: null,
  channelCodes: null,
  credential,
});

/** A route that tells which way its answer took. */
async function openWays(burst: number, logged: string[] = []) {
  const callers = new Map([
    ["Bearer reader", caller([PERMISSION], "reader")],
    ["Bearer other", caller([], "other")],
  ]);
  const server = await buildServer({
    routes: [
      route({
        method: "GET",
        path: "/way",
        operationId: "getWay",
        permission: PERMISSION,
        tag: "ways",
        summary: "Which way",
        query: Type.Object({ a: Type.String(), b: Type.Optional(Type.String()) }, { additionalProperties: false }),
        responses: { 200: Type.Object({ way: Type.String() }) },
        answerAtOnce: (parameters) => (parameters.get("a") === "unknown" ? null : '{"way":"express"}'),
        handle: () => ({ way: "usual" }),
      }),
    ],
    authenticate: ({ headers }) => callers.get(headers.authorization ?? "") ?? null,
    knownCaller: (authorization) => callers.get(authorization) ?? null,
    logger: { info: (line: { route: string }) => logged.push(line.route) } as never,
    version: "0",
    // On a machine that is so busy that the requests take a minute, some are still refused.
    rateLimit: { perSecond: 1, burst },
  });
  await server.listen({ port: 0, host: "127.0.0.1" });
  const { port } = server.server.address() as AddressInfo;
  const ask = async (path: string, headers: Record<string, string> = { authorization: "Bearer reader" }) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    const body = (await answer.json()) as { way?: string; code?: string };
    return `${answer.status} ${body.way ?? body.code}`;
  };
  return { ask, port, close: () => server.close() };
}

test("only what is plain takes the express lane; every refusal is made the usual way", async () => {
  const { ask, close } = await openWays(1_000);
  expect(await ask("/way?a=1")).toBe("200 express");
  expect(await ask("/way?a=1&b=2")).toBe("200 express");
  expect(await ask("/way?a=unknown")).toBe("200 usual");
  expect(await ask("/way?a=%31")).toBe("200 usual");
  expect(await ask("/way?a=1+1")).toBe("200 usual");
  expect(await ask("/way/?a=1")).toBe("200 usual");
  expect(await ask("/way?a=1", { authorization: "Bearer reader", "x-request-id": "mine" })).toBe("200 usual");
  expect(await ask("/way?a=1&a=2")).toBe("422 invalidInput");
  expect(await ask("/way")).toBe("422 invalidInput");
  expect(await ask("/way?a=1", {})).toBe("401 notSignedIn");
  expect(await ask("/way?a=1", { authorization: "Bearer nobody" })).toBe("401 notSignedIn");
  expect(await ask("/way?a=1", { authorization: "Bearer other" })).toBe("403 forbidden");
  await close();
});

test("an answer that cannot be sent takes none of those with it that are sent together", async () => {
  const { promise: allSent, resolve: sent } = Promise.withResolvers<string>();
  const told: unknown[] = [];
  const usual = createServer();
  usual.on("request", () => expect.unreachable());
  openExpressLane({ server: usual } as unknown as FastifyInstance, {
    routes: [{ method: "GET", path: "/way", permission: PERMISSION, answerAtOnce: () => "{}" } as never],
    knownCaller: () => caller([PERMISSION], "reader"),
    buckets: new TokenBuckets({ perSecond: 1, burst: 10 }),
    isOpen: () => true,
    count: () => undefined,
    onError: (error) => told.push(error),
  });
  const ended: string[] = [];
  const broken = new Error("no more memory");
  const refuse = (): never => {
    throw broken;
  };
  const request = { method: "GET", url: "/way?a=1", headers: { authorization: "Bearer reader" } };
  usual.emit("request", request, { writeHead: refuse, destroy: () => ended.push("broken") });
  usual.emit("request", request, { writeHead: () => undefined, end: sent });
  expect(await allSent).toBe("{}");
  expect(told).toEqual([broken]);
  expect(ended).toEqual(["broken"]);
});

test("both ways draw on one limit, and one request in a hundred leaves a line, whichever ways they take", async () => {
  const logged: string[] = [];
  const { ask, close } = await openWays(250, logged);
  const answers: string[] = [];
  for (let number = 0; number < 400; number++) answers.push(await ask(number % 3 === 0 ? "/way?a=%31" : "/way?a=1"));
  const counts = { express: 0, usual: 0, refused: 0 };
  for (const answer of answers)
    counts[answer === "200 express" ? "express" : answer === "200 usual" ? "usual" : "refused"]++;
  expect(answers.slice(0, 250).every((answer) => answer.startsWith("200"))).toBe(true);
  expect(counts.refused).toBeGreaterThan(0);
  expect(counts.express).toBeGreaterThan(counts.usual);
  expect(logged).toEqual(["/way", "/way", "/way", "/way"]);
  await close();
});

test("availability is answered alike whichever way the question takes (I4)", async () => {
  const { admin, url } = retailer;
  const one = await retailer.sku({ leeds: 3, york: 4 });
  const two = await retailer.sku();
  const stranger = await retailer.caller(["orders:read"]);
  const limited = await retailer.caller([PERMISSION], { channelCodes: ["shop"] });
  const ask = async (query: string, key: string, headers: Record<string, string> = {}): Promise<unknown> => {
    const answer = await fetch(`${url}/v1/availability?${query}`, {
      headers: { authorization: `Bearer ${key}`, ...headers },
    });
    const text = (await answer.text())
      .replace(/"asOf":"[^"]+"/, `"asOf":"then"`)
      .replace(/"requestId":"[^"]+"/, `"requestId":"one"`);
    const told = Object.fromEntries(answer.headers);
    for (const name of ["date", "x-request-id"]) {
      expect(told[name]).toMatch(/./);
      delete told[name];
    }
    if (!answer.ok) delete told["content-length"];
    return { status: answer.status, headers: told, text };
  };
  const compare = async (query: string, { key } = admin): Promise<void> => {
    await ask(query, key);
    expect(await ask(query, key)).toEqual(await ask(query, key, { "x-request-id": "usual-way" }));
  };
  const many = (count: number): string => Array.from({ length: count }, () => one).join(",");
  await compare(`channel=web&skus=${one}`);
  await compare(`skus=${one},${two},${one}&channel=web`);
  await compare(`channel=web&skus=${one},no-such-sku`);
  await compare(`channel=web&skus=${one}&locations=true`);
  await compare(`channel=web&skus=${one}&locations=false`);
  await compare(`channel=nowhere&skus=${one}`);
  await compare(`channel=web&skus=`);
  await compare(`channel=web&skus=${one},`);
  await compare(`channel=web&skus=${many(500)}`);
  await compare(`channel=web&skus=${many(501)}`);
  await compare(`channel=web&skus=${one}&depth=1`);
  await compare(`channel=web&skus=${one}`, stranger);
  await compare(`channel=web&skus=${one}`, limited);
  await compare(`channel=shop&skus=${one}`, limited);

  const before = JSON.stringify(await ask(`channel=web&skus=${one}`, admin.key));
  await retailer.receive(one, "leeds", 10);
  const after = JSON.stringify(await ask(`channel=web&skus=${one}`, admin.key));
  expect([before.includes("7,"), after.includes("17,")]).toEqual([true, true]);
});

test("a list that is asked for again follows its stock and its catalog, and is answered as if it were asked for once (I4)", async () => {
  const { admin, url } = retailer;
  const [one, two] = [await retailer.sku({ leeds: 3 }), await retailer.sku({ leeds: 40 })];
  const ask = async (): Promise<string> => {
    const answer = await fetch(`${url}/v1/availability?channel=web&skus=${one},${two}`, {
      headers: { authorization: `Bearer ${admin.key}` },
    });
    const { items } = (await answer.json()) as { items: { sku: string; quantity: number }[] };
    return items.map(({ sku, quantity }) => `${sku === one ? "one" : "two"} ${quantity}`).join(", ");
  };
  expect([await ask(), await ask(), await ask()]).toEqual(Array(3).fill("one 3, two 40"));
  await retailer.receive(two, "leeds", 2);
  expect([await ask(), await ask()]).toEqual(["one 3, two 42", "one 3, two 42"]);
  const sell = async (active: boolean) =>
    expect((await admin.ask("PATCH", `/v1/skus/${one}`, { active })).status).toBe(200);
  await sell(false);
  await expect.poll(ask).toBe("one 0, two 42");
  await sell(true);
  await expect.poll(ask).toBe("one 3, two 42");
});

test("answers of both ways come in the order of their questions on one connection", async () => {
  const { ask, port, close } = await openWays(1_000);
  await ask("/way?a=1");
  const socket = connect(port, "127.0.0.1");
  const head = "host: x\r\nauthorization: Bearer reader\r\n";
  const paths = ["/way?a=1", "/way?a=unknown", "/way?a=2", "/way?a=%31", "/way?a=3"];
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\n${head}\r\n`).join(""));
  let text = "";
  const ways = (): (string | undefined)[] => [...text.matchAll(/"way":"(\w+)"/g)].map(([, way]) => way);
  for await (const chunk of socket) {
    text += String(chunk);
    if (ways().length === paths.length) break;
  }
  expect(ways()).toEqual(["express", "usual", "express", "usual", "express"]);
  await close();
});
