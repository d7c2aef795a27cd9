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

const code = `feed-${Date.now().toString(36)}`;

let browser: Browser;
let desk: Console;
beforeAll(async () => {
  browser = await launch();
  desk = await openConsole(browser);
});
afterAll(async () => {
  await write(desk.page, `/v1/documents/availability-feed/${code}/retire`, { note: "As it was." }).catch(
    () => undefined,
  );
  await browser?.close();
});

interface Feeds {
  feeds: { code: string; told: number; lookingThrough: number | null }[];
}
const feeds = (): Promise<Feeds> => read<Feeds>(desk.page, "/v1/availability/feeds");

test("a channel gets a feed, is told everything, and the page shows how fast; at a desk and on a phone (I2)", async () => {
  const { page } = desk;
  await page.goto("/connections/feeds");
  await page.getByText("No channel has a feed").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("link", { name: "Feed of a channel" }).click();
  await page.getByLabel("Code").fill(code);
  await page.getByRole("textbox", { name: "Name" }).fill("Price comparison");
  await page.getByRole("combobox", { name: "Channel" }).click();
  await page.getByRole("option").first().click();
  await page.getByLabel("Changes a second at most").fill("500");
  await picture(page, "sync-health-edit");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Review and publish" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Why").fill("They ask for it.");
  await dialog.getByRole("button", { name: "Publish" }).click();
  await page.waitForURL(/\/connections\/feeds$/);
  await page.getByRole("heading", { name: "Price comparison" }).waitFor();
  const isTold = async (): Promise<boolean> =>
    (await feeds()).feeds.some((feed) => feed.code === code && feed.told > 0 && feed.lookingThrough === null);
  await expect.poll(isTold, { timeout: 60_000 }).toBe(true);
  // Lags are written every half second, and drawn with the next look.
  await page.reload();
  await page.locator("figure svg").first().waitFor();
  await picture(page, "sync-health");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  await picture(page, "sync-health-dark");
  await page.emulateMedia({ colorScheme: "light" });

  const phone = await openConsole(browser, PHONE);
  await phone.page.goto("/connections/feeds");
  await phone.page.getByRole("heading", { name: "Price comparison" }).waitFor();
  await phone.page.locator("figure svg").first().waitFor();
  await picture(phone.page, "phone-sync-health");
  expect(await accessibilityFaults(phone.page)).toEqual([]);
  expect(await sidewaysOverflow(phone.page)).toBeLessThanOrEqual(1);
  expect([...desk.complaints, ...phone.complaints]).toEqual([]);
  await phone.context.close();
});
