import { afterAll, beforeAll, expect, test } from "vitest";
import { openPostedRetailer, type PostedRetailer } from "../harness/post.ts";
import { HOME } from "../harness/retailer.ts";

const SENDER = {
  title: "Germany",
  brand: null,
  channel: "de",
  name: "Hafen & Co",
  address: "bestellung@hafen.test",
  replyTo: "service@hafen.test",
  language: "de-DE",
  timeZone: "Europe/Berlin",
  shopUrl: "https://hafen.test",
  supportEmail: "service@hafen.test",
  supportPhone: "+49 40 496000",
  logoUrl: null,
  accentColor: "#1f5f8b",
  imprint: "Hafen & Co GmbH, Hamburg",
};

let site: PostedRetailer;

beforeAll(async () => {
  site = await openPostedRetailer();
  const { admin } = site.shop;
  const channel = { name: "Deutschland", kind: "web", brand: "Hafen", market: "DE", currency: "EUR", network: "uk" };
  await admin.put("/v1/channels/de", channel);
  await admin.put("/v1/documents/message-sender/de/draft", { content: SENDER });
  await admin.post("/v1/documents/message-sender/de/publish", { note: "Germany" });
  const calendar = { openingHours: { mon: [{ from: "09:00", to: "18:30" }], sat: [{ from: "10:00", to: "14:00" }] } };
  await admin.put("/v1/locations/york", {
    name: "York Coney Street",
    type: "store",
    timeZone: "Europe/London",
    calendar,
    address: { line1: "3 Coney Street", city: "York", postalCode: "YO1 9QL", country: "GB" },
  });
});
afterAll(() => site.close());

/** What changes from run to run, taken out. */
function steady(text: string): string {
  return text
    .replace(/https:\/\/orders\.test\/m\/[\w-]+/g, "https://orders.test/m/TOKEN")
    .replace(/\b1000\d\d\b/g, "NUMBER")
    .replace(/Thing \d+/g, "Thing")
    .replace(/R-\d+/g, "REFERENCE")
    .replace(
      /\b(January|February|March|April|May|June|July|August|September|October|November|December) \d+, \d{4}/g,
      "DAY",
    )
    .replace(
      /\b\d+\. (Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember) \d{4}/g,
      "TAG",
    )
    .replace(/\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, DAY/g, "DAY")
    .replace(/\b(Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag), TAG/g, "TAG")
    .replace(/DAY at [\d:]+\s(AM|PM)/g, "DAY at TIME")
    .replace(/TAG um [\d:]+/g, "TAG um ZEIT");
}

for (const channel of ["web", "de"]) {
  const language = channel === "de" ? "German" : "English";

  test(`a delivered order: confirmation with receipt, shipment with tracking, question whether all is right, in ${language} (F10, P4)`, async () => {
    const sku = await site.shop.sku({ leeds: 5 });
    const customer = site.newCustomer();
    const order = await site.shop.capture({
      channel,
      customer,
      fulfillmentChoices: [
        { ...HOME, address: { ...HOME.address, line1: "12 Harbour Street", postalCode: "LS1 4DY" } },
      ],
      lines: [{ sku, quantity: 2, unitPrice: 1999 }],
      charges: [
        { type: "shipping", amount: 499 },
        { type: "discount", amount: 300 },
        { type: "tax", amount: 120, description: "VAT 20 %" },
      ],
      tenders: [
        { type: "voucher", amount: 1000 },
        { type: "credit_card", amount: 3317, installments: 3 },
      ],
    });
    const { id } = order.fulfillmentOrders[0]!;
    const shipped = await site.shop.admin.post<{ shipmentId: string }>(`/v1/fulfillment-orders/${id}/shipments`, {
      carrier: "DPD",
      trackingNumber: "15501234567890",
      trackingUrl: "https://track.test/15501234567890",
      estimatedDeliveryOn: "2026-11-23",
    });
    await site.shop.admin.post(`/v1/shipments/${shipped.shipmentId}/deliver`, {});
    const mails = await site.mailsTo(customer.email, 3);
    expect(mails.map((mail) => steady(mail.headers.get("subject")!)).sort()).toMatchSnapshot("subjects");
    for (const mail of mails.sort((one, other) => one.text.length - other.text.length))
      expect(steady(mail.text)).toMatchSnapshot("text");
    for (const mail of mails) expect(mail.html).toContain("<html lang=");
  });

  test(`a pickup that is ready, and a cancelled part of an order, in ${language}`, async () => {
    const sku = await site.shop.sku({ york: 5 });
    const customer = site.newCustomer();
    const order = await site.shop.capture({
      channel,
      type: "pickup",
      customer,
      fulfillmentChoices: [{ id: "store", method: "pickup", location: "york" }],
      lines: [{ sku, quantity: 3, unitPrice: 500 }],
    });
    await site.shop.admin.post(`/v1/orders/${order.id}/cancel`, {
      reason: "changed mind",
      lines: [{ lineNumber: 1, quantity: 1 }],
    });
    await site.shop.admin.post(`/v1/fulfillment-orders/${order.fulfillmentOrders[0]!.id}/ready`, {});
    const mails = await site.mailsTo(customer.email, 3);
    for (const mail of mails.sort((one, other) => one.text.length - other.text.length))
      expect(steady(mail.text)).toMatchSnapshot("text");
  });
}

