import type { Browser, Page } from "playwright-core";
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

const CODE = "delivery-fulfillment";
const DOCUMENT = `/v1/documents/workflow/${CODE}`;

interface Document {
  publishedVersion: number;
  draft: { revision: number } | null;
}

interface Order {
  id: string;
  fulfillmentOrders: { id: string; state: string; status: string }[];
}

let browser: Browser;
let desk: Console;
/** What was in force before: it is put back, so that the other tests find the floor as it was. */
let before: { version: number; content: object };

beforeAll(async () => {
  browser = await launch();
  desk = await openConsole(browser);
  const { publishedVersion, draft } = await read<Document>(desk.page, DOCUMENT);
  if (draft) await send(desk.page, "DELETE", `${DOCUMENT}/draft`);
  const { content } = await read<{ content: object }>(desk.page, `${DOCUMENT}/versions/${publishedVersion}`);
  before = { version: publishedVersion, content };
});

afterAll(async () => {
  const { page } = desk;
  const { publishedVersion } = await read<Document>(page, DOCUMENT);
  if (publishedVersion !== before.version) {
    const mapping = { "open.giftWrapping": "open.picking" };
    await send(page, "PUT", `${DOCUMENT}/draft`, { content: before.content });
    const published = await write<{ version: number }>(page, `${DOCUMENT}/publish`, {
      note: "As it was.",
      options: { mapping },
    });
    await write(page, `/v1/workflows/${CODE}/migrate`, { toVersion: published.version, mapping });
  }
  await browser?.close();
});

function send(page: Page, method: "PUT" | "DELETE", path: string, body?: object): Promise<number> {
  return page.evaluate(
    async ([verb, to, text]) => {
      const headers = { "content-type": "application/json" };
      return (await fetch(to!, text === "" ? { method: verb! } : { method: verb!, headers, body: text! })).status;
    },
    [method, path, body === undefined ? "" : JSON.stringify(body)],
  );
}

