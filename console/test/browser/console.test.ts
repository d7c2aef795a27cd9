import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { accessibilityFaults, type Console, launch, openConsole, PHONE, picture } from "./open-console.ts";
import { CREDENTIALS } from "./serve-demo.ts";

let browser: Browser;
let desk: Console;

beforeAll(async () => {
  browser = await launch();
  desk = await openConsole(browser);
});

afterAll(async () => {
  await browser?.close();
});

test("a wrong password is refused in words, and nothing of the inside is shown", async () => {
  const page = await browser.newPage({ baseURL: inject("url"), locale: "en-GB" });
  await page.goto("/orders");
  await page.getByLabel("E-mail").fill(CREDENTIALS.email);
  await page.getByRole("textbox", { name: "Password" }).fill("not the password");
  await page.keyboard.press("Enter");
  await page.getByText("E-mail or password is wrong.").waitFor();
  expect(await page.getByRole("navigation").count()).toBe(0);
  await page.close();
});

test("Today shows live counts, and each opens its rows", async () => {
  const { page } = desk;
  await page.goto("/");
  await page.getByText("Backlog by location").waitFor();
  await page.waitForTimeout(500);
  await picture(page, "today");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("link", { name: /Held/ }).first().click();
  await page.waitForURL(/\/orders\?.*held/);
  await page.getByRole("heading", { level: 1, name: "Orders" }).waitFor();
  await page.getByRole("row").nth(1).waitFor();
});

test("an order is found by its reference and tells what, where, why and what happened", async () => {
  const { page } = desk;
  await page.goto("/orders");
  await page.getByPlaceholder("Number, reference, customer, e-mail …").fill("STORY-MIXED-GIFT");
  await page.getByRole("row").filter({ hasText: "STORY-MIXED-GIFT" }).first().waitFor();
  await picture(page, "orders");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.goto("/orders/web:STORY-MIXED-GIFT");
  await page.getByText("Happy birthday, Chloé!").waitFor();
  for (const text of ["Lines", "Fulfillment", "Money", "Timeline", "Captured from"])
    await page.getByText(text, { exact: false }).first().waitFor();
  await picture(page, "order");
  expect(await accessibilityFaults(page)).toEqual([]);
});

