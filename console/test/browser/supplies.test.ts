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

const reference = `PO-${Date.now().toString(36)}`;

let browser: Browser;
let desk: Console;
let sku: string;

beforeAll(async () => {
  browser = await launch();
  desk = await openConsole(browser);
  const { data } = await read<{ data: { sku: string }[] }>(desk.page, "/v1/supplies?limit=1");
  sku = data[0]!.sku;
  await write(desk.page, "/v1/supplies", {
    items: [
      { kind: "purchase_order", reference, line: 1, sku, location: "DC-VENLO", expectedOn: "2020-01-02", quantity: 10 },
    ],
  });
});

afterAll(async () => {
  await browser?.close();
});

test("a planner finds what is late, gives it another day, receives it, and sees why so many can be promised (I14, X8)", async () => {
  const { page } = desk;
  await page.goto("/inventory");
  await page.getByRole("link", { name: "Expected receipts" }).click();
  await page.getByRole("heading", { level: 1, name: "Expected receipts" }).waitFor();
  await page.getByText(`${reference} · 1`).waitFor();
  await picture(page, "expected-receipts");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.goto(`/supplies?reference=${reference}`);
  await page.getByText(`${reference} · 1`).click();
  await page.getByRole("heading", { level: 1, name: reference }).waitFor();
  await page.getByText("Nobody waits for it.").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.getByRole("button", { name: "Change", exact: true }).click();
  await page.getByLabel("Expected on").fill("2099-05-06");
  await page.getByLabel("Why").fill("held at the border");
  await page.getByRole("dialog").getByRole("button", { name: "Change", exact: true }).click();
  await page.getByText("held at the border").waitFor();
  await page.goto(`/inventory/${sku}`);
  await page.getByLabel("For the day").fill("2099-12-31");
  await page.getByText(`expected: ${reference}, line 1`).waitFor();
  await picture(page, "derivation");
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.getByRole("link", { name: `expected: ${reference}, line 1` }).click();
  await page.getByRole("button", { name: "Receive", exact: true }).click();
  await page.getByLabel("Units that have come").fill("4");
  await page.getByRole("button", { name: "Receive 4 units" }).click();
  await page.getByRole("cell", { name: "Received" }).waitFor();
  await page.goto("/supply-requests");
  await page.getByRole("heading", { level: 1, name: "To be ordered" }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(desk.complaints).toEqual([]);
});

test("at phone size nothing hangs over the edge", async () => {
  const phone = await openConsole(browser, PHONE);
  for (const path of ["/supplies", "/supply-requests", `/inventory/${sku}`]) {
    await phone.page.goto(path);
    await phone.page.getByRole("heading", { level: 1 }).waitFor();
    expect(await sidewaysOverflow(phone.page)).toBe(0);
  }
  await phone.context.close();
});
