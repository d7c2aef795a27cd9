import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Database, openDatabase } from "../../../server/src/platform/db/database.ts";
import { put, read, write } from "./ask-api.ts";
import { accessibilityFaults, type Console, launch, openConsole, picture } from "./open-console.ts";

let browser: Browser;
let desk: Console;
let database: Database;

beforeAll(async () => {
  browser = await launch();
  desk = await openConsole(browser);
  database = openDatabase({ url: inject("databaseUrl"), connections: 1, applicationName: "test" });
});

afterAll(async () => {
  await database?.close();
  await browser?.close();
});

interface Document {
  publishedVersion: number;
  offeredVersion: number | null;
}

const contentOf = async (path: string, version: number) =>
  (await read<{ content: Record<string, unknown> }>(desk.page, `${path}/versions/${version}`)).content;

/** It was changed here; then a release comes that has a newer one. */
async function offerNewer(
  [kind, code]: readonly [string, string],
  ours: (content: Record<string, unknown>) => object,
  theirs: (content: Record<string, unknown>) => object,
): Promise<number> {
  const path = `/v1/documents/${kind}/${code}`;
  const { publishedVersion } = await read<Document>(desk.page, path);
  const content = await contentOf(path, publishedVersion);
  await put(desk.page, `${path}/draft`, { content: ours(content) });
  await write(desk.page, `${path}/publish`, { note: "Ours." });
  await database.pool.query(
    "update platform.documents set offered_content = $3::json, shipped_version = coalesce(shipped_version, 0) + 1 where kind = $1 and code = $2",
    [kind, code, JSON.stringify(theirs(content))],
  );
  return publishedVersion + 1;
}

test("a newer message template that a release brought is seen, taken as a draft, compared and put in force (W1, N6)", async () => {
  const { page } = desk;
  const name = ["message-template", "cancelled-en"] as const;
  const version = await offerNewer(
    name,
    (content) => ({ ...content, title: "Cancelled, by us" }),
    (content) => ({ ...content, subject: "We have cancelled what you ordered" }),
  );
  await page.goto("/message-templates");
  await page
    .getByRole("row", { name: /Cancelled, by us/ })
    .getByText("Newer one offered")
    .waitFor();
  await page.getByRole("link", { name: "Cancelled, by us" }).click();
  await page.getByText("A release of Orrery brought a newer version.").waitFor();
  await picture(page, "template-offer");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Take it as a draft" }).click();
  await page.getByRole("heading", { level: 1, name: /^Draft:/ }).waitFor();
  await page.getByRole("button", { name: "Review and publish" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/We have cancelled what you ordered/).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByLabel("Why").fill("As the release has it.");
  await dialog.getByRole("button", { name: "Publish" }).click();
  await page
    .getByText(`Version ${version + 1} in force`)
    .first()
    .waitFor();
  await page.getByText("A release of Orrery brought a newer version.").waitFor({ state: "detached" });
  const path = `/v1/documents/${name.join("/")}`;
  expect(await read<Document>(page, path)).toMatchObject({ publishedVersion: version + 1, offeredVersion: null });
  expect(await contentOf(path, version + 1)).toMatchObject({ subject: "We have cancelled what you ordered" });
  expect(desk.complaints).toEqual([]);
});

test("a newer workflow waits while a draft is open, is taken then, or is declined and does not come back (W1, N6)", async () => {
  const { page } = desk;
  const name = ["workflow", "service-order"] as const;
  const path = `/v1/documents/${name.join("/")}`;
  type Workflow = { meta: { title: string } };
  const titled = (title: string) => (content: Record<string, unknown>) => ({
    ...content,
    meta: { ...(content as unknown as Workflow).meta, title },
  });
  const version = await offerNewer(name, titled("Service, by us"), titled("Service, newer"));
  await put(page, `${path}/draft`, { content: titled("Service, begun")(await contentOf(path, version)) });
  await page.goto(`/changes/workflows/${name[1]}`);
  await page.getByText("Publish or discard the open draft before you take it").waitFor();
  expect(await page.getByRole("button", { name: "Take it as a draft" }).isDisabled()).toBe(true);
  await page.getByRole("link", { name: "Continue the draft" }).click();
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await page.getByRole("button", { name: "Take it as a draft", disabled: false }).click();
  await page.getByRole("heading", { level: 1, name: "Draft: Service, newer" }).waitFor();
  await page.getByRole("button", { name: "Review and publish" }).click();
  await page.getByRole("dialog").getByLabel("Why").fill("As the release has it.");
  await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  await page
    .getByText(`Version ${version + 1} in force`)
    .first()
    .waitFor();
  expect(await read<Document>(page, path)).toMatchObject({ publishedVersion: version + 1, offeredVersion: null });

  await offerNewer(name, titled("Service, ours again"), titled("Service, newest"));
  await page.reload();
  await page.getByRole("button", { name: "Not wanted" }).click();
  await page.getByRole("button", { name: "Not wanted" }).waitFor({ state: "detached" });
  expect(await read<Document>(page, path)).toMatchObject({ publishedVersion: version + 2, offeredVersion: null });
  expect(desk.complaints).toEqual([]);
});
