import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { put, read, write } from "./ask-api.ts";
import {
  accessibilityFaults,
  type Console,
  launch,
  openConsole,
  PHONE,
  picture,
  sidewaysOverflow,
} from "./open-console.ts";

const RULES = "/v1/documents/workflow-selection/order";
const title = `Gold ${Date.now().toString(36)}`;

let browser: Browser;
let desk: Console;
/** What was in force before: it is put back, so that the other tests find it as it was. */
let before: object;

interface Order {
  id: string;
  number: number;
}

beforeAll(async () => {
  browser = await launch();
  desk = await openConsole(browser);
  const { publishedVersion } = await read<{ publishedVersion: number }>(desk.page, RULES);
  before = (await read<{ content: object }>(desk.page, `${RULES}/versions/${publishedVersion}`)).content;
});

afterAll(async () => {
  if (before) {
    await put(desk.page, `${RULES}/draft`, { content: before });
    await write(desk.page, `${RULES}/publish`, { note: "As it was." }).catch(() => undefined);
  }
  await browser?.close();
});

const capture = (tier: string): Promise<Order> =>
  write(desk.page, "/v1/orders", {
    channel: "web",
    externalReference: `TIER-${crypto.randomUUID().slice(0, 8)}`,
    customer: { name: `Tess ${title}`, tier },
    fulfillmentChoices: [{ id: "home", method: "delivery", address: { city: "Utrecht", country: "NL" } }],
    lines: [{ sku: "STORY-GIFT", quantity: 1, unitPrice: 2900 }],
    tenders: [{ type: "card", amount: 2900 }],
  });

