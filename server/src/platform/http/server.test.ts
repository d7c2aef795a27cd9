import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Type } from "typebox";
import { afterEach, expect, test } from "vitest";
import { type TestApi, testApi } from "../../../test/harness/api.ts";
import { type Principal, route } from "./route.ts";
import { buildServer, type TrustedProxies } from "./server.ts";

let api: TestApi | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await api?.close();
});

const declared = { method: "GET", permission: "public", tag: "things", summary: "Things" } as const;

async function listen(answer: () => Promise<object>): Promise<number> {
  const get = route({
    ...declared,
    path: "/things/{id}",
    operationId: "getThing",
    params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
    responses: { 200: Type.Object({ id: Type.Integer() }) },
    handle: answer,
  });
  api = await testApi([get], []);
  await api!.server.listen({ port: 0, host: "127.0.0.1" });
  return (api!.server.server.address() as AddressInfo).port;
}

async function addressOf(trustProxy: TrustedProxies, forwarded: string): Promise<unknown> {
  const server = await buildServer({
    routes: [
      route({
        ...declared,
        path: "/address",
        operationId: "getAddress",
        responses: { 200: Type.Object({ address: Type.String() }) },
        handle: async ({ request }) => ({ address: request.ip }),
      }),
    ],
    authenticate: () => null,
    logger: false,
    version: "0",
    rateLimit: { perSecond: 1, burst: 1 },
    trustProxy,
  });
  const answer = await server.inject({ url: "/address", headers: { "x-forwarded-for": forwarded } });
  await server.close();
  return answer.json<{ address: string }>().address;
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  await once(socket, "connect");
  return socket;
}

async function answerTo(port: number, text: string): Promise<{ head: string; problem: { code: string } }> {
  const socket = await open(port);
  socket.end(text);
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  const [head, body] = answer.split("\r\n\r\n");
  return { head: head!, problem: JSON.parse(body!) as { code: string } };
}

test("a server that stops answers what is under way, and does not wait for connections without a request", async () => {
  let release: () => void = () => {};
  const begun = new Promise<void>((resolve) => {
    release = resolve;
  });
  let asked: () => void = () => {};
  const arrived = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const port = await listen(async () => {
    asked();
    await begun;
    return { id: 1 };
  });
  const [unused, halfSent] = [await open(port), await open(port)];
  halfSent.write("GET /things/1 HTTP/1.1\r\n");
  const dropped = Promise.all([unused, halfSent].map((socket) => once(socket.resume(), "close")));
  const answer = fetch(`http://127.0.0.1:${port}/things/1`);
  await arrived;

  let closed = false;
  const closing = api!.server.close().then(() => {
    closed = true;
  });
  await dropped;
  await pause(50);
  expect(closed).toBe(false);
  release();
  expect(await (await answer).json()).toEqual({ id: 1 });
  await closing;
});

