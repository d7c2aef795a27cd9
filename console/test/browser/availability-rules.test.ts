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

const RULES = "/v1/documents/availability-controls/availability";
const SKU = "STORY-GIFT";
const name = `Gift boxes ${Date.now().toString(36)}`;

let browser: Browser;
let desk: Console;
/** What was in force before: it is put back, so that the other tests find it as it was. */
let before: object;

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

const promised = async (): Promise<number> =>
  (await read<{ items: { quantity: number }[] }>(desk.page, `/v1/availability?channel=kiosk&skus=${SKU}`)).items[0]!
    .quantity;

test("a business user keeps a product from a channel, is told of a tie, sees the effect, and publishes (I5, I6)", async () => {
  const { page } = desk;
  expect(await promised()).toBeGreaterThan(0);
  await page.goto("/inventory");
  await page.getByRole("link", { name: "Availability rules" }).click();
  await page.getByText("Marketplace buffer").waitFor();
  await page.getByText("2 units are kept back at each location").waitFor();
  await picture(page, "availability-rules");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("link", { name: /Change it|Continue the draft/ }).click();
  await page.getByRole("heading", { level: 1, name: "Draft: Availability rules" }).waitFor();

  const rules = page.getByRole("list", { name: "Rules" });
  const rule = (called: string) => rules.getByRole("listitem", { name: called, exact: true });
  /** A new rule that is about the gift box in the kiosk, and forbids it. */
  const forbid = async (called: string): Promise<void> => {
    await page.getByRole("button", { name: "Add a rule" }).click();
    const fresh = rules.getByRole("listitem", { name: /^Rule \d+$/ });
    await fresh.getByRole("textbox", { name: "Name of the rule" }).fill(called);
    await page.keyboard.press("Enter");
    await rule(called).getByRole("combobox", { name: "What it does" }).click();
    await page.getByRole("option", { name: "Do not promise" }).click();
    for (const [limit, text, option] of [
      ["Products", SKU, `Gift box, pine (${SKU})`],
      ["Channels", "kiosk", "Store kiosk"],
    ] as const) {
      await rule(called).getByRole("button", { name: "Only for …" }).click();
      await page.getByRole("menuitem", { name: limit, exact: true }).click();
      await rule(called).getByRole("combobox", { name: limit }).fill(text);
      await page.getByRole("option", { name: option }).click();
      await page.keyboard.press("Escape");
    }
  };
  await forbid(name);
  const effect = page.getByRole("region", { name: "What would change" });
  await effect.getByText(/^1 product loses \d+ units in Store kiosk\.$/).waitFor();
  // On a slow machine the effect on all channels is shown first, from before the rule named one.
  await expect.poll(() => effect.getByText("Gift box, pine").count(), { timeout: 15_000 }).toBe(1);
  await picture(page, "availability-rules-draft");
  expect(await accessibilityFaults(page)).toEqual([]);

  // A column copied from a sheet: what the catalog has is taken, what it has not is named.
  const products = rule(name).getByRole("combobox", { name: "Products" });
  await products.evaluate((field) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "LAM-BEACON-FOREST\r\nNO-SUCH-SKU\r\n");
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  await rule(name).getByText("1 code is not in the catalog: NO-SUCH-SKU").waitFor();
  await rule(name).getByText("(LAM-BEACON-FOREST)", { exact: false }).first().waitFor();
  await effect.getByText(/^2 products lose \d+ units in Store kiosk\.$/).waitFor();
  await effect.getByText("is being worked out", { exact: false }).waitFor({ state: "detached" });
  await picture(page, "availability-rules-pasted");
  expect(await accessibilityFaults(page)).toEqual([]);
  await products.focus();
  await page.keyboard.press("Backspace");
  await rule(name).getByText("(LAM-BEACON-FOREST)", { exact: false }).waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await effect.getByText(/^1 product loses \d+ units in Store kiosk\.$/).waitFor();

  // Until the server has answered for the rules beside it, the effect of the former ones is not told as theirs.
  const { promise: mayAnswer, resolve: letAnswer } = Promise.withResolvers<void>();
  await page.route("**/v1/availability/controls/preview", async (request) => {
    await mayAnswer;
    await request.continue();
  });
  await rule(name).getByRole("combobox", { name: "What it does" }).click();
  await page.getByRole("option", { name: "Promise after all" }).click();
  await effect.getByText("is being worked out", { exact: false }).waitFor();
  expect(await effect.locator("[aria-busy=true]").getByText("1 product loses", { exact: false }).count()).toBe(1);
  letAnswer();
  await effect.getByText("Nothing changes in any channel.").waitFor();
  await effect.getByText("is being worked out", { exact: false }).waitFor({ state: "detached" });
  await page.unroute("**/v1/availability/controls/preview");
  await rule(name).getByRole("combobox", { name: "What it does" }).click();
  await page.getByRole("option", { name: "Do not promise" }).click();

  // A date of which a part is missing is not taken away.
  const until = rule(name).getByLabel("Holds until");
  await until.fill("2099-12-24T18:00");
  await until.blur();
  await rule(name).getByText("2099", { exact: false }).first().waitFor();
  await until.focus();
  await page.keyboard.press("Backspace");
  await until.blur();
  await rule(name).getByText("no whole date", { exact: false }).waitFor();
  await rule(name).getByText("2099", { exact: false }).first().waitFor();
  await until.fill("");
  await until.blur();
  await rule(name).getByText("2099", { exact: false }).waitFor({ state: "detached" });

  await forbid(`${name} again`);
  await rule(`${name} again`).getByText(`ties with the rule “${name}”`, { exact: false }).waitFor();
  await effect.getByText("Mend what is marked first", { exact: false }).waitFor();
  await page.getByRole("button", { name: `Remove: ${name} again` }).click();
  await page.getByText(`ties with the rule`, { exact: false }).waitFor({ state: "detached" });

  await page.getByRole("button", { name: "Review and publish" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(`The rule ${name} is new`, { exact: false }).waitFor();
  await dialog.getByLabel("Why").fill("Only as a present.");
  await dialog.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("heading", { level: 1, name: "Availability rules", exact: true }).waitFor();
  await page.getByText("Only as a present.").first().waitFor();
  expect(await promised()).toBe(0);

  // Undone in one step, with its effect before it happens; and the version as it was brought back.
  const { publishedVersion } = await read<{ publishedVersion: number }>(page, RULES);
  await page.getByRole("button", { name: `Take out: ${name}` }).click();
  await dialog.getByText(/^1 product gains \d+ units in Store kiosk\.$/).waitFor();
  await picture(page, "availability-rule-end");
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByLabel("Why").fill("No present any more.");
  await dialog.getByRole("button", { name: "Take out" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("No present any more.").first().waitFor();
  expect(await promised()).toBeGreaterThan(0);
  await page.getByRole("link", { name: `Version ${publishedVersion}`, exact: true }).click();
  await page.getByRole("button", { name: "Bring this version back" }).click();
  await dialog.getByText(/^1 product loses \d+ units in Store kiosk\.$/).waitFor();
  await dialog.getByLabel("Why").fill("A present after all.");
  await dialog.getByRole("button", { name: "Bring this version back" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("A present after all.").first().waitFor();
  expect(await promised()).toBe(0);
  expect(desk.complaints).toEqual([]);
});

/** Ten units of a product of its own are promised from one location, four of them went over the counter, and 54 come. */
async function sellWhatIsPromised(sku: string): Promise<string> {
  const { page } = desk;
  const [gift] = (
    await read<{ items: { locations: { location: string }[] }[] }>(
      page,
      `/v1/availability?channel=web&skus=${SKU}&locations=true`,
    )
  ).items;
  const { location } = gift!.locations[0]!;
  const move = (kind: string, quantity: number, source: string): Promise<unknown> =>
    write(page, "/v1/stock/movements", {
      items: [{ kind, sku, location, quantity, source, occurredAt: new Date().toISOString() }],
    });
  await put(page, `/v1/skus/${sku}`, { name: "Walnut tray" });
  await move("receipt", 10, "wms");
  const { id } = await write<{ id: string }>(page, "/v1/orders", {
    channel: "web",
    externalReference: sku,
    fulfillmentChoices: [
      { id: "home", method: "delivery", address: { city: "Utrecht", country: "NL", latitude: 52.09, longitude: 5.12 } },
    ],
    lines: [{ sku, quantity: 10, unitPrice: 2900 }],
    tenders: [{ type: "card", amount: 29_000 }],
  });
  await write(page, `/v1/orders/${id}/holds`, { reason: "fraud check" });
  await move("sale", 4, "till");
  await move("receipt", 54, "wms");
  return location;
}

test("a measured buffer is accepted where a short was, kept back in every channel, and withdrawn (I5, I7)", async () => {
  const { page, complaints } = desk;
  const sku = `TRAY-${Date.now().toString(36).toUpperCase()}`;
  await sellWhatIsPromised(sku);
  const promisedOf = async (): Promise<number> =>
    (await read<{ items: { quantity: number }[] }>(page, `/v1/availability?channel=web&skus=${sku}`)).items[0]!
      .quantity;
  const before = await promisedOf();
  await page.goto(`/measured-buffers?sku=${sku}&percent=0`);
  const row = page.getByRole("row").filter({ hasText: sku });
  await row.waitFor();
  await row.getByRole("cell", { name: "4 → 0" }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, "measured-buffers");
  for (const [verb, question] of [
    ["Accept", "Keep back what is proposed?"],
    ["Withdraw", "Keep nothing back any more?"],
  ] as const) {
    await row.getByRole("checkbox").check();
    await page.getByRole("main").getByRole("button", { name: verb, exact: true }).click();
    const dialog = page.getByRole("dialog", { name: question });
    await dialog.getByText("1 position is selected.").waitFor();
    await dialog.getByRole("button", { name: verb, exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
    await expect.poll(promisedOf, { timeout: 10_000 }).toBe(verb === "Accept" ? before - 4 : before);
  }
  expect(complaints).toEqual([]);
});

test("at phone size the rules are read and changed without scrolling sideways", async () => {
  const phone = await openConsole(browser, PHONE);
  for (const path of ["/availability-rules", "/availability-rules/draft"]) {
    await phone.page.goto(path);
    await phone.page.getByText("Vendors report late").first().waitFor();
    if (path.endsWith("draft")) await phone.page.getByRole("button", { name: "Change: Vendors report late" }).click();
    expect(await sidewaysOverflow(phone.page)).toBe(0);
    expect(await accessibilityFaults(phone.page)).toEqual([]);
    await picture(phone.page, path.endsWith("draft") ? "phone-availability-rule" : "phone-availability-rules");
  }
  expect(phone.complaints).toEqual([]);
});
