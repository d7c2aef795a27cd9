import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { read, write } from "./ask-api.ts";
import {
  accessibilityFaults,
  type Console,
  launch,
  openConsole,
  PHONE,
  picture,
  sidewaysOverflow,
} from "./open-console.ts";

const title = `Evening ${Date.now().toString(36)}`;
const code = title.toLowerCase().replace(" ", "-");
const path = `/v1/documents/fulfillment-method/${code}`;

let browser: Browser;
let desk: Console;
beforeAll(async () => {
  browser = await launch();
  desk = await openConsole(browser);
});
afterAll(async () => {
  // The other tests find the methods as they were.
  await write(desk.page, `${path}/retire`, { note: "As it was." }).catch(() => undefined);
  await browser?.close();
});

test("a business user adds a way to deliver, is told what is wrong, publishes it, and sees when a basket would arrive (F3, R8)", async () => {
  const { page } = desk;
  await page.goto("/delivery/methods");
  await page.getByText("Collect in 30 minutes").first().waitFor();
  await picture(page, "delivery-methods");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "New method" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(title);
  await dialog.getByRole("button", { name: "Begin" }).click();
  await page.getByRole("heading", { level: 1, name: `Draft: ${title}` }).waitFor();

  // Of what is brought nobody chooses a time to collect it: told at the field.
  const minutes = page.getByRole("textbox", { name: "Length of pickup times in minutes" });
  await minutes.fill("60");
  await page.getByText("only what is collected where the stock is", { exact: false }).waitFor();
  await minutes.fill("");
  await page.getByText("only what is collected where the stock is", { exact: false }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Add: Prices for customers" }).click();
  await page.getByRole("textbox", { name: "Currency" }).fill("EUR");
  await page.getByRole("textbox", { name: "Amount in minor units" }).fill("650");
  await picture(page, "delivery-draft");
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.getByText("Saved", { exact: false }).first().waitFor();
  await page.getByRole("button", { name: "Review and publish" }).click();
  await page.getByRole("dialog").getByLabel("Why").fill("Evenings from now on.");
  await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  await page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
  expect((await read<{ publishedVersion: number }>(page, path)).publishedVersion).toBe(1);

  const trial = page.getByRole("region", { name: "When would it arrive?" });
  await trial.getByRole("combobox", { name: "Channel" }).click();
  await page.getByRole("option", { name: "Store kiosk" }).click();
  await trial.getByLabel("SKU").fill("STORY-GIFT");
  await trial.getByRole("combobox", { name: "Country" }).fill("GB");
  await page.getByRole("option", { name: "United Kingdom" }).click();
  await trial.getByRole("button", { name: "Ask" }).click();
  await trial.getByText(title).waitFor();
  await trial.getByText("€6.50").waitFor();
  await picture(page, "delivery-method");
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(desk.complaints).toEqual([]);
});

test("at phone size a carrier service is read and changed without scrolling sideways", async () => {
  const phone = await openConsole(browser, PHONE);
  await phone.page.goto("/delivery/services/standard");
  await phone.page.getByText("Parcel Post").first().waitFor();
  expect(await sidewaysOverflow(phone.page)).toBe(0);
  await picture(phone.page, "carrier-service-phone");
  await phone.page.goto("/delivery/services/standard/draft");
  await phone.page.getByRole("group", { name: "Zones 1" }).waitFor();
  expect(await sidewaysOverflow(phone.page)).toBe(0);
  await picture(phone.page, "carrier-service-draft-phone");
  expect(await accessibilityFaults(phone.page)).toEqual([]);
  expect(phone.complaints).toEqual([]);
});
