import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MailServer, openMailServer } from "../../../server/test/harness/mail-server.ts";
import { write } from "./ask-api.ts";
import {
  accessibilityFaults,
  type Console,
  DESKTOP,
  launch,
  openConsole,
  PHONE,
  picture,
  sidewaysOverflow,
} from "./open-console.ts";
import { serveOrrery, type Served } from "./serve-demo.ts";

/** Its own server: only this one sends mail, to a real mail server on this machine. */
let mail: MailServer;
let served: Served;
let browser: Browser;
let desk: Console;

beforeAll(async () => {
  mail = await openMailServer();
  served = await serveOrrery({
    ORRERY_SMTP_URL: mail.url,
    ORRERY_MAIL_FROM: "orders@shop.example",
    ORRERY_PUBLIC_URL: "https://orders.shop.example",
  });
  browser = await launch();
  desk = await openConsole(browser, DESKTOP, served.url);
});

afterAll(async () => {
  await browser?.close();
  await served?.stop();
  await mail?.close();
});

/** An order of a German-speaking customer that has left, with the customer's address. */
async function ship(page: Page, name: string): Promise<{ number: number; email: string }> {
  const email = `${crypto.randomUUID().slice(0, 8)}@customers.example`;
  const order = await write<{ number: number; fulfillmentOrders: { id: string }[] }>(page, "/v1/orders", {
    channel: "web",
    externalReference: `LETTER-${crypto.randomUUID().slice(0, 8)}`,
    customer: { name, email },
    fulfillmentChoices: [{ id: "home", method: "delivery", address: { city: "Berlin", country: "DE" } }],
    lines: [{ sku: "STORY-GIFT", quantity: 1, unitPrice: 2900 }],
    tenders: [{ type: "card", amount: 2900 }],
  });
  const work = `/v1/fulfillment-orders/${order.fulfillmentOrders[0]!.id}`;
  for (const step of ["accept", "start-picking", "pack"]) await write(page, `${work}/${step}`, {});
  await write(page, `${work}/shipments`, { carrier: "DPD", trackingNumber: "15501234567890" });
  return { number: order.number, email };
}

