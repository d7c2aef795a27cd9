import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Database, openDatabase } from "../../../server/src/platform/db/database.ts";
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

let browser: Browser;
let desk: Console;
let database: Database;

beforeAll(async () => {
  database = openDatabase({ url: inject("databaseUrl"), connections: 1, applicationName: "test" });
  browser = await launch();
  desk = await openConsole(browser);
});

afterAll(async () => {
  await browser?.close();
  await database?.close();
});

/** Orders of one customer reference that nobody else has. */
async function captureWave(count: number): Promise<string> {
  const { page } = desk;
  const customer = `WAVE-${crypto.randomUUID().slice(0, 8)}`;
  for (let number = 0; number < count; number++)
    await write(page, "/v1/orders", {
      channel: "phone",
      externalReference: `${customer}-${number}`,
      customer: { reference: customer, name: "Ada Harbor" },
      fulfillmentChoices: [{ id: "home", method: "delivery", address: { city: "Utrecht", country: "NL" } }],
      lines: [{ sku: "STORY-TILL", quantity: 1, unitPrice: 199 }],
    });
  return customer;
}

const statusesOf = async (customer: string): Promise<string[]> => {
  const { data } = await read<{ data: { status: string }[] }>(desk.page, `/v1/orders?customer=${customer}`);
  return data.map(({ status }) => status);
};

test("a wave of wrongly priced orders is held, looked at and cancelled from the list that found it (O19)", async () => {
  const { page } = desk;
  const customer = await captureWave(4);
  await page.goto(`/orders?customer=${customer}`);
  await page.getByText("Ada Harbor").first().waitFor();
  await page.getByRole("button", { name: "Act on all found" }).click();
  await page.getByRole("radio", { name: /Cancel/ }).check();
  await page.getByRole("combobox", { name: "Reason" }).click();
  await page.getByRole("option", { name: "Price error" }).click();
  await picture(page, "begin-mass-action");
  await page.getByRole("button", { name: "Hold, then look" }).click();
  await page.waitForURL(/\/mass-actions\/[0-9a-f-]{36}$/);
  await page.getByText("Waits for you").waitFor();
  await page.getByRole("heading", { name: "What it is about" }).waitFor();
  await page.getByText("€7.96").waitFor();
  await picture(page, "mass-action");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Cancel 4 orders" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel 4 orders" }).click();
  await page.getByText("Done", { exact: true }).waitFor();
  expect(await statusesOf(customer)).toEqual(["cancelled", "cancelled", "cancelled", "cancelled"]);
  expect(desk.complaints).toEqual([]);
});

test("holding all found is taken back again", async () => {
  const { page } = desk;
  const customer = await captureWave(2);
  await page.goto(`/orders?customer=${customer}`);
  await page.getByText("Ada Harbor").first().waitFor();
  await page.getByRole("button", { name: "Act on all found" }).click();
  await page.getByRole("radio", { name: /^Hold/ }).check();
  await page.getByRole("combobox", { name: "Reason" }).click();
  await page.getByRole("option").first().click();
  await page.getByRole("button", { name: "Hold all found" }).click();
  await page.getByText("Done", { exact: true }).waitFor();
  const held = await read<{ data: object[] }>(page, `/v1/orders?customer=${customer}&held=true`);
  expect(held.data).toHaveLength(2);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Undo" }).click();
  await page.getByText("Taken back", { exact: true }).waitFor();
  expect((await read<{ data: object[] }>(page, `/v1/orders?customer=${customer}&held=true`)).data).toEqual([]);
});

test("one that has stopped is given up: nothing stays held, and each order says where it stands (O19)", async () => {
  const { page } = desk;
  const customer = await captureWave(2);
  const { id } = await write<{ id: string }>(page, "/v1/mass-actions", {
    action: "cancel",
    filter: { customer },
    reason: "price error",
  });
  await page.goto(`/mass-actions/${id}`);
  await page.getByText("Waits for you").waitFor();
  // As if its job had been skipped: it goes on by itself no more.
  await database.pool.query("update orders.mass_actions set state = 'running' where id = $1", [id]);
  await page.reload();
  await page.getByRole("alert").getByText("It does not go on by itself").waitFor();
  await page.getByRole("button", { name: "Give up" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Give up" }).click();
  await page.getByText("Given up", { exact: true }).waitFor();
  const orders = page.getByRole("region", { name: "Orders", exact: true }).getByRole("listitem");
  await expect.poll(() => orders.count()).toBe(2);
  expect((await read<{ data: object[] }>(page, `/v1/orders?customer=${customer}&held=true`)).data).toEqual([]);
  expect(await statusesOf(customer)).not.toContain("cancelled");
});

test("mass actions fit a phone", async () => {
  const phone = await openConsole(browser, PHONE);
  await phone.page.goto("/mass-actions");
  await phone.page.getByText("Taken back").first().click();
  await phone.page.getByRole("heading", { name: "What it is about" }).waitFor();
  expect(await accessibilityFaults(phone.page)).toEqual([]);
  expect(await sidewaysOverflow(phone.page)).toBeLessThanOrEqual(1);
  expect(phone.complaints).toEqual([]);
  await picture(phone.page, "phone-mass-action");
  await phone.context.close();
});
