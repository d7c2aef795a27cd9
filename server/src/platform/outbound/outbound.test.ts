import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type OutboundPolicy, parseAddressRange, PUBLIC_ONLY } from "./address-policy.ts";
import type { Resolve } from "./guarded-agent.ts";
import { OutboundRefused } from "./outbound-refused.ts";
import { createOutbound, type Outbound } from "./send-outbound.ts";

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

const LOOPBACK: OutboundPolicy = { allowedNetworks: [parseAddressRange("127.0.0.0/8")!], ports: [443] };

function outbound(policy: OutboundPolicy = PUBLIC_ONLY, resolve?: Resolve): Outbound {
  const made = createOutbound(policy, resolve);
  opened.push(made);
  return made;
}

interface Receiver {
  port: number;
  requests: string[];
}

async function receiver(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Receiver> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.push({ close: () => (server.closeAllConnections(), server.close()) });
  return { port: (server.address() as AddressInfo).port, requests };
}

const post = (from: Outbound, url: string) => from.send({ url, method: "POST", headers: {}, body: "{}" });

/** Ways to write the own machine, its network and clouds' metadata services. */
const OWN = [
  "127.0.0.1",
  "127.1",
  "0x7f000001",
  "2130706433",
  "017700000001",
  "0.0.0.0",
  "[::1]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[64:ff9b::7f00:1]",
  "[2002:7f00:1::]",
  "10.0.0.8",
  "172.16.3.4",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "[fd00::1]",
  "[fe80::1]",
  "[ff02::1]",
  "224.0.0.1",
  "255.255.255.255",
];

test.each(OWN)("%s is refused as it is written, and when it is connected to", async (host) => {
  const from = outbound({ allowedNetworks: [], ports: [80, 443] });
  expect(from.refusalOfUrl(`http://${host}/`)).toMatch(/not a public address/);
  await expect(post(from, `http://${host}/`)).rejects.toThrow(OutboundRefused);
});

test("a name that resolves into the own network is refused, also when only its second answer does", async () => {
  const inside = await receiver((_request, response) => response.end());
  const resolve: Resolve = (_hostname, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }]);
  await expect(post(outbound(PUBLIC_ONLY, resolve), `http://shop.example:${inside.port}/`)).rejects.toThrow(
    OutboundRefused,
  );
  let asked = 0;
  const rebinding: Resolve = (_hostname, callback) =>
    callback(null, [{ address: asked++ === 0 ? "192.0.2.1" : "127.0.0.1", family: 4 }]);
  const policy = { allowedNetworks: [parseAddressRange("192.0.2.0/24")!], ports: [443] };
  const from = outbound(policy, rebinding);
  await post(from, `http://shop.example:${inside.port}/`).catch(() => undefined);
  await expect(post(from, `http://shop.example:${inside.port}/`)).rejects.toThrow(OutboundRefused);
  expect(asked).toBe(2);
  expect(inside.requests).toEqual([]);
}, 15_000);

test("of several addresses only those that are allowed are tried", async () => {
  const inside = await receiver((_request, response) => response.end("here"));
  const resolve: Resolve = (_hostname, callback) =>
    callback(null, [
      { address: "10.0.0.1", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ]);
  const answer = await post(outbound(LOOPBACK, resolve), `http://shop.example:${inside.port}/hook?a=b`);
  expect(answer).toMatchObject({ status: 200, body: "here", truncated: false });
  expect(inside.requests).toEqual(["POST /hook?a=b"]);
});

test("a redirect is an answer: nobody goes there", async () => {
  const inside = await receiver((_request, response) => response.end());
  const redirecting = await receiver((_request, response) =>
    response.writeHead(307, { location: `http://127.0.0.1:${inside.port}/` }).end(),
  );
  expect(await post(outbound(LOOPBACK), `http://127.0.0.1:${redirecting.port}/`)).toMatchObject({ status: 307 });
  expect(inside.requests).toEqual([]);
});

test("of an answer without an end 64 KiB are read", async () => {
  const endless = await receiver((_request, response) => {
    const piece = Buffer.alloc(16_384, "x");
    const go = (): void => void response.write(piece, () => (response.writable ? setImmediate(go) : undefined));
    response.writeHead(200);
    go();
  });
  const answer = await post(outbound(LOOPBACK), `http://127.0.0.1:${endless.port}/`);
  expect([answer.status, answer.body.length, answer.truncated]).toEqual([200, 65_536, true]);
});

test("whoever does not answer, or drips, is given up after 10 s", { timeout: 20_000 }, async () => {
  const silent = await receiver(() => undefined);
  const dripping = await receiver((_request, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write("."), 100);
    response.once("close", () => clearInterval(timer));
  });
  const from = outbound(LOOPBACK);
  const begun = performance.now();
  const ends = await Promise.allSettled([silent, dripping].map(({ port }) => post(from, `http://127.0.0.1:${port}/`)));
  expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(String((ends[1] as PromiseRejectedResult).reason)).toContain("within 10 s");
  expect(performance.now() - begun).toBeLessThan(12_000);
});

test.each([
  ["https://shop.example/hook", null],
  ["https://shop.example:8443/hook", "port 8443"],
  ["http://shop.example/hook", "port 80"],
  ["ftp://shop.example/hook", "must begin"],
  ["https://user:secret@shop.example/", "user or a password"],
  ["nonsense", "no URL"],
  ["https://93.184.215.14/", null],
])("%s: %s", (url, refusal) => {
  const said = outbound().refusalOfUrl(url);
  if (refusal === null) expect(said).toBeNull();
  else expect(said).toContain(refusal);
});
