import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { read } from "./ask-api.ts";
import {
  accessibilityFaults,
  type Console,
  launch,
  openConsole,
  PHONE,
  picture,
  sidewaysOverflow,
} from "./open-console.ts";

interface Order {
  channel: string;
  grandTotal: number;
  customer: { name: string };
  lines: { sku: string; quantity: number; unitPrice: number }[];
  fulfillmentChoices: { method: string; location?: string; address?: { city: string; country: string } }[];
}

let browser: Browser;
let desk: Console;

beforeAll(async () => {
  browser = await launch();
  desk = await openConsole(browser);
});

afterAll(async () => {
  await browser?.close();
});

test("an order is taken by telephone: what is missing stands at its field, and what was entered is captured", async () => {
  const { page } = desk;
  await page.goto("/orders");
  await page.getByRole("link", { name: "New order" }).click();
  await page.getByRole("button", { name: "Place order" }).click();
  await page.locator("input[aria-invalid=true]:focus").waitFor();
  expect(await page.locator("input:focus").getAttribute("data-path")).toBe("customer.name");
  await page.getByRole("textbox", { name: "Name" }).first().fill("Ada Harbor");
  await page
    .getByRole("combobox", { name: "Add a product" })
    .or(page.getByLabel("Add a product"))
    .first()
    .fill("Gift box");
  await page
    .getByRole("option", { name: /STORY-GIFT/ })
    .getByText(/available/)
    .waitFor();
  await page.keyboard.press("Enter");
  await page.getByLabel("Quantity of Gift box, pine").fill("2");
  await page.getByLabel("Price of one Gift box, pine").fill("29.90");
  await page.getByLabel("Street and number").fill("1 Quay Street");
  await page.getByLabel("City").fill("Utrecht");
  await page.getByRole("combobox", { name: "Country" }).fill("Nether");
  await page.getByRole("option").first().click();
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByLabel("Shipping").fill("4.95");
  await page.getByText("€64.75").first().waitFor();
  await picture(page, "new-order");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Place order" }).click();
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
  await page.getByRole("region", { name: "Timeline" }).waitFor();
  const order = await read<Order>(page, `/v1/orders/${page.url().split("/").pop()}`);
  expect(order).toMatchObject({
    channel: "phone",
    grandTotal: 2 * 2990 + 495,
    customer: { name: "Ada Harbor" },
    lines: [{ sku: "STORY-GIFT", quantity: 2, unitPrice: 2990 }],
    fulfillmentChoices: [{ method: "delivery", address: { city: "Utrecht", country: "NL" } }],
  });
});

test("more than there is is refused at its line; a pickup names who has everything first", async () => {
  const { page } = desk;
  await page.goto("/new/order");
  await page.getByRole("combobox", { name: "Channel" }).click();
  await page.getByRole("option", { name: /Web shop/ }).click();
  await page.getByRole("textbox", { name: "Name" }).first().fill("Ada Harbor");
  await page.getByLabel("Add a product").first().fill("STORY-TILL");
  await page
    .getByRole("option", { name: /STORY-TILL/ })
    .getByText(/available/)
    .waitFor();
  await page.keyboard.press("Enter");
  await page.getByLabel(/^Quantity of/).fill("900000");
  await page.getByLabel(/^Price of one/).fill("9");
  await page.getByText(/units too many/).waitFor();
  await page.getByText("Pickup", { exact: true }).click();
  await page.getByRole("combobox", { name: "Where it is collected" }).click();
  await page.getByRole("option").first().click();
  await page.getByRole("button", { name: "Place order" }).click();
  await page.locator("input[data-path='lines.0.quantity']:focus").waitFor();
  await page.getByText(/units of STORY-TILL can be promised/).waitFor();
  await page.getByLabel(/^Quantity of/).fill("1");
  await page.getByRole("combobox", { name: "Where it is collected" }).click();
  await page
    .getByRole("option", { name: /has everything/ })
    .first()
    .click();
  await page.getByRole("button", { name: "Place order" }).click();
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
  const order = await read<Order>(page, `/v1/orders/${page.url().split("/").pop()}`);
  expect(order.fulfillmentChoices).toMatchObject([{ method: "pickup" }]);
});

test("taking an order fits a phone", async () => {
  const phone = await openConsole(browser, PHONE);
  await phone.page.goto("/new/order");
  await phone.page.getByLabel("Add a product").first().fill("STORY-GIFT");
  await phone.page.getByRole("option", { name: /STORY-GIFT/ }).click();
  await phone.page.getByLabel(/^Quantity of/).waitFor();
  expect(await accessibilityFaults(phone.page)).toEqual([]);
  expect(await sidewaysOverflow(phone.page)).toBeLessThanOrEqual(1);
  expect(phone.complaints).toEqual([]);
  await picture(phone.page, "phone-new-order");
  await phone.context.close();
});
