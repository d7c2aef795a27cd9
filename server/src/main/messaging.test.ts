import { expect, test } from "vitest";
import { readMessaging } from "./messaging.ts";

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