test("a held order is cancelled with a reason: label, timeline and stock follow", async () => {
  const { page } = desk;
  await page.goto("/orders/social:STORY-HELD");
  await page
    .getByRole("button", { name: /^Cancel/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  await dialog
    .getByRole("combobox")
    .first()
    .click()
    .catch(async () => dialog.getByLabel("Reason").first().click());
  await page.getByRole("option", { name: "Fraud suspected" }).click();
  await dialog.getByRole("button", { name: /Cancel 3 units/ }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByText("Cancelled").first().waitFor();
  const order = (await page.evaluate(async () => (await fetch("/v1/orders/social:STORY-HELD")).json())) as {
    status: string;
    lines: { cancelled: number }[];
  };
  expect(order.status).toBe("cancelled");
  expect(order.lines[0]!.cancelled).toBe(3);
});

test("stock is found by name and adjusted with a reason; the ledger has it", async () => {
  const { page } = desk;
  await page.goto("/inventory");
  await page.getByPlaceholder("SKU, product ID, name or GTIN …").fill("STORY-TILL");
  await page.getByText("Harbor mug, till file").first().waitFor();
  await picture(page, "inventory");
  expect(await accessibilityFaults(page)).toEqual([]);
});

test("a CSV file is uploaded, followed to its end, and its bad rows are named", async () => {
  const { page } = desk;
  await page.goto("/imports");
  await page.getByRole("heading", { level: 1, name: "Imports" }).waitFor();
  await page
    .getByRole("button", { name: "Upload CSV" })
    .or(page.getByRole("link", { name: "Upload CSV" }))
    .first()
    .click();
  const file =
    "sku,location,quantity\nSTORY-FLASH,DC-DAVENTRY,25\nNO-SUCH-SKU,DC-DAVENTRY,1\nSTORY-FLASH,DC-VENLO,many\n";
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "count.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
  await page.getByRole("button", { name: "Start" }).click();
  await page.getByText("Finished").first().waitFor();
  await page.getByText("NO-SUCH-SKU").first().waitFor();
  await picture(page, "import");
  expect(await accessibilityFaults(page)).toEqual([]);
  const positions = (await page.evaluate(async () =>
    (await fetch("/v1/positions?sku=STORY-FLASH&location=DC-DAVENTRY")).json(),
  )) as { data: { onHand: number }[] };
  expect(positions.data[0]!.onHand).toBe(25);
});

test("500 units meet 2,000 buyers in the tour: exactly 500 are sold, and the audit is clean on screen", async () => {
  const { page } = desk;
  await page.goto("/tour");
  await page.getByRole("button", { name: /Let 2,000 buyers in/ }).click();
  await page.getByText(/promises checked on the live data: all hold/).waitFor({ timeout: 50_000 });
  const sold = await page.evaluate(async () => {
    const answer = (await (await fetch("/v1/positions?sku=STORY-FLASH&location=DC-VENLO")).json()) as {
      data: { allocated: number; available: number }[];
    };
    return answer.data[0]!;
  });
  // The uploaded file has put 25 more at Daventry, which the same sale may use.
  expect(sold.available).toBe(0);
  await picture(page, "tour");
  expect(await accessibilityFaults(page)).toEqual([]);
});

test("every screen works at phone size, in the dark, without a fault that axe calls serious", async () => {
  const phone = await openConsole(browser, PHONE, "dark");
  for (const [path, name] of [
    ["/", "phone-today"],
    ["/fulfillment", "phone-fulfillment"],
    ["/inventory", "phone-inventory"],
    ["/orders", "phone-orders"],
    ["/locations", "phone-locations"],
    ["/exceptions", "phone-exceptions"],
  ] as const) {
    await phone.page.goto(path);
    await phone.page.getByRole("heading", { level: 1 }).waitFor();
    await phone.page.waitForTimeout(600);
    await picture(phone.page, name);
    expect(await accessibilityFaults(phone.page), path).toEqual([]);
    const overflow = await phone.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, `${path} scrolls sideways`).toBeLessThanOrEqual(1);
  }
  expect(phone.complaints).toEqual([]);
  await phone.context.close();
});

test("work goes from accepted to shipped on a phone, by buttons alone", async () => {
  const phone = await openConsole(browser, PHONE);
  const { page } = phone;
  const id = await page.evaluate(async () => {
    const { data } = (await (
      await fetch("/v1/orders/app:STORY-NOON-41")
    )
      .json()
      .then((order: { fulfillmentOrders: { id: string }[] }) => ({ data: order.fulfillmentOrders }))) as {
      data: { id: string }[];
    };
    return data[0]!.id;
  });
  await page.goto(`/fulfillment/${id}`);
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByRole("button", { name: "Start picking" }).click();
  await page.getByRole("checkbox").first().check();
  await page.getByRole("button", { name: "Pack" }).click();
  await picture(page, "phone-work");
  await page.getByRole("button", { name: "Ship" }).first().click();
  await page.getByLabel("Tracking number").fill("BROWSER-1");
  await page.getByRole("dialog").getByRole("button", { name: /Ship/ }).click();
  await page.getByText("Dispatched").first().waitFor();
  expect(phone.complaints).toEqual([]);
  await phone.context.close();
});

test("the command palette finds an order by its number with the keyboard alone", async () => {
  const { page } = desk;
  const order = (await page.evaluate(async () => (await fetch("/v1/orders/web:STORY-REJECTED")).json())) as {
    number: number;
  };
  await page.goto("/");
  await page.getByRole("heading", { level: 1, name: "Today" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type(String(order.number));
  await page.getByText(`${order.number}`).first().waitFor();
  await page.waitForTimeout(600);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/orders\//);
});

test("no page asked another host for anything, and none failed", () => {
  expect(desk.complaints).toEqual([]);
});

test("the API reference opens without a request to another host", async () => {
  const page = await browser.newPage();
  const url = inject("url");
  const outside: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) outside.push(request.url());
  });
  await page.goto(`${url}/docs`);
  await page.getByText("Capture an order").first().waitFor();
  expect(outside).toEqual([]);
  await page.close();
});