test("a workflow shows how things go, what stands where, and tells of each part in words", async () => {
  const { page } = desk;
  await page.goto("/");
  await page.getByRole("link", { name: "Workflows" }).click();
  await page.getByRole("row").filter({ hasText: "Delivery from a location" }).getByText("in force").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("link", { name: "Delivery from a location" }).click();
  const diagram = page.getByRole("region", { name: "Diagram" });
  await diagram.getByRole("button", { name: /^Picking/ }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("heading", { name: "Picking" }).waitFor();
  await details.getByRole("button", { name: "Pack", exact: true }).click();
  await details.getByText("Accept, reject, pick, pack, ship and hand over").waitFor();
  await picture(page, "workflow");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByText("Outline", { exact: true }).click();
  await page
    .getByRole("navigation", { name: "Outline" })
    .getByRole("button", { name: /^Packed/ })
    .click();
  await details.getByRole("heading", { name: "Packed" }).waitFor();
});

test("a business user puts gift wrapping between pick and pack, checks, publishes, and a new order takes it", async () => {
  const { page } = desk;
  await page.goto(`/changes/workflows/${CODE}`);
  await page.getByRole("link", { name: "Change it" }).click();
  await page.getByRole("heading", { level: 1, name: /^Draft:/ }).waitFor();
  await page.getByRole("button", { name: "Pack: Picking → Packed" }).click();
  await page.getByRole("button", { name: "Add a state in between" }).click();
  await page.getByLabel("Name of the state").fill("Gift wrapping");
  await page.getByLabel("Text of the button, English").last().fill("Gift wrap");
  await page.getByLabel("Text of the button, German").last().fill("Einpacken");
  await page.getByRole("button", { name: "Add a state in between" }).click();

  // The button's form: which paper, and it has to be chosen.
  await page.getByRole("button", { name: "Add a field" }).click();
  await page.getByLabel("Label, English").fill("Paper");
  // Whatever is written freely may be personal, a choice is not, unless somebody says so.
  const personal = page.getByRole("checkbox", { name: "May say something about a person" });
  expect(await personal.isChecked()).toBe(true);
  await page.getByRole("combobox", { name: "Kind" }).click();
  await page.getByRole("option", { name: "Choice" }).click();
  await expect.poll(() => personal.isChecked()).toBe(false);
  await personal.check();
  await page.getByLabel("Option 1, English").fill("Red stars");
  await page.getByLabel("Option 1, German").fill("Rote Sterne");
  await page.getByRole("checkbox", { name: "Must be filled in" }).check();
  await page.getByText("All changes saved").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("checkbox", { name: "Must be filled in", checked: false }).waitFor();
  await page.getByRole("button", { name: "Redo" }).click();
  await page.getByRole("checkbox", { name: "Must be filled in", checked: true }).waitFor();

  // Who waits there may have to go back: until that is said, the check warns of a wait without an end.
  await page
    .getByRole("region", { name: "Diagram" })
    .getByRole("button", { name: /^Gift wrapping/ })
    .click();
  await page.getByRole("button", { name: "Add a transition" }).click();
  await page.getByRole("combobox", { name: "Happens" }).click();
  await page.getByRole("option", { name: "After a time" }).click();
  await page.getByRole("combobox", { name: "To", exact: true }).click();
  await page.getByRole("option", { name: "Packed" }).click();
  await page.getByRole("button", { name: "Add a transition" }).click();
  await page.getByText("All changes saved").waitFor();
  await page.getByRole("button", { name: "After 2 hours: Gift wrapping → Packed" }).waitFor();
  await picture(page, "workflow-draft");
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.getByRole("button", { name: "Review and publish" }).click();
  const dialog = page.getByRole("dialog");
  await dialog
    .getByText(/giftWrapping/)
    .first()
    .waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByLabel("Why").fill("Gift wrap between pick and pack.");
  await picture(page, "workflow-publish");
  await dialog.getByRole("button", { name: "Publish" }).click();
  await page.getByText(`Version ${before.version + 1} in force`).waitFor();

  const version = await read(page, `${DOCUMENT}/versions/${before.version + 1}`);
  expect(JSON.stringify(version)).toContain('"personal":true');

  const work = await captureWork(page);
  await page.goto(`/fulfillment/${work}`);
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByRole("button", { name: "Start picking" }).click();
  await page.getByRole("button", { name: "Gift wrap" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("combobox", { name: "Paper" }).click();
  await page.getByRole("option", { name: "Red stars" }).click();
  await form.getByRole("button", { name: "Gift wrap" }).click();
  await page.getByRole("checkbox").first().click();
  await page.getByRole("button", { name: "Pack" }).click();
  await page.getByRole("button", { name: "Ship", exact: true }).waitFor();
  expect(await read(page, `/v1/fulfillment-orders/${work}`)).toMatchObject({ state: "open.packed" });
});

/** Work that began after the publication. */
async function captureWork(page: Page): Promise<string> {
  const { id } = await write<Order>(page, "/v1/orders", {
    channel: "web",
    externalReference: `WRAP-${Date.now()}`,
    fulfillmentChoices: [
      { id: "home", method: "delivery", address: { city: "Utrecht", country: "NL", latitude: 52.09, longitude: 5.12 } },
    ],
    lines: [{ sku: "STORY-GIFT", quantity: 1, unitPrice: 2900 }],
    tenders: [{ type: "card", amount: 2900 }],
  });
  const order = await read<Order>(page, `/v1/orders/${id}`);
  return order.fulfillmentOrders[0]!.id;
}

test("what cannot be published is told at its place, and the draft is kept", async () => {
  const { page } = desk;
  await page.goto(`/changes/workflows/${CODE}/draft`);
  const diagram = page.getByRole("region", { name: "Diagram" });
  await diagram.getByRole("button", { name: "Open", exact: true }).click();
  await page.getByRole("button", { name: "Add a state inside" }).click();
  await page.getByLabel("Name of the state").last().fill("Lonely");
  await page.getByRole("button", { name: "Add state" }).click();
  const check = page.getByRole("region", { name: "Check" });
  await check
    .getByRole("button", { name: /^Lonely/ })
    .first()
    .waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.reload();
  await check
    .getByRole("button", { name: /^Lonely/ })
    .first()
    .click();
  await page.getByRole("complementary", { name: "Details" }).getByRole("alert").waitFor();
  await page.getByRole("button", { name: "Remove state" }).click();
  await check.waitFor({ state: "hidden" });
});

test("who saves over somebody else's draft is told, and chooses", async () => {
  const { page } = desk;
  await page.goto(`/changes/workflows/${CODE}/draft`);
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Delivery, mine");
  await page.keyboard.press("Enter");
  await page.getByText("All changes saved").waitFor();
  await send(page, "PUT", `${DOCUMENT}/draft`, { content: before.content });
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Delivery, still mine");
  await page.keyboard.press("Enter");
  await page.getByText("Somebody else has saved this draft").waitFor();
  await page.getByRole("button", { name: "Save mine over theirs" }).click();
  await page.getByText("All changes saved").waitFor();
  expect(await read(page, `${DOCUMENT}/draft`)).toMatchObject({ title: "Delivery, still mine" });
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await page.waitForURL(new RegExp(`/changes/workflows/${CODE}$`));
  expect(desk.complaints).toEqual([]);
});

test("workflows fit a phone, where the outline comes first", async () => {
  const phone = await openConsole(browser, PHONE);
  for (const path of ["/changes/workflows", `/changes/workflows/${CODE}`, `/changes/workflows/${CODE}/draft`]) {
    await phone.page.goto(path);
    await phone.page.getByRole("heading", { level: 1 }).waitFor();
    await phone.page.locator("main .mantine-Skeleton-root").first().waitFor({ state: "detached" });
    if (path !== "/changes/workflows") await phone.page.getByRole("navigation", { name: "Outline" }).waitFor();
    expect(await accessibilityFaults(phone.page), path).toEqual([]);
    expect(await sidewaysOverflow(phone.page), `${path} scrolls sideways`).toBeLessThanOrEqual(1);
  }
  await picture(phone.page, "phone-workflow");
  expect(phone.complaints).toEqual([]);
  await phone.context.close();
});
