import { createHmac } from "node:crypto";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openReceiver, type Received, type Receiver } from "../../../server/test/webhooks/receiver.ts";
import { write } from "./ask-api.ts";
import {
  accessibilityFaults,
  type Console,
  launch,
  openConsole,
  PHONE,
  picture,
  sidewaysOverflow,
} from "./open-console.ts";

let browser: Browser;
let desk: Console;
let receiver: Receiver;
/** What the receiver verifies by. */
let secret: string;
const name = `Storefront ${Date.now().toString(36)}`;

beforeAll(async () => {
  receiver = await openReceiver();
  browser = await launch();
  desk = await openConsole(browser);
});

afterAll(async () => {
  await browser?.close();
  await receiver?.close();
});

async function captureOrder(): Promise<string> {
  const { id } = await write<{ id: string }>(desk.page, "/v1/orders", {
    channel: "phone",
    externalReference: `CONNECT-${crypto.randomUUID()}`,
    fulfillmentChoices: [{ id: "home", method: "delivery", address: { city: "Utrecht", country: "NL" } }],
    lines: [{ sku: "STORY-TILL", quantity: 1, unitPrice: 1999 }],
  });
  return id;
}

/** Only the deliveries of one entity: other tests capture orders too. */
async function openDeliveriesOf(orderId: string): Promise<void> {
  const { page } = desk;
  const [path] = page.url().split("?");
  await page.goto(`${path}?entity=${orderId}`);
}