test("a business user rewrites what is said of shipments in German, tries it, and the next customer reads it (F10, O17)", async () => {
  const { page } = desk;
  await page.goto("/message-senders");
  await page.getByRole("link", { name: "All channels" }).click();
  await page.getByRole("textbox", { name: "Name of the sender" }).fill("Harbor");
  await page.getByRole("combobox", { name: "Language" }).fill("German");
  await page.getByRole("option", { name: "German", exact: true }).click();
  await page.getByRole("textbox", { name: "Help by email" }).fill("no address");
  await picture(page, "message-sender");
  expect(await accessibilityFaults(page)).toEqual([]);
  const review = page.getByRole("button", { name: "Review and publish" });
  const dialog = page.getByRole("dialog");
  await review.click();
  await dialog.getByText(/Mend \d+ faults? first/).waitFor();
  await dialog.getByRole("button", { name: "Back" }).click();
  await page.getByRole("textbox", { name: "Help by email" }).fill("");
  await review.click();
  await dialog.getByLabel("Why").fill("Wir schreiben deutsch.");
  await dialog.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("link", { name: "All channels" }).waitFor();
  await picture(page, "message-senders");
  expect(await accessibilityFaults(page)).toEqual([]);
  const first = await ship(page, "Ada Hafen");

  await page.goto("/message-templates");
  await page.getByRole("link", { name: "Versandt" }).waitFor();
  await picture(page, "templates");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("link", { name: "Versandt" }).click();
  await page.getByRole("heading", { name: "Versions" }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("link", { name: "Change it" }).click();
  await page.getByRole("heading", { level: 1, name: "Draft: Versandt" }).waitFor();

  const order = page.getByRole("combobox", { name: "Real order" });
  await order.fill(String(first.number));
  await page.getByRole("option", { name: new RegExp(`^${first.number} · Ada Hafen`) }).click();
  const letter = page.frameLocator("iframe");
  await letter.getByText("Guten Tag Ada Hafen,").waitFor();

  // A name that does not exist is told at its line, and the last sound message stays in sight.
  const heading = page.getByRole("listitem", { name: "1. Heading" }).getByRole("combobox", { name: "What it says" });
  await heading.fill("Gute Reise, {{ customer.nam }}");
  await page.keyboard.press("Escape");
  await heading.blur();
  await page.getByText("there is no customer.nam (line 1, column 16)").waitFor();
  await page.getByText("The text has a fault now").waitFor();
  await page.getByText("1 fault keeps it from being published").waitFor();
  await picture(page, "template-fault");
  expect(await accessibilityFaults(page)).toEqual([]);

  // The name is completed while it is typed.
  await heading.fill("Gute Reise, {{ customer.na");
  await page.getByRole("option", { name: /^customer\.name/ }).waitFor();
  await picture(page, "template-completion");
  await page.keyboard.press("Enter");
  await page.keyboard.type(" }}");
  await heading.blur();
  await letter.getByRole("heading", { name: "Gute Reise, Ada Hafen" }).waitFor();

  // A value is inserted from the list of all there are.
  const text = page.getByRole("listitem", { name: "2. Text" });
  await text.getByRole("button", { name: /^Insert a value/ }).click();
  await page.getByPlaceholder("Find …").fill("carrier");
  await page
    .getByRole("option", { name: /shipment\.carrier/ })
    .first()
    .waitFor();
  await picture(page, "template-insert");
  await page
    .getByRole("option", { name: /shipment\.carrier/ })
    .first()
    .click();
  await letter.getByText(/Haus verlassen\.\s*DPD/).waitFor();
  await page.getByText("All changes saved").waitFor();
  await picture(page, "template-draft");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByText("Plain text", { exact: true }).click();
  await page.locator("pre").getByText("Gute Reise, Ada Hafen").waitFor();

  const colleague = { email: "lena@shop.example", name: "Lena", password: crypto.randomUUID(), roles: ["operations"] };
  await write(page, "/v1/users", colleague);
  await page.getByRole("button", { name: "Send a test" }).click();
  await page.getByRole("dialog").getByLabel("To").fill("somebody@elsewhere.example");
  await page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
  await page.getByText("Tests go to people who can sign in here").first().waitFor();
  await page.getByRole("dialog").getByLabel("To").fill("lena@shop.example");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
  await page.getByText("Test sent").waitFor();
  expect(mail.mails.filter(({ to }) => to.includes("lena@shop.example"))).toMatchObject([
    { html: expect.stringContaining("Gute Reise, Ada Hafen") },
  ]);

  await page.getByRole("button", { name: "Review and publish" }).click();
  await dialog.getByText("The text of block 1 (heading) is now").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByLabel("Why").fill("Freundlicher.");
  await picture(page, "template-publish");
  await dialog.getByRole("button", { name: "Publish" }).click();
  await page.getByText("Version 2 in force").first().waitFor();

  const second = await ship(page, "Bruno Kai");
  const isIt = ({ to, html }: MailServer["mails"][number]) => to.includes(second.email) && html.includes("Gute Reise");
  await expect.poll(() => mail.mails.filter(isIt).length, { timeout: 60_000, interval: 500 }).toBe(1);
  expect(mail.mails.find(isIt)?.html).toContain("Gute Reise, Bruno Kai");
});

test("any two versions are compared, and a template is withdrawn and put in force again", async () => {
  const { page } = desk;
  await page.goto("/message-templates/shipped-de");
  await page.getByRole("button", { name: "Compare" }).click();
  await page.getByRole("dialog").getByText("The text of block 1 (heading) is now").waitFor();
  await picture(page, "template-compare");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await page.getByRole("link", { name: "Version 1", exact: true }).click();
  await page.getByText("Version 1, no longer in force").waitFor();
  await page.getByRole("button", { name: "Withdraw" }).click();
  await page.getByRole("dialog").getByLabel("Why").fill("Im Sommer nicht.");
  await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
  await page.getByText("Withdrawn").first().waitFor();
});

test("a template is begun for a language that there was none for, as a copy of the nearest one", async () => {
  const { page } = desk;
  await page.goto("/message-templates");
  await page.getByRole("button", { name: "New template" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Tells of" }).click();
  await page.getByRole("option", { name: "Delayed" }).click();
  await dialog.getByRole("combobox", { name: "Language" }).fill("French");
  await page.getByRole("option", { name: "French", exact: true }).click();
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Begin" }).click();
  await page.getByRole("heading", { level: 1, name: /^Draft: Delayed/ }).waitFor();
  await page.getByText("French · every change").waitFor();
  await page.getByRole("button", { name: "Add a part" }).click();
  await page.getByRole("menuitem", { name: "Button" }).click();
  await page.getByText("All changes saved").waitFor();
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await page.waitForURL(/\/message-templates$/);
  expect(desk.complaints).toEqual([]);
});

test("templates fit a phone", async () => {
  const phone = await openConsole(browser, PHONE, served.url);
  for (const path of ["/message-templates", "/message-templates/shipped-en", "/message-templates/shipped-en/draft"]) {
    await phone.page.goto(path);
    await phone.page.getByRole("heading", { level: 1 }).waitFor();
    await phone.page.locator("main .mantine-Skeleton-root").first().waitFor({ state: "detached" });
    await picture(phone.page, `phone-templates-${path.split("/").length}`);
    expect(await accessibilityFaults(phone.page), path).toEqual([]);
    expect(await sidewaysOverflow(phone.page), `${path} scrolls sideways`).toBeLessThanOrEqual(1);
  }
  expect(phone.complaints).toEqual([]);
  await phone.context.close();
});
