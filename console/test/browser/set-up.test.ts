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

test("a network is made of locations, and a channel is served by it", async () => {
  const { page } = desk;
  const code = `browser-${run.toLowerCase()}`;
  await page.goto("/networks");
  await page.getByRole("row").nth(1).waitFor();
  await page.getByRole("link", { name: "New network" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Harbor towns");
  await page.getByRole("textbox", { name: "Code", exact: true }).fill(code);
  await page.getByPlaceholder("Name, code or city …").fill("Bristol");
  await page.getByRole("checkbox", { name: /Bristol Harbourside/ }).check();
  await page.getByText("1 chosen").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Create network" }).click();
  await page.getByRole("row").filter({ hasText: "Harbor towns" }).getByText("Bristol Harbourside").waitFor();
  await page.getByRole("link", { name: "Channels", exact: true }).last().click();
  await page.getByRole("link", { name: "New channel" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Harbor shop");
  await page.getByRole("textbox", { name: "Code", exact: true }).fill(code);
  await page.getByRole("textbox", { name: "Brand" }).fill("Harbor & Pine");
  await page.getByRole("textbox", { name: "Market" }).fill("GB");
  await page.getByRole("combobox", { name: "Currency" }).fill("pound");
  await page.getByRole("option", { name: /GBP/ }).click();
  await page.getByRole("combobox", { name: "Served by" }).fill("Harbor towns");
  await page.getByRole("option", { name: /Harbor towns/ }).click();
  await page.getByRole("radio", { name: "Let the line wait" }).check();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Create channel" }).click();
  await page.getByRole("row").filter({ hasText: "Harbor shop" }).first().waitFor();
  expect(await read(page, `/v1/channels/${code}`)).toMatchObject({
    network: code,
    currency: "GBP",
    whenUnavailable: "backorder",
  });
  await page.goto(`/networks/${code}`);
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  // It still serves a channel: the refusal stands in the dialog.
  await page.getByRole("dialog").getByRole("alert").waitFor();
});

test("a role is a set of permissions, a person gets it for one store, and can be disabled", async () => {
  const { page } = desk;
  const code = `browser-${run.toLowerCase()}`;
  await page.goto("/access/roles");
  await page.getByRole("row").nth(5).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("link", { name: "New role" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(`Night shift ${run}`);
  await page.getByRole("textbox", { name: "Code" }).fill(code);
  await page.getByRole("group", { name: "Fulfillment" }).getByRole("checkbox").first().check();
  await page.getByRole("checkbox", { name: "See stock, its movements and what is short" }).check();
  await page.getByRole("button", { name: "Create role" }).click();
  await page.getByRole("row").filter({ hasText: code }).getByText("4", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Users", exact: true }).click();
  await page.getByRole("link", { name: "New user" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Nina Night");
  await page.getByRole("textbox", { name: "E-mail" }).fill(`${code}@example.com`);
  await page.getByLabel("First password").fill("short");
  await page.getByRole("checkbox", { name: new RegExp(`Night shift ${run}`) }).check();
  await page.getByRole("radio", { name: "Only these locations" }).check();
  await page.getByRole("combobox", { name: "Locations" }).fill("Bristol");
  await page.getByRole("option", { name: "Bristol Harbourside" }).click();
  await page.getByRole("button", { name: "Create user" }).click();
  await page.locator("input[aria-invalid=true]:focus").waitFor();
  await page.getByLabel("First password").fill("long enough for anybody");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Create user" }).click();
  await page.getByRole("link", { name: "Nina Night" }).last().click();
  await page.getByRole("button", { name: "Disable" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
  await page.getByRole("main").getByText("Disabled").waitFor();
  const { data } = await read<{ data: { email: string; disabled: boolean; locationCodes: string[] }[] }>(
    page,
    "/v1/users?limit=200",
  );
  expect(data.find(({ email }) => email === `${code}@example.com`)).toMatchObject({
    disabled: true,
    locationCodes: ["ST-BRISTOL"],
  });
});

test("an API key is shown once, works, and stops working when it is revoked; the audit names all of it", async () => {
  const { page } = desk;
  const name = `Browser ${run}`;
  await page.goto("/new/key");
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByText("Choose at least one permission").waitFor();
  await page.getByRole("checkbox", { name: "See SKUs and categories" }).check();
  await page.getByRole("button", { name: "Create key" }).click();
  const dialog = page.getByRole("dialog");
  const secret = await dialog.locator("code").first().innerText();
  expect(await accessibilityFaults(page)).toEqual([]);
  const answers = (path: string) =>
    page.evaluate(
      async ([to, key]) =>
        (await fetch(to!, { headers: { authorization: `Bearer ${key}` }, credentials: "omit" })).status,
      [path, secret],
    );
  expect(await answers("/v1/skus")).toBe(200);
  expect(await answers("/v1/orders")).toBe(403);
  await dialog.getByRole("button", { name: "I have kept it" }).click();
  await page.getByRole("button", { name }).click();
  await dialog.getByText("See SKUs and categories").waitFor();
  expect(await page.content()).not.toContain(secret);
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await dialog.getByText("It cannot be undone", { exact: false }).waitFor();
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("row").filter({ hasText: name }).getByText("Revoked").waitFor();
  expect(await answers("/v1/skus")).toBe(401);
  await page.getByRole("link", { name: "Who did what" }).click();
  await page.getByRole("row").filter({ hasText: "API key revoked" }).first().waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
});

test("set-up screens fit a phone and have no fault that axe calls serious, in light and in dark", async () => {
  const phone = await openConsole(browser, PHONE);
  for (const path of [
    "/catalog",
    "/catalog/STORY-GIFT",
    "/catalog/STORY-GIFT/edit",
    "/locations/ST-BRISTOL/edit",
    "/new/location",
    "/channels",
    "/channels/web",
    "/networks",
    "/new/network",
    "/access/users",
    "/new/user",
    "/access/roles/planner",
    "/access/keys",
    "/new/key",
    "/access/audit",
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