test("a receiver is connected, tried, told of an order, and told again after it failed (W7, X10)", async () => {
  const { page } = desk;
  await page.goto("/connections");
  await page.getByRole("link", { name: "New webhook" }).first().click();
  await page.getByRole("button", { name: "Create webhook" }).click();
  await page.getByText("An address begins with").waitFor();
  await page.getByLabel("Address").fill(receiver.url);
  await page.getByLabel("Name").fill(name);
  await page.getByRole("combobox", { name: "Events" }).fill("captured");
  await picture(page, "connection-events");
  await page.getByRole("option", { name: "order.captured" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("radio", { name: "Only these channels" }).check();
  await page.getByRole("combobox", { name: "Channels" }).click();
  await page.getByRole("option", { name: /phone/i }).first().click();
  await page.keyboard.press("Escape");
  await picture(page, "connection-edit");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Create webhook" }).click();
  secret = await page.getByText(/^whsec_/).innerText();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, "connection-secret");
  await page.getByRole("button", { name: "I have kept it" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();

  await page.getByRole("button", { name: "Send test" }).click();
  await page.getByText("The receiver took it").waitFor();
  await picture(page, "connection-test");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  const webhookPage = page.url();

  await openDeliveriesOf(await captureOrder());
  await page.getByText("Delivered", { exact: true }).waitFor();
  await picture(page, "connection");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("link", { name: "Order captured" }).first().click();
  await page.getByText("Answer 200").waitFor();
  await page.getByText("ok", { exact: true }).waitFor();
  await page.getByText('"specversion": "1.0"').waitFor();

  receiver.answer = (_received, response) => void response.writeHead(503).end("Closed for stocktaking");
  await page.goto(webhookPage);
  await openDeliveriesOf(await captureOrder());
  await page.getByText("Will be tried again").waitFor();
  await page.getByRole("link", { name: "Order captured" }).first().click();
  // After the second attempt there are thirty seconds until the next: time for a person to be first.
  await page.getByText("Answer 503").nth(1).waitFor();
  await page.getByText("Closed for stocktaking").first().waitFor();
  await picture(page, "delivery");
  expect(await accessibilityFaults(page)).toEqual([]);
  receiver.answer = (_received, response) => void response.writeHead(200).end("ok");
  await page.getByRole("button", { name: "Try now" }).click();
  await page.getByText("Answer 200").waitFor();
  await page.getByRole("main").getByText("Delivered", { exact: true }).waitFor();
  expect(desk.complaints).toEqual([]);
});

test("a receiver that said it is gone is an exception, and is told again what it missed when that is tried again (W7)", async () => {
  const { page } = desk;
  receiver.answer = (_received, response) => void response.writeHead(410).end("Gone");
  const order = await captureOrder();
  await page.goto("/exceptions?kind=webhookDisabled");
  const row = page.getByRole("row").filter({ has: page.getByRole("button", { name: "Try now" }) });
  await row.getByRole("link", { name: "Open connection" }).click();
  await page.getByRole("main").getByText("Disabled", { exact: true }).first().waitFor();
  receiver.answer = (_received, response) => void response.writeHead(200).end("ok");
  await page.goBack();
  await row.getByRole("button", { name: "Try now" }).click();
  await page.getByText("1 done").waitFor();
  await row.waitFor({ state: "detached" });
  await page.goto("/connections");
  await page.getByRole("link", { name }).click();
  await page.getByRole("main").getByText("Active", { exact: true }).waitFor();
  await openDeliveriesOf(order);
  await page.getByText("Delivered", { exact: true }).first().waitFor();
  expect(desk.complaints).toEqual([]);
});

/** As Standard Webhooks reckons them. */
function signaturesOf({ headers, body }: Received) {
  const signed = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`;
  return {
    carried: String(headers["webhook-signature"]).split(" "),
    by: (key: string) =>
      `v1,${createHmac("sha256", Buffer.from(key.replace(/^whsec_/, ""), "base64"))
        .update(signed)
        .digest("base64")}`,
  };
}

test("a secret is renewed without loss, past events come again, and a pause keeps what happens", async () => {
  const { page } = desk;
  await page.goto("/connections");
  await page.getByRole("link", { name }).click();
  await page.getByRole("button", { name: "Actions", exact: true }).click();
  await page.getByRole("menuitem", { name: "Renew the secret" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Renew the secret" }).click();
  const renewed = await page.getByText(/^whsec_/).innerText();
  await page.getByRole("button", { name: "I have kept it" }).click();
  await page.getByText("both secrets sign until").waitFor();
  expect(renewed).not.toBe(secret);
  // Whoever delivers knows within a second. From then on the receiver believes all, whether it has the new one yet or not.
  const carriesBoth = async (): Promise<boolean> => {
    const told = await captureOrder();
    const isTold = ({ event }: Received) => event.subject.endsWith(told);
    await expect.poll(() => receiver.received.some(isTold), { timeout: 60_000 }).toBe(true);
    const { carried, by } = signaturesOf(receiver.received.find(isTold)!);
    expect(carried).toContain(by(secret));
    return carried.includes(by(renewed));
  };
  await expect.poll(carriesBoth, { timeout: 60_000 }).toBe(true);

  const before = receiver.received.length;
  await page.getByRole("button", { name: "Actions", exact: true }).click();
  await page.getByRole("menuitem", { name: "Deliver again" }).click();
  await page.getByLabel("From this time").last().fill("2020-01-01T00:00");
  await picture(page, "connection-replay");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("dialog").getByRole("button", { name: "Deliver again" }).click();
  await expect.poll(() => receiver.received.length, { timeout: 60_000 }).toBeGreaterThan(before);

  await page.getByRole("button", { name: "Actions", exact: true }).click();
  await page.getByRole("menuitem", { name: "Pause" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
  await page.getByRole("main").getByText("Paused", { exact: true }).waitFor();
  // Whoever delivers knows within a second; what happens until then may still be sent.
  const kept = page.getByText("Waiting", { exact: true }).last();
  const captureAndLook = async (): Promise<boolean> => {
    await captureOrder();
    return kept.waitFor({ timeout: 5_000 }).then(
      () => true,
      () => false,
    );
  };
  await expect.poll(captureAndLook, { timeout: 60_000 }).toBe(true);

  // What is left out is a gap that tells who left it and why.
  const skip = page.getByRole("button", { name: "Skip", exact: true });
  const connection = page.url();
  // One that was looked at before everybody knew of the pause may be sent by now.
  const openWaiting = async (): Promise<boolean> => {
    await page.goto(connection);
    await page.getByRole("row").filter({ hasText: "Waiting" }).last().getByRole("link").click();
    return await skip.waitFor({ timeout: 5_000 }).then(
      () => true,
      () => false,
    );
  };
  await expect.poll(openWaiting, { timeout: 60_000 }).toBe(true);
  await skip.click();
  await page.getByRole("dialog").getByLabel("Reason").fill("The till was told by hand.");
  await page.getByRole("dialog").getByRole("button", { name: "Skip" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByText("The till was told by hand.").waitFor();
  await page.getByRole("main").getByText("Administrator").waitFor();
  await page.getByRole("link", { name: "Deliveries" }).click();
  await page.getByRole("row").filter({ hasText: "The till was told by hand." }).getByText("Skipped").waitFor();
  expect(desk.complaints).toEqual([]);
});

test("connections fit a phone, and a connection is removed there", async () => {
  const { page, context, complaints } = await openConsole(browser, PHONE);
  await page.goto("/connections");
  await page.getByText(name).waitFor();
  await picture(page, "phone-connections");
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(1);
  await page.getByText(name).click();
  await page.getByText("Order captured").first().waitFor();
  await picture(page, "phone-connection");
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(1);
  await page.getByText("Order captured").first().click();
  await page.getByRole("heading", { name: "What is sent" }).waitFor();
  await picture(page, "phone-delivery");
  expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(1);
  await page.goto("/jobs");
  await page.getByText("Nothing is parked").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.goto("/connections");
  await page.getByText(name).click();
  await page.getByRole("button", { name: "Actions", exact: true }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.waitForURL(/\/connections$/);
  expect(complaints).toEqual([]);
  await context.close();
});