test("a workflow is begun as a copy, tried on a real order that shows its way, and published (W1, X5)", async () => {
  const { page } = desk;
  const { number } = await capture("silver");
  await page.goto("/changes/workflows");
  await page.getByRole("button", { name: "New workflow" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(title);
  await dialog.getByRole("combobox", { name: "Begins as" }).click();
  await page.getByRole("option", { name: "Standard order" }).click();
  await picture(page, "workflow-new");
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Begin" }).click();
  await page.getByRole("heading", { level: 1, name: `Draft: ${title}` }).waitFor();

  await page.getByRole("button", { name: "Try on an order" }).click();
  await dialog.getByRole("combobox", { name: "Real order" }).fill(String(number));
  await page.getByRole("option", { name: new RegExp(`^${number} `) }).click();
  await dialog.getByText("Would stand in").waitFor();
  await dialog.getByRole("heading", { name: "Its way", exact: true }).waitFor();
  await dialog.getByText("Create fulfillment orders").waitFor();
  await dialog.getByText(/STORY-GIFT in .*, promised \+1/).waitFor();
  await picture(page, "workflow-try");
  expect(await accessibilityFaults(page)).toEqual([]);
  // What could happen to it next is tried too.
  await dialog.getByRole("button", { name: "Cancel", exact: true }).click();
  await dialog.getByText("Cancel units").first().waitFor();
  await dialog.getByRole("status").getByText("Cancelled").first().waitFor();
  await dialog.getByRole("button", { name: "Take the last one back" }).click();
  await dialog.getByRole("button", { name: "Close" }).click();

  await page.getByRole("button", { name: "Review and publish" }).click();
  await dialog.getByText("There is nothing in force yet").waitFor();
  await dialog.getByLabel("Why").fill("For our best customers.");
  await dialog.getByRole("button", { name: "Publish" }).click();
  await page.getByText("Version 1 in force").first().waitFor();
});

test("a business user lets gold customers get it, sees why on a real order, and publishes", async () => {
  const { page } = desk;
  const gold = await capture("gold");
  await page.goto("/changes/workflows");
  await page.getByRole("link", { name: "Which one is used" }).click();
  await page.getByRole("link", { name: "Workflows of orders" }).click();
  await page.getByRole("heading", { name: "Rules, tried in this order" }).waitFor();
  await picture(page, "choice");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("link", { name: /Change it|Continue the draft/ }).click();
  // The page that is left has such a field too.
  await page.getByRole("heading", { level: 1, name: /^Draft: / }).waitFor();
  await page.getByRole("combobox", { name: "Real order" }).fill(String(gold.number));
  await page.getByRole("option", { name: new RegExp(`^${gold.number} `) }).click();
  await page.getByRole("status").getByText("Standard order").first().waitFor();

  await page.getByRole("button", { name: "Add a rule" }).click();
  const rules = page.getByRole("list", { name: "Rules, tried in this order" });
  const rule = () => rules.getByRole("listitem", { name: /Gold customers/ });
  const fresh = rules.getByRole("listitem", { name: /Rule \d+$/ });
  await fresh.getByLabel("Name of the rule").fill("Gold customers");
  await page.keyboard.press("Enter");
  await rule().getByRole("button", { name: "Add a condition" }).click();
  await rule().getByRole("combobox", { name: "When" }).click();
  await page.getByRole("option", { name: "Customer tier" }).click();
  await rule().getByLabel("is one of").fill("gold");
  await page.keyboard.press("Enter");
  await rule().getByRole("combobox", { name: "Then this workflow" }).click();
  await page.getByRole("option", { name: title }).click();
  // The last rule never gets to decide: it has to come first.
  while (
    await rule()
      .getByRole("button", { name: /^Earlier/ })
      .isEnabled()
  )
    await rule()
      .getByRole("button", { name: /^Earlier/ })
      .click();
  await page.getByText("The rule “Gold customers” decides.").waitFor();
  await page.getByText("All changes saved").waitFor();
  await picture(page, "choice-draft");
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.getByRole("button", { name: "Review and publish" }).click();
  await page.getByRole("dialog").getByText("The rule Gold customers is new").waitFor();
  await page.getByRole("dialog").getByLabel("Why").fill("Gold first.");
  await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  await page.getByRole("heading", { level: 1, name: "Workflows of orders", exact: true }).waitFor();

  const { id } = await capture("gold");
  const tried = await write<{ now: string }>(page, "/v1/workflow-selections/try", { content: before, order: id });
  expect(tried.now).toMatch(/^gold-/);
  expect(desk.complaints).toEqual([]);
});

test("a search that fails says so and is tried again; a lost connection takes away nothing that was entered", async () => {
  const { page, context } = await openConsole(browser);
  const { number } = await capture("silver");
  let streams = 0;
  const { promise: mayReturn, resolve: letReturn } = Promise.withResolvers<void>();
  await page.route("**/v1/events/stream*", async (route) => {
    if (++streams === 1) return route.abort();
    await mayReturn;
    return route.continue();
  });
  await page.goto("/changes/choices/order/draft");
  const order = page.getByRole("combobox", { name: "Real order" });
  // A condition without a value is not saved yet: it stands only here.
  const begun = page.getByRole("listitem", { name: /^1\. / }).getByRole("combobox", { name: "When" });
  await page.getByRole("button", { name: "Add a condition" }).first().click();
  await begun.nth(1).waitFor();
  let isDown = true;
  await page.route(/\/v1\/orders\?.*query=/, (route) => (isDown ? route.abort() : route.continue()));
  await order.fill(String(number));
  await page.getByRole("alert").getByText("The server cannot be reached").waitFor();
  // Who goes on to the button by keyboard leaves the field: what was typed stays.
  await page.keyboard.press("Tab");
  await picture(page, "choose-order-failed");
  expect(await accessibilityFaults(page)).toEqual([]);
  isDown = false;
  // The stream of events comes back: whatever is only shown is read again.
  const readAgain = page.waitForResponse((response) => new URL(response.url()).pathname === RULES);
  letReturn();
  await readAgain;
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor({ state: "detached" });
  await order.click();
  await page.getByRole("option", { name: new RegExp(`^${number} `) }).click();
  await page.getByRole("status").getByText("Standard order").first().waitFor();
  expect(await begun.count()).toBe(2);
  await context.close();
});

test("a workflow in which orders are under way is not withdrawn, and their number is told", async () => {
  const { page } = desk;
  await put(page, `${RULES}/draft`, { content: before });
  await write(page, `${RULES}/publish`, { note: "As it was." });
  await page.goto("/changes/workflows");
  await page.getByRole("link", { name: title }).click();
  await page.getByRole("button", { name: "Withdraw" }).click();
  await page.getByRole("dialog").getByLabel("Why").fill("Not needed.");
  await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
  await page.getByText(/1 is still under way in it/).waitFor();
  await picture(page, "workflow-retire");
  expect(await accessibilityFaults(page)).toEqual([]);
});

test("the rules fit a phone", async () => {
  const phone = await openConsole(browser, PHONE);
  for (const path of ["/changes/choices", "/changes/choices/order", "/changes/choices/order/draft"]) {
    await phone.page.goto(path);
    await phone.page.getByRole("heading", { level: 1 }).waitFor();
    await phone.page.locator("main .mantine-Skeleton-root").first().waitFor({ state: "detached" });
    await picture(phone.page, `phone-choice-${path.split("/").length}`);
    expect(await accessibilityFaults(phone.page), path).toEqual([]);
    expect(await sidewaysOverflow(phone.page), `${path} scrolls sideways`).toBeLessThanOrEqual(1);
  }
  expect(phone.complaints).toEqual([]);
  await phone.context.close();
});