test("what Fastify or Node refuse before any route is a problem as well", async () => {
  const port = await listen(async () => ({ id: 1 }));
  const ask = (path: string) => answerTo(port, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  const found = [
    await ask(`/things/${"x".repeat(5_000)}`),
    await ask("/things/%ED%A0%80"),
    await ask(`/things/1?${"x".repeat(20_000)}`),
    await answerTo(port, "no request\r\n\r\n"),
  ];
  expect(found.map(({ problem }) => problem.code)).toEqual([
    "notFound",
    "malformedRequest",
    "headersTooLarge",
    "malformedRequest",
  ]);
  expect(found.map(({ head }) => Number(head.split(" ")[1]))).toEqual([404, 400, 431, 400]);
  for (const { head } of found) {
    expect(head.toLowerCase()).toContain("content-type: application/problem+json");
    expect(head.toLowerCase()).toContain("x-request-id: ");
  }
});

/** A server of short patience with a route for JSON, one for nobody, and one for files. */
const UPLOADER: Principal = {
  actor: "key:1",
  name: "uploader",
  permissions: new Set(),
  locationCodes: null,
  channelCodes: null,
  credential: "1",
};

async function listenBriefly(limitMs: number): Promise<number> {
  const post = {
    method: "POST",
    permission: "public",
    tag: "things",
    summary: "Things",
    responses: { 200: Type.Object({ bytes: Type.Integer() }) },
  } as const;
  const body = Type.Object({ name: Type.String() });
  const server = await buildServer({
    routes: [
      route({ ...post, path: "/things", operationId: "postThing", body, handle: () => ({ bytes: 1 }) }),
      route({
        ...post,
        permission: "a:b",
        path: "/closed",
        operationId: "postClosed",
        body,
        handle: () => ({ bytes: 1 }),
      }),
      route({
        ...post,
        permission: "signedIn",
        path: "/files",
        operationId: "postFile",
        consumes: "text/csv",
        handle: async ({ request }) => {
          let bytes = 0;
          for await (const piece of request.body as AsyncIterable<Buffer>) bytes += piece.length;
          return { bytes };
        },
      }),
    ],
    authenticate: ({ url }) => (url === "/files" ? UPLOADER : null),
    logger: false,
    version: "0",
    rateLimit: { perSecond: 1, burst: 1 },
    receivingLimitMs: limitMs,
  });
  api = { server, close: () => server.close() } as TestApi;
  await server.listen({ port: 0, host: "127.0.0.1" });
  return (server.server.address() as AddressInfo).port;
}

/** Sends a request byte by byte, one every 20 ms, until the server closes; what it said, and milliseconds. `before` goes with its head. */
async function dribble(
  port: number,
  path: string,
  type: string,
  length: number,
  { connection = "keep-alive", before = "" } = {},
) {
  const socket = await open(port);
  const begun = performance.now();
  let said = "";
  socket.on("data", (piece) => (said += String(piece)));
  socket.on("error", () => undefined);
  // A reset is an end as well.
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const headers = [`Content-Type: ${type}`, `Content-Length: ${length}`, `Connection: ${connection}`];
  socket.write(before + [`POST ${path} HTTP/1.1`, "Host: x", ...headers, "", ""].join("\r\n"));
  for (let sent = 0; sent < length && !socket.destroyed; sent++) {
    if (socket.writable) socket.write(" ");
    await pause(20);
  }
  await closed;
  return { said, after: performance.now() - begun };
}

test("JSON that trickles in is cut off, and so is what nobody will read; a file may take its time", async () => {
  const port = await listenBriefly(300);
  const [json, refused, file] = await Promise.all([
    dribble(port, "/things", "application/json", 200),
    dribble(port, "/closed", "application/json", 200),
    dribble(port, "/files", "text/csv", 100, { connection: "close" }),
  ]);
  expect(json.said).toMatch(/^HTTP\/1.1 408 /);
  expect(json.said).toContain('"code":"requestTooSlow"');
  expect(refused.said).toMatch(/^HTTP\/1.1 401 /);
  for (const { after } of [json, refused]) expect(after).toBeLessThan(2_000);
  expect(file.said).toMatch(/^HTTP\/1.1 200 /);
  expect(file.said).toContain('{"bytes":100}');
  expect(file.after).toBeGreaterThan(2_000);
});

test("JSON that trickles in behind a request that came whole is cut off too", async () => {
  const port = await listenBriefly(300);
  const thing = JSON.stringify({ name: "a" });
  const headers = ["Host: x", "Content-Type: application/json", `Content-Length: ${thing.length}`];
  const before = ["POST /things HTTP/1.1", ...headers, "", thing].join("\r\n");
  const { said, after } = await dribble(port, "/things", "application/json", 200, { before });
  expect(said).toMatch(/^HTTP\/1.1 200 /);
  expect(after).toBeLessThan(2_000);
});

test("a caller's own word about his address counts only where a trusted proxy stands in front", async () => {
  expect(await addressOf(false, "203.0.113.7")).toBe("127.0.0.1");
  expect(await addressOf(["10.0.0.0/8"], "203.0.113.7")).toBe("127.0.0.1");
  expect(await addressOf(["loopback"], "203.0.113.7")).toBe("203.0.113.7");
  // What stands before the proxy's own entry was written by the caller.
  expect(await addressOf(["loopback"], "198.51.100.1, 203.0.113.7")).toBe("203.0.113.7");
});
