import { createHmac } from "node:crypto";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
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

let browser: Browser;
let desk: Console;
/** By which the source believes its events. */
let secret: string;
const title = `Fraud ${Date.now().toString(36)}`;
const code = title.toLowerCase().replace(" ", "-");

beforeAll(async () => {
  browser = await launch();
  desk = await openConsole(browser);
});

afterAll(async () => {
  await browser?.close();
});

const capture = (): Promise<{ id: string; number: number }> =>
  write(desk.page, "/v1/orders", {
    channel: "web",
    externalReference: `DOUBT-${crypto.randomUUID().slice(0, 8)}`,
    fulfillmentChoices: [{ id: "home", method: "delivery", address: { city: "Utrecht", country: "NL" } }],
    lines: [{ sku: "STORY-GIFT", quantity: 1, unitPrice: 2900 }],
    tenders: [{ type: "card", amount: 2900 }],
  });

const bodyOf = (id: string, order: number, score: number | string) =>
  JSON.stringify({ id, type: "score.changed", time: new Date().toISOString(), data: { order, score } });

/** As the other system sends it, by Standard Webhooks. */
async function send(id: string, body: string): Promise<number> {
  const at = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${at}.${body}`).digest("base64");
  const response = await fetch(`${inject("url")}/v1/inbound/${code}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": at,
      "webhook-signature": `v1,${signature}`,
    },
    body,
  });
  return response.status;
}

test("a source is drafted, tried on a sample, published, given a secret, and its events are followed and mended (W5)", async () => {
  const { page } = desk;
  const { id, number } = await capture();
  await page.goto("/connections");
  await page.getByRole("link", { name: "Incoming events" }).click();
  await page.getByRole("button", { name: "New source" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(title);
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Begin" }).click();
  await page.getByRole("heading", { level: 1, name: `Draft: ${title}` }).waitFor();

  await page.getByRole("button", { name: "Add a field" }).click();
  await page.getByLabel("Field", { exact: true }).nth(1).fill("score");
  await page.getByLabel("Its place").nth(1).fill("/data/score");
  await page.getByRole("button", { name: "Add a rule" }).click();
  const rule = page.getByRole("listitem", { name: /Rule 1$/ });
  await rule.getByLabel("On events for which").fill("event.fields.sco");
  await page.getByRole("option", { name: "event.fields.score" }).click();
  await page.keyboard.type(" > 80.0");
  await page.keyboard.press("Tab");
  await page.getByLabel("Body of an event").fill(bodyOf("evt-0", number, 12));
  await page.getByText("It would be kept and ignored").waitFor();
  await page.getByLabel("Body of an event").fill(bodyOf("evt-0", number, 93));
  await page.getByText("The rule “Rule 1” decides").waitFor();
  await rule.getByLabel("Value").fill("fraud");
  await page.keyboard.press("Enter");
  await page.getByText("All changes saved").waitFor();
  await picture(page, "source-draft");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Review and publish" }).click();
  await dialog.getByLabel("Why").fill("First version.");
  await dialog.getByRole("button", { name: "Publish" }).click();
  await page.getByText("No secret: nothing is believed").waitFor();
  await page.getByRole("button", { name: "Give it a secret" }).click();
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Make a secret" }).click();
  secret = await page.getByText(/^whsec_/).innerText();
  await page.getByRole("button", { name: "I have kept it" }).click();
  await page.getByText("secret since").waitFor();

  expect(await send("evt-1", bodyOf("evt-1", number, 93))).toBe(202);
  await page.getByText("Applied", { exact: true }).first().waitFor();
  expect(await send("evt-2", bodyOf("evt-2", number, 5))).toBe(202);
  await page.getByText("Ignored", { exact: true }).first().waitFor();
  await picture(page, "source");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("row").filter({ hasText: "Applied" }).getByRole("link").first().click();
  await page.getByText('"score": 93').waitFor();
  await picture(page, "inbound-event");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("link", { name: "Open the order" }).click();
  await page.waitForURL(new RegExp(`/orders/${id}$`));
  await page.getByText(/fraud/i).first().waitFor();

  // What was ignored is read again by the rules that are in force now.
  await page.goto(`/connections/sources/${code}?state=ignored`);
  await page.getByRole("link", { name: "score.changed" }).click();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Try again" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByRole("heading", { level: 1 }).waitFor();
  expect(desk.complaints).toEqual([]);
});

test("an event that the rules cannot read is parked; once they are mended it is tried again and applied (W5, W7)", async () => {
  const { page } = desk;
  const { id, number } = await capture();
  expect(await send("evt-3", bodyOf("evt-3", number, "high"))).toBe(202);
  await page.goto(`/connections/sources/${code}?state=parked`);
  await page.getByRole("link", { name: "score.changed" }).click();
  await page.getByText("Parked", { exact: true }).first().waitFor();
  await picture(page, "inbound-event-parked");
  expect(await accessibilityFaults(page)).toEqual([]);
  const event = page.url();
  const { jobId } = await read<{ jobId: string }>(page, `/v1/inbound-events/${event.split("/").pop()}`);
  const exceptions = async () => (await read<{ data: object[] }>(page, `/v1/exceptions?entityId=${jobId}`)).data;
  expect(await exceptions()).toHaveLength(1);
  await page.goto(`/connections/sources/${code}/draft`);
  await page.getByLabel("On events for which").fill('event.fields.score == "high"');
  await page.keyboard.press("Tab");
  await page.getByText("All changes saved").waitFor();
  await page.getByRole("button", { name: "Review and publish" }).click();
  await page.getByRole("dialog").getByLabel("Why").fill("They tell it in words now.");
  await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  await page.getByText("Version 2 in force").waitFor();

  await page.goto(event);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Try again" }).click();
  await page.getByText("Applied", { exact: true }).first().waitFor();
  expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
  const order = await read<{ holds: { reason: string; releasedAt: string | null }[] }>(page, `/v1/orders/${id}`);
  expect(order.holds).toMatchObject([{ reason: "fraud", releasedAt: null }]);
  expect(await exceptions()).toEqual([]);
  expect(desk.complaints).toEqual([]);
});

test("incoming events fit a phone", async () => {
  const phone = await openConsole(browser, PHONE);
  for (const path of ["/connections/sources", `/connections/sources/${code}`, `/connections/sources/${code}/draft`]) {
    await phone.page.goto(path);
    await phone.page.getByRole("heading", { level: 1 }).waitFor();
    await phone.page.locator("main .mantine-Skeleton-root").first().waitFor({ state: "detached" });
    await picture(phone.page, `phone-source-${path.split("/").length}`);
    expect(await accessibilityFaults(phone.page), path).toEqual([]);
    expect(await sidewaysOverflow(phone.page), `${path} scrolls sideways`).toBeLessThanOrEqual(1);
  }
  expect(phone.complaints).toEqual([]);
  await phone.context.close();
});
