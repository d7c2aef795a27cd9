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

interface Sku {
  name: string;
  weightGrams: number | null;
  attributes: Record<string, unknown>;
  active: boolean;
}

interface Location {
  name: string;
  calendar: {
    openingHours?: Record<string, { from: string; to: string }[]>;
    cutOffs?: Record<string, string>;
    exceptions?: { on: string; closed?: boolean; note?: string }[];
  };
}

let browser: Browser;
let desk: Console;
/** Tests can be repeated on the same server. */
const run = Date.now().toString(36).toUpperCase();

beforeAll(async () => {
  browser = await launch();
  desk = await openConsole(browser);
});

afterAll(async () => {
  await browser?.close();
});

test("a SKU is created, its wrong GTIN is told at its field, and it is found, changed and deactivated", async () => {
  const { page } = desk;
  const code = `BROWSER-${run}`;
  await page.goto("/catalog");
  await page.getByRole("row").nth(10).waitFor();
  await picture(page, "catalog");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("link", { name: "New SKU" }).click();
  await page.getByRole("textbox", { name: "Name" }).first().fill("Kettle, copper");
  await page.getByRole("textbox", { name: "SKU", exact: true }).fill(code);
  await page.getByRole("textbox", { name: "GTIN" }).first().fill("4006381333932");
  await page.getByRole("textbox", { name: "Weight" }).fill("1250");
  await page.getByRole("button", { name: "Add attribute" }).click();
  await page.getByPlaceholder("Name", { exact: true }).fill("material");
  await page.getByPlaceholder("Value").fill("copper");
  await page.getByRole("button", { name: "Create SKU" }).click();
  await page.locator("input[aria-invalid=true]:focus").waitFor();
  expect(await page.locator("input:focus").getAttribute("data-path")).toBe("gtin");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("textbox", { name: "GTIN" }).first().fill("4006381333931");
  await page.getByRole("button", { name: "Create SKU" }).click();
  await page.getByRole("heading", { level: 1, name: "Kettle, copper" }).waitFor();
  expect(await read<Sku>(page, `/v1/skus/${code}`)).toMatchObject({
    weightGrams: 1250,
    attributes: { material: "copper" },
  });
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByRole("textbox", { name: "Name" }).first().fill("Kettle, brass");
  await page.getByText("Unsaved changes").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { level: 1, name: "Kettle, brass" }).waitFor();
  await page.getByRole("button", { name: "Deactivate" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Deactivate" }).click();
  await page.getByRole("main").getByText("Inactive").waitFor();
  expect(await read<Sku>(page, `/v1/skus/${code}`)).toMatchObject({ name: "Kettle, brass", active: false });
  expect(await accessibilityFaults(page)).toEqual([]);
});

test("a code that is taken is told at its field, and what is there stays as it is", async () => {
  const { page } = desk;
  await page.goto("/new/sku");
  await page.getByRole("textbox", { name: "Name" }).first().fill("Overwritten");
  await page.getByRole("textbox", { name: "SKU", exact: true }).fill("STORY-GIFT");
  await page.getByRole("button", { name: "Create SKU" }).click();
  await page.getByText("There is a SKU with this code already").waitFor();
  expect((await read<Sku>(page, "/v1/skus/STORY-GIFT")).name).not.toBe("Overwritten");
  await page.goto("about:blank");
});

test("a location is created with hours, cut-off and a special day; leaving it half entered asks first", async () => {
  const { page } = desk;
  const code = `BROWSER-${run}`;
  await page.goto("/locations");
  await page.getByRole("link", { name: "New location" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Browser store");
  await page.getByRole("link", { name: "Today" }).click();
  await page.getByRole("dialog").getByText("Leave without saving?").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Keep editing" }).click();
  expect(await page.getByRole("textbox", { name: "Name" }).inputValue()).toBe("Browser store");
  await page.getByRole("textbox", { name: "Code", exact: true }).fill(code);
  await page.getByRole("group", { name: "Monday" }).getByLabel("Closes").fill("8");
  await page.getByRole("group", { name: "Monday" }).getByLabel("Cut-off").fill("1430");
  await page.getByRole("button", { name: "Add a special day" }).click();
  const special = page.getByRole("group", { name: "Special days" });
  await special.getByLabel("Day", { exact: true }).last().fill("2027-12-25");
  await special.getByPlaceholder("Note").fill("Christmas");
  await page.getByRole("button", { name: "Create location" }).click();
  // It closes before it opens: the server says so, and the reader stands at the field.
  await page.locator("input[aria-invalid=true]:focus").waitFor();
  expect(await page.locator("input:focus").getAttribute("data-path")).toBe("calendar.openingHours.mon.0.to");
  await picture(page, "location-edit");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.locator("input:focus").fill("18.30");
  await page.getByRole("button", { name: "Create location" }).click();
  await page.getByRole("heading", { level: 1, name: "Browser store" }).waitFor();
  await page.getByText("In no network: it gets no orders").waitFor();
  expect((await read<Location>(page, `/v1/locations/${code}`)).calendar).toMatchObject({
    openingHours: { mon: [{ from: "09:00", to: "18:30" }], sun: [] },
    cutOffs: { mon: "14:30" },
    exceptions: [{ on: "2027-12-25", closed: true, note: "Christmas" }],
  });
});

test("who saves over somebody else's change is told, and can look at it", async () => {
  const { page, context } = await openConsole(browser);
  const code = "ST-BRISTOL";
  await page.goto(`/locations/${code}/edit`);
  await page.getByRole("textbox", { name: "Name" }).waitFor();
  const { name } = await read<Location>(page, `/v1/locations/${code}`);
  await page.evaluate(
    ([path, note]) =>
      fetch(path!, {
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ externalId: note }),
      }),
    [`/v1/locations/${code}`, run],
  );
  await page.getByRole("textbox", { name: "Name" }).fill("Somebody else's");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Show the current version" }).click();
  await page.getByRole("button", { name: "Show the current version" }).waitFor({ state: "hidden" });
  expect(await page.getByLabel("External ID").inputValue()).toBe(run);
  expect(await page.getByRole("textbox", { name: "Name" }).inputValue()).toBe(name);
  await context.close();
});

test("set-up screens fit a phone and have no fault that axe calls serious, in light and in dark", async () => {
  const phone = await openConsole(browser, PHONE);
  for (const path of [
    "/catalog",
    "/catalog/STORY-GIFT",
    "/catalog/STORY-GIFT/edit",
    "/locations/ST-BRISTOL/edit",
    "/new/location",
  ]) {
    await phone.page.goto(path);
    await phone.page.getByRole("heading", { level: 1 }).waitFor();
    await phone.page.locator("main .mantine-Skeleton-root").first().waitFor({ state: "detached" });
    expect(await accessibilityFaults(phone.page), path).toEqual([]);
    expect(await sidewaysOverflow(phone.page), `${path} scrolls sideways`).toBeLessThanOrEqual(1);
  }
  expect(phone.complaints).toEqual([]);
  await phone.context.close();
});