test("migrated orders and customers without an address get nothing; a new version of an order speaks for the earlier one", async () => {
  const sku = await site.shop.sku({ leeds: 10 });
  const migrated = site.newCustomer();
  const lines = [{ sku, quantity: 1, unitPrice: 100 }];
  await site.shop.capture({ historical: true, orderedAt: "2020-01-01T00:00:00Z", customer: migrated, lines });
  await site.shop.capture({ customer: { name: "No Address" }, lines });
  const versions = site.newCustomer();
  await site.shop.capture({ channel: "market", externalReference: "M-1", customer: versions, lines });
  await site.mailsTo(versions.email, 1);
  await site.shop.capture({
    channel: "market",
    externalReference: "M-1",
    customer: versions,
    lines: [{ ...lines[0]!, quantity: 2 }],
  });
  const last = site.newCustomer();
  await site.shop.capture({ customer: last, lines });
  await site.mailsTo(last.email, 1);
  expect(await site.mailsTo(versions.email, 2)).toHaveLength(2);
  expect(site.post.mails.filter(({ to }) => to.includes(migrated.email))).toEqual([]);
});

test("an order that tells its customer's language gets its messages in it", async () => {
  const sku = await site.shop.sku({ leeds: 2 });
  const [german, english] = [site.newCustomer(), site.newCustomer()];
  const lines = [{ sku, quantity: 1, unitPrice: 100 }];
  const { id } = await site.shop.capture({ customer: german, language: "de-AT", lines });
  await site.shop.capture({ customer: english, lines });
  expect((await site.mailsTo(german.email, 1))[0]!.text).toContain("Bestellung");
  expect((await site.mailsTo(english.email, 1))[0]!.text).not.toContain("Bestellung");
  expect((await site.shop.admin.get<{ language: string }>(`/v1/orders/${id}`)).language).toBe("de-AT");
});

test("a workflow tells the customer by the step sendMessage, once per run of it (W3)", async () => {
  const path = "/v1/documents/workflow/standard-order";
  const { content } = await site.shop.admin.get<{ content: { states: Record<string, object> } }>(`${path}/versions/1`);
  const entry = { type: "sendMessage", params: { trigger: "delayed" } };
  const states = { ...content.states, shipped: { ...content.states["shipped"], entry } };
  await site.shop.admin.put(`${path}/draft`, { content: { ...content, version: "999", states } });
  await site.shop.admin.post(`${path}/publish`, { note: "Say sorry" });
  const customer = site.newCustomer();
  const sku = await site.shop.sku({ leeds: 5 });
  const order = await site.shop.capture({ customer, lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  await site.shop.admin.post(`/v1/fulfillment-orders/${order.fulfillmentOrders[0]!.id}/shipments`, {});
  const mails = await site.mailsTo(customer.email, 3);
  expect(mails.filter(({ text }) => text.includes("It takes a little longer"))).toHaveLength(1);
});
