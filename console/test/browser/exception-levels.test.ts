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

const stamp = Date.now().toString(36);
const code = `doubts-${stamp}`;
const title = `Doubts of carriers ${stamp}`;
/** Of this exception kind there is no other. */
const kind = `doubt${stamp}`;

let browser: Browser;
let desk: Console;
beforeAll(async () => {
  browser = await launch();
  desk = await openConsole(browser);
});
afterAll(async () => {
  for (const { id } of await reported())
    await write(desk.page, `/v1/exceptions/${id}/resolve`, { resolution: "The test is over." });
  await write(desk.page, `/v1/documents/exception-levels/${code}/retire`, { note: "As it was." }).catch(
    () => undefined,
  );
  await browser?.close();
});

interface Exception {
  id: string;
  ownerTeam: string;
  level: number;
}

const report = () =>
  write(desk.page, "/v1/exceptions", {
    kind,
    entityType: "order",
    entityId: crypto.randomUUID(),
    reason: "The carrier says another weight.",
    ownerTeam: "services",
    dueAt: new Date(Date.now() - 60_000).toISOString(),
  });
const reported = async (): Promise<Exception[]> =>
  (await read<{ data: Exception[] }>(desk.page, `/v1/exceptions?kind=${kind}`)).data;

test("a lead says who hears of an exception that nobody deals with; when it is late the badge counts it and its team has changed (W6, W7)", async () => {
  const { page } = desk;
  await page.goto("/exceptions");
  await page.getByRole("link", { name: "Escalation" }).click();
  await page.getByRole("link", { name: "Lost connections" }).waitFor();
  await picture(page, "exception-levels");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("link", { name: "New levels" }).click();
  await page.getByRole("button", { name: "Review and publish" }).click();
  await page.getByText("Small letters, digits and hyphens, beginning with a letter").waitFor();
  await page.getByLabel("Code").fill(code);
  await page.getByRole("textbox", { name: "Name" }).fill(title);
  await page.getByRole("combobox", { name: "Kinds" }).fill(kind);
  await page.keyboard.press("Enter");
  const level = page.getByRole("group", { name: "Level 1" });
  await level.getByRole("combobox", { name: "Give it to team" }).fill("carrier-desk");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Add a level" }).click();
  await page
    .getByRole("group", { name: "Level 2" })
    .getByRole("combobox", { name: "Give it to team" })
    .fill("purchasing");
  await page.keyboard.press("Escape");
  await picture(page, "exception-levels-edit");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Review and publish" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Why").fill("Carriers are asked the same day.");
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Publish" }).click();
  await page.waitForURL(/\/exception-levels$/);
  await page.getByRole("link", { name: title }).waitFor();

  const badge = page.getByRole("link", { name: /late exceptions? of your teams/ });
  const counted = async (): Promise<number> => ((await badge.count()) === 0 ? 0 : Number(await badge.innerText()));
  await page.goto("/exceptions");
  const before = await counted();
  await report();
  // The first level is reached at the deadline, which has passed: it is at once with a team of nobody, so everybody is told.
  await expect.poll(async () => (await reported())[0]?.ownerTeam, { timeout: 60_000 }).toBe("carrier-desk");
  await expect.poll(counted, { timeout: 60_000 }).toBeGreaterThan(before);
  await picture(page, "overdue-badge");
  expect(await accessibilityFaults(page)).toEqual([]);
  await badge.click();
  await page.waitForURL(/overdue=true/);
  await page.getByText("The carrier says another weight.").first().waitFor();
  expect(desk.complaints).toEqual([]);
});

test("levels are read and changed on a phone", async () => {
  const phone = await openConsole(browser, PHONE);
  for (const path of ["/exception-levels", `/exception-levels/${code}`]) {
    await phone.page.goto(path);
    await phone.page.getByRole("heading", { level: 1 }).waitFor();
    await phone.page.locator("main .mantine-Skeleton-root").first().waitFor({ state: "detached" });
    await picture(phone.page, `phone-levels-${path.split("/").length}`);
    expect(await accessibilityFaults(phone.page), path).toEqual([]);
    expect(await sidewaysOverflow(phone.page), path).toBeLessThanOrEqual(1);
  }
  expect(phone.complaints).toEqual([]);
  await phone.context.close();
});
