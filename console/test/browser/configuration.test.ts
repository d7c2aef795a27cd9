import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { put, read, remove, write } from "./ask-api.ts";
import {
  accessibilityFaults,
  type Console,
  launch,
  openConsole,
  PHONE,
  picture,
  sidewaysOverflow,
} from "./open-console.ts";

type Filed = { kind: string; code: string; content: Record<string, unknown> };

const QUEUE = "/v1/documents/task-queue/services";
const fresh = `night-${Date.now().toString(36)}`;

let browser: Browser;
let desk: Console;
let before: object;

const versionOf = async (path: string): Promise<number | null> =>
  (await read<{ publishedVersion: number | null }>(desk.page, path)).publishedVersion;

beforeAll(async () => {
  browser = await launch();
  desk = await openConsole(browser);
  before = (await read<{ content: object }>(desk.page, `${QUEUE}/versions/${await versionOf(QUEUE)}`)).content;
});
afterAll(async () => {
  await put(desk.page, `${QUEUE}/draft`, { content: before }).catch(() => undefined);
  await write(desk.page, `${QUEUE}/publish`, { note: "As it was." }).catch(() => undefined);
  await write(desk.page, `/v1/documents/task-queue/${fresh}/retire`, { note: "As it was." }).catch(() => undefined);
  await browser?.close();
});

test("the configuration goes out as a file; changed and read again it shows what would change, and is published but for what is faulty (W1, N5)", async () => {
  const { page } = desk;
  await page.goto("/imports");
  await page.getByRole("link", { name: "Configuration", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Configuration" }).waitFor();
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as a file" }).click();
  const file = JSON.parse(await readFile(await (await downloading).path(), "utf8")) as { documents: Filed[] };
  const documentOf = (kind: string, code: string) =>
    file.documents.find((each) => each.kind === kind && each.code === code)!;
  const choose = (content: object, name = "configuration.json") =>
    page.getByLabel("Configuration file").setInputFiles({
      name,
      mimeType: "application/json",
      buffer: Buffer.from(JSON.stringify(content)),
    });

  await choose({ nothing: true }, "shopping.json");
  await page.getByText("shopping.json holds no configuration").waitFor();
  await choose(file);
  await page.getByText("What the file says is in force already.").waitFor();

  const queue = documentOf("task-queue", "services");
  queue.content["due"] = "PT9H";
  const broken = documentOf("workflow", "pre-order");
  broken.content["initial"] = "nowhere";
  file.documents.push({ ...queue, code: fresh, content: { ...queue.content, title: "Night desk" } });
  file.documents.push({ kind: "moon-phase", code: "full", content: {} });
  await choose(file);
  await page.getByText("4 documents differ from what is in force.").waitFor();
  const row = (name: string) => page.getByRole("listitem", { name, exact: true });
  await row("Night desk").getByText("New here").waitFor();
  await row("full").getByText("No document of this kind is known here").waitFor();
  await row("Services").getByText("from now on 9 h").waitFor();
  await picture(page, "configuration");
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.getByRole("button", { name: "Publish 3" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Why").fill("From staging.");
  expect(await accessibilityFaults(page)).toEqual([]);
  const former = (await versionOf(QUEUE))!;
  await dialog.getByRole("button", { name: "Publish 3" }).click();
  await row("Services")
    .getByText(`Version ${former + 1} is in force`)
    .waitFor();
  await row("Night desk").getByText("Version 1 is in force").waitFor();
  await page.getByText("Left out").waitFor();
  await picture(page, "configuration-published");
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await versionOf(QUEUE)).toBe(former + 1);

  // What is left is faulty: it can still be mended as a draft.
  await page.getByRole("button", { name: "Save as drafts" }).click();
  await page.getByRole("link", { name: "Open the draft" }).click();
  await page.getByRole("heading", { level: 1, name: /^Draft:/ }).waitFor();
  await remove(page, "/v1/documents/workflow/pre-order/draft");
  expect(desk.complaints).toEqual([]);
});

test("the configuration fits a phone", async () => {
  const phone = await openConsole(browser, PHONE);
  await phone.page.goto("/configuration");
  await phone.page.getByRole("button", { name: "Save as a file" }).waitFor();
  await picture(phone.page, "phone-configuration");
  expect(await accessibilityFaults(phone.page)).toEqual([]);
  expect(await sidewaysOverflow(phone.page)).toBeLessThanOrEqual(1);
  await phone.context.close();
});
