import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
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

beforeAll(async () => {
  browser = await launch();
  desk = await openConsole(browser);
});

afterAll(async () => {
  await browser?.close();
});

const capture = (page: Console["page"]): Promise<{ id: string; number: number }> =>
  write(page, "/v1/orders", {
    channel: "phone",
    externalReference: `LETTER-${crypto.randomUUID().slice(0, 8)}`,
    customer: { name: "Ada Harbor", email: "ada@customers.example" },
    fulfillmentChoices: [{ id: "home", method: "delivery", address: { city: "Utrecht", country: "NL" } }],
    lines: [{ sku: "STORY-TILL", quantity: 1, unitPrice: 199 }],
  });

test("customer service reads what the customer was told from the order, and sends it again (F10)", async () => {
  const { page } = desk;
  const { id, number } = await capture(page);
  await page.goto(`/orders/${id}`);
  await page.getByRole("heading", { name: "Messages" }).waitFor();
  await expect
    .poll(
      async () => {
        await page.reload();
        await page.getByRole("heading", { name: "Messages" }).waitFor();
        return await page.getByText("kept, not sent").count();
      },
      { timeout: 60_000, interval: 2_000 },
    )
    .toBe(1);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("link", { name: "Order confirmed" }).click();
  await page.getByRole("heading", { level: 1, name: `Your order ${number}` }).waitFor();
  await page.getByText("ada@customers.example").waitFor();
  await page.frameLocator("iframe").getByText("Thank you for your order").waitFor();
  await picture(page, "message");
  expect(await accessibilityFaults(page)).toEqual([]);
  const first = page.url();
  await page.getByRole("button", { name: "Send again" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Send again" }).click();
  await page.waitForURL((url) => url.href !== first);
  await page.goto("/messages?trigger=orderConfirmed");
  await page
    .getByRole("link", { name: String(number) })
    .first()
    .waitFor();
  await picture(page, "messages");
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(desk.complaints).toEqual([]);
});

test("the outbox and a message fit a phone, in light and in dark", async () => {
  const phone = await openConsole(browser, PHONE);
  const { page } = phone;
  await page.goto("/messages");
  await page.getByText("Order confirmed").first().click();
  await page.frameLocator("iframe").getByText("Thank you for your order").waitFor();
  await picture(page, "phone-message");
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(1);
  await page.goBack();
  await page.getByText("Order confirmed").first().waitFor();
  await picture(page, "phone-messages");
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(1);
  expect(phone.complaints).toEqual([]);
  await phone.context.close();
});
