import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../platform/clock.ts";
import { parseAddressRange } from "../platform/outbound/address-policy.ts";
import { createOutbound } from "../platform/outbound/send-outbound.ts";
import type { MessagePort, OutgoingMessage } from "./ports.ts";
import { webhookPort } from "./webhook-port.ts";

const SECRET = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;
const outbound = createOutbound({ allowedNetworks: [parseAddressRange("127.0.0.0/8")!], ports: [443] });
const got: { headers: Record<string, string>; body: string }[] = [];
let status = 204;
let gateway: Server;
let port: MessagePort;

beforeAll(async () => {
  gateway = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      got.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(status).end();
    });
  });
  await once(gateway.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/sms`;
  port = webhookPort({ url, secret: SECRET, medium: "sms", outbound, clock: systemClock });
});
afterAll(async () => {
  await outbound.close();
  gateway.close();
});

const message: OutgoingMessage = {
  id: "01a20194-6c25-7000-82d6-c0314576db38",
  orderId: "01a20194-6c25-7000-82d6-c0314576db39",
  trigger: "readyForPickup",
  language: "de",
  recipient: "+49 40 496000",
  subject: null,
  html: null,
  text: "Ihre Bestellung 100001 liegt bereit.",
  declineUrl: null,
  from: { name: "Hafen & Co", address: null, replyTo: null },
};

test("a gateway gets a text that its own copy of standardwebhooks verifies", async () => {
  expect(await port.send(message, AbortSignal.timeout(5_000))).toEqual({ sent: true });
  const { headers, body } = got.at(-1)!;
  expect(new Webhook(SECRET).verify(body, headers)).toEqual({
    id: message.id,
    medium: "sms",
    to: "+49 40 496000",
    title: null,
    text: "Ihre Bestellung 100001 liegt bereit.",
    language: "de",
    trigger: "readyForPickup",
    orderId: message.orderId,
    sender: "Hafen & Co",
  });
  expect(headers["webhook-id"]).toBe(message.id);
});

test.each([
  [500, { final: false, badAddress: false }],
  [429, { final: false, badAddress: false }],
  [422, { final: true, badAddress: false }],
  [410, { final: true, badAddress: true }],
])("what it answers says whether to try again: %i", async (answer, expected) => {
  status = answer;
  expect(await port.send(message, AbortSignal.timeout(5_000))).toMatchObject({ sent: false, ...expected });
});
