import type { Browser, Page } from "playwright-core";
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

/** What every order needs, however it is fulfilled. */
async function fillIn(page: Page, customer: string): Promise<void> {
  await page.getByRole("textbox", { name: "Name" }).first().fill(customer);
  await page.getByLabel("Add a product").first().fill("STORY-GIFT");
  await page.getByRole("option", { name: /STORY-GIFT/ }).click();
  await page.getByLabel(/^Price of one/).fill("29.90");
  await page.getByLabel("Street and number").fill("1 Quay Street");
  await page.getByLabel("City").fill("Utrecht");
  await page.getByRole("combobox", { name: "Country" }).fill("Nether");
  await page.getByRole("option").first().click();
}

async function place(page: Page): Promise<TypedOrder> {
  await page.getByRole("button", { name: "Place order" }).click();
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
  await page.getByRole("region", { name: "Timeline" }).waitFor();
  return read<TypedOrder>(page, `/v1/orders/${page.url().split("/").pop()}`);
}

interface TypedOrder extends Order {
  number: number;
  type: string;
  state: string;
  metadata: object;
}

test("an agent takes pre-orders, services and exchanges, with what each needs, and finds them by type (O3, O13)", async () => {
  const { page } = desk;
  const choose = async (type: string) => {
    await page.goto("/new/order");
    await page.getByRole("combobox", { name: "Kind of order" }).click();
    await page.getByRole("option", { name: type, exact: true }).click();
  };
  await choose("Pre-order");
  await fillIn(page, "Pia Early");
  await page.getByRole("button", { name: "Place order" }).click();
  await page.locator("input[data-path=releaseOn]:focus").waitFor();
  await page.getByLabel("Day of release").fill("2031-03-01");
  await picture(page, "new-pre-order");
  expect(await accessibilityFaults(page)).toEqual([]);
  const early = await place(page);
  expect(early).toMatchObject({ type: "preOrder", state: "waitingForRelease", metadata: { releaseOn: "2031-03-01" } });
  await page.getByText("Pre-order", { exact: true }).waitFor();
  await picture(page, "pre-order");
  expect(await accessibilityFaults(page)).toEqual([]);

  await choose("Service");
  await fillIn(page, "Sam Service");
  await page.getByLabel("Agreed from").fill("2031-03-01T10:00");
  expect(await page.getByText("Pickup", { exact: true }).count()).toBe(0);
  expect(await place(page)).toMatchObject({
    type: "service",
    state: "toBePerformed",
    fulfillmentChoices: [{ method: "delivery", notBefore: "2031-03-01T10:00:00.000Z" }],
  });

  await choose("Exchange");
  await page.getByRole("combobox", { name: "Exchange for order" }).fill(String(early.number));
  await page.getByRole("option", { name: new RegExp(`^${early.number} `) }).click();
  const named = () => page.getByRole("textbox", { name: "Name" }).first().inputValue();
  await expect.poll(named, { timeout: 30_000 }).toBe("Pia Early");
  await fillIn(page, "Pia Early");
  expect(await place(page)).toMatchObject({
    type: "exchange",
    state: "waitingForReturn",
    metadata: { exchangeOf: String(early.number) },
  });
  await page.getByRole("link", { name: String(early.number) }).waitFor();

  await page.goto("/orders");
  await page.getByRole("button", { name: "Kind of order" }).click();
  for (const type of ["Pre-order", "Exchange"]) await page.getByRole("checkbox", { name: type, exact: true }).check();
  await page.keyboard.press("Escape");
  await page.waitForURL(/type=preOrder(%2C|,)exchange/);
  await page
    .getByRole("row", { name: /Pia Early/ })
    .filter({ hasText: "Exchange" })
    .first()
    .waitFor();
  expect(await page.getByRole("row", { name: /Sam Service/ }).count()).toBe(0);
  await picture(page, "orders-by-type");
  expect(await accessibilityFaults(page)).toEqual([]);
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
