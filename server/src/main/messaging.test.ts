import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { systemClock } from "../platform/clock.ts";
import { PUBLIC_ONLY } from "../platform/outbound/address-policy.ts";
import { createOutbound } from "../platform/outbound/send-outbound.ts";
import { openMessagePorts } from "./messaging.ts";
import { readMessaging } from "./messaging-settings.ts";

const SMTP = { ORRERY_SMTP_URL: "smtp://mail.example:587", ORRERY_MAIL_FROM: "orders@shop.example" };
const SMS = { ORRERY_SMS_URL: "https://sms.example", ORRERY_MESSAGE_SECRET: `whsec_${"A".repeat(32)}` };

test.each([
  ["ORRERY_SMTP_URL", SMTP],
  ["ORRERY_SMS_URL", SMS],
])("%s needs the address that customers reach", (name, variables) => {
  expect(() => readMessaging(variables, "http://127.0.0.1:4000")).toThrow(
    new RegExp(`ORRERY_PUBLIC_URL must be set with ${name}`),
  );
  const read = readMessaging({ ...variables, ORRERY_PUBLIC_URL: "https://orders.shop.example/" }, "http://inside");
  expect(read.publicUrl).toBe("https://orders.shop.example");
});

test("without a way to customers links lead to this server", () => {
  expect(readMessaging({}, "http://127.0.0.1:4000").publicUrl).toBe("http://127.0.0.1:4000");
});

test("a gateway that the operator names may stand in the own network, which opens that to no address of users", async () => {
  const taken: string[] = [];
  const gateway = createServer((request, response) => {
    taken.push(String(request.headers["webhook-id"]));
    request.resume().on("end", () => response.writeHead(202).end());
  });
  await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/sms`;
  const variables = { ...SMS, ORRERY_SMS_URL: url, ORRERY_PUBLIC_URL: "https://orders.shop.example" };
  const { sms } = openMessagePorts(readMessaging(variables, "http://inside"), systemClock);
  const message = {
    id: "m1",
    orderId: "o1",
    trigger: "shipped",
    language: "en",
    recipient: "+44",
    subject: null,
    text: "t",
  };
  const sent = await sms!.send({ ...message, from: { name: "Shop" } } as never, new AbortController().signal);
  expect([sent, taken]).toEqual([{ sent: true }, ["m1"]]);
  const ofUsers = createOutbound(PUBLIC_ONLY);
  expect(ofUsers.refusalOfUrl(url)).toContain("not a public address");
  await expect(ofUsers.send({ url, method: "POST", headers: {}, body: "" })).rejects.toThrow("not a public address");
  await Promise.all([sms!.close(), ofUsers.close()]);
  gateway.closeAllConnections();
  gateway.close();
});
