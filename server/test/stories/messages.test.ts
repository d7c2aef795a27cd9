import { afterAll, beforeAll, expect, test } from "vitest";
import { type MailServer, openMailServer, type ReceivedMail } from "../harness/mail-server.ts";
import { forgetOldMessages, messageJobs } from "../../src/messages/public.ts";
import { eventually, HOME, openRetailer, type Retailer } from "../harness/retailer.ts";

let shop: Retailer;
let post: MailServer;

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

beforeAll(async () => {
  post = await openMailServer();
  shop = await openRetailer({ worker: true, messaging: { smtpUrl: post.url, mailFrom: "orders@shop.test" } });
  const channel = { name: "Deutschland", kind: "web", brand: "Hafen", market: "DE", currency: "EUR", network: "uk" };
  await shop.admin.put("/v1/channels/de", channel);
  await shop.admin.put("/v1/documents/message-sender/de/draft", { content: SENDER });
  await shop.admin.post("/v1/documents/message-sender/de/publish", { note: "Germany" });
  const calendar = { openingHours: { mon: [{ from: "09:00", to: "18:30" }], sat: [{ from: "10:00", to: "14:00" }] } };
  await shop.admin.put("/v1/locations/york", {
    name: "York Coney Street",
    type: "store",
    timeZone: "Europe/London",
    calendar,
    address: { line1: "3 Coney Street", city: "York", postalCode: "YO1 9QL", country: "GB" },
  });
});
afterAll(async () => {
  await shop.audit();
  await shop.close();
  await post.close();
});

let customers = 0;
const newCustomer = () => ({ name: "Ada Okafor", email: `ada${++customers}@customer.test` });

async function mailsTo(address: string, count: number): Promise<ReceivedMail[]> {
  const found = await eventually(
    `${count} mails for ${address}`,
    async () => {
      const mails = post.mails.filter(({ to }) => to.includes(address));
      return mails.length >= count && mails;
    },
    8_000,
  );
  return found;
}

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
    const sku = await shop.sku({ leeds: 5 });
    const customer = newCustomer();
    const order = await shop.capture({
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
    const shipped = await shop.admin.post<{ shipmentId: string }>(`/v1/fulfillment-orders/${id}/shipments`, {
      carrier: "DPD",
      trackingNumber: "15501234567890",
      trackingUrl: "https://track.test/15501234567890",
      estimatedDeliveryOn: "2026-11-23",
    });
    await shop.admin.post(`/v1/shipments/${shipped.shipmentId}/deliver`, {});
    const mails = await mailsTo(customer.email, 3);
    expect(mails.map((mail) => steady(mail.headers.get("subject")!)).sort()).toMatchSnapshot("subjects");
    for (const mail of mails.sort((one, other) => one.text.length - other.text.length))
      expect(steady(mail.text)).toMatchSnapshot("text");
    for (const mail of mails) expect(mail.html).toContain("<html lang=");
  });

  test(`a pickup that is ready, and a cancelled part of an order, in ${language}`, async () => {
    const sku = await shop.sku({ york: 5 });
    const customer = newCustomer();
    const order = await shop.capture({
      channel,
      type: "pickup",
      customer,
      fulfillmentChoices: [{ id: "store", method: "pickup", location: "york" }],
      lines: [{ sku, quantity: 3, unitPrice: 500 }],
    });
    await shop.admin.post(`/v1/orders/${order.id}/cancel`, {
      reason: "changed mind",
      lines: [{ lineNumber: 1, quantity: 1 }],
    });
    await shop.admin.post(`/v1/fulfillment-orders/${order.fulfillmentOrders[0]!.id}/ready`, {});
    const mails = await mailsTo(customer.email, 3);
    for (const mail of mails.sort((one, other) => one.text.length - other.text.length))
      expect(steady(mail.text)).toMatchSnapshot("text");
  });
}

test("migrated orders and customers without an address get nothing; a new version of an order speaks for the earlier one", async () => {
  const sku = await shop.sku({ leeds: 10 });
  const migrated = newCustomer();
  const lines = [{ sku, quantity: 1, unitPrice: 100 }];
  await shop.capture({ historical: true, orderedAt: "2020-01-01T00:00:00Z", customer: migrated, lines });
  await shop.capture({ customer: { name: "No Address" }, lines });
  const versions = newCustomer();
  await shop.capture({ channel: "market", externalReference: "M-1", customer: versions, lines });
  await mailsTo(versions.email, 1);
  await shop.capture({
    channel: "market",
    externalReference: "M-1",
    customer: versions,
    lines: [{ ...lines[0]!, quantity: 2 }],
  });
  const last = newCustomer();
  await shop.capture({ customer: last, lines });
  await mailsTo(last.email, 1);
  expect(await mailsTo(versions.email, 2)).toHaveLength(2);
  expect(post.mails.filter(({ to }) => to.includes(migrated.email))).toEqual([]);
});

interface Stored {
  id: string;
  state: string;
  reason: string | null;
}

async function stored(orderId: string): Promise<Stored> {
  const { rows } = await shop.database.pool.query<Stored>(
    "select id, state, reason from messages.outbox where order_id = $1 and trigger = 'orderConfirmed'",
    [orderId],
  );
  return rows[0] ?? { id: "", state: "none", reason: null };
}

async function captured(customer: { name: string; email: string }): Promise<string> {
  const sku = await shop.sku({ leeds: 5 });
  return (await shop.capture({ customer, lines: [{ sku, quantity: 1, unitPrice: 100 }] })).id;
}

const untilState = (orderId: string, state: string): Promise<Stored> =>
  eventually(
    `the message is ${state}`,
    async () => {
      const message = await stored(orderId);
      return message.state === state && message;
    },
    8_000,
  );

/** As if the pause after a failed attempt had passed. */
async function untilRetried(messageId: string, attempts: number): Promise<void> {
  await eventually(
    "the attempt has failed",
    async () => {
      const { rows } = await shop.database.pool.query(
        "update platform.jobs set due_at = now() where id = $1 and state = 'waiting' and attempts = $2 returning 1",
        [messageId, attempts],
      );
      return rows.length === 1;
    },
    8_000,
  );
}

test("the answer to an accepted mail is lost: it is sent again, the same under the same Message-ID", async () => {
  const customer = newCustomer();
  post.moods.push("drop");
  const orderId = await captured(customer);
  const { id } = await untilState(orderId, "sending");
  await untilRetried(id, 1);
  const [one, other] = await mailsTo(customer.email, 2);
  expect(one!.headers.get("message-id")).toBe(`<${id}@orders.test>`);
  expect(other!.headers.get("message-id")).toBe(`<${id}@orders.test>`);
  expect(other!.html).toBe(one!.html);
  await untilState(orderId, "sent");
});

test("a mail server that refuses for now gets it again; nothing is sent twice", async () => {
  const customer = newCustomer();
  post.moods.push({ at: "mail", code: 451, message: "4.3.0 try later" });
  const orderId = await captured(customer);
  const { id } = await untilState(orderId, "sending");
  await untilRetried(id, 1);
  await untilState(orderId, "sent");
  expect(await mailsTo(customer.email, 1)).toHaveLength(1);
});

test("an address that does not exist: customer service is told, and nothing more is sent there", async () => {
  const customer = newCustomer();
  post.moods.push({ at: "recipient", code: 550, message: "5.1.1 no such user" });
  const orderId = await captured(customer);
  expect((await untilState(orderId, "failed")).reason).toContain("5.1.1 no such user");
  const exceptions = await shop.admin.list<{ kind: string; entityId: string; ownerTeam: string }>("/v1/exceptions");
  expect(exceptions.filter(({ entityId }) => entityId === orderId)).toMatchObject([
    { kind: "customerUnreachable", ownerTeam: "customer-service" },
  ]);
  const second = await captured(customer);
  expect((await untilState(second, "failed")).reason).toContain("takes no messages");
  expect(post.mails.filter(({ to }) => to.includes(customer.email))).toEqual([]);
});

test("an event that is read again makes no second message (W3)", async () => {
  const sku = await shop.sku({ leeds: 10 });
  const customer = newCustomer();
  await shop.capture({ customer, lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  await mailsTo(customer.email, 1);
  const before = post.mails.length;
  await shop.database.pool.query("update platform.consumers set position = 0 where name = 'messages'");
  const last = newCustomer();
  await shop.capture({ customer: last, lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  await mailsTo(last.email, 1);
  expect(post.mails).toHaveLength(before + 1);
});

const linkIn = (mail: ReceivedMail, after: string): string =>
  new RegExp(`${after}:?\\s+https://orders\\.test(/m/[\\w-]+)`).exec(mail.text)![1]!;

/** As a browser or mail program does. */
async function open(path: string, form?: string): Promise<{ status: number; html: string }> {
  const sent = { method: "POST", body: form ?? "", headers: { "content-type": "application/x-www-form-urlencoded" } };
  const response = await fetch(`${shop.url}${path}`, form === undefined ? {} : sent);
  return { status: response.status, html: await response.text() };
}

/** The follow-up of an order that has arrived. */
async function followUp(customer: { name: string; email: string }): Promise<{ orderId: string; mail: ReceivedMail }> {
  const sku = await shop.sku({ leeds: 5 });
  const order = await shop.capture({ customer, lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  const { id } = order.fulfillmentOrders[0]!;
  const { shipmentId } = await shop.admin.post<{ shipmentId: string }>(`/v1/fulfillment-orders/${id}/shipments`, {});
  await shop.admin.post(`/v1/shipments/${shipmentId}/deliver`, {});
  const mails = await mailsTo(customer.email, 3);
  return { orderId: order.id, mail: mails.find((mail) => mail.text.includes("Something is wrong"))! };
}

test("nobody can answer for the customer with what the outbox holds of a message that ended, however it ended", async () => {
  const token = "A".repeat(32);
  const order = await shop.capture({
    channel: "de",
    customer: newCustomer(),
    lines: [{ sku: await shop.sku({ leeds: 1 }), quantity: 1, unitPrice: 100 }],
  });
  const { pool } = shop.database;
  const idsOf = async () =>
    (
      await pool.query<{ id: string }>("select id from messages.outbox where order_id = $1 and state = 'sent'", [
        order.id,
      ])
    ).rows;
  const [message] = await eventually("it is sent", async () => ((await idsOf()).length > 0 ? await idsOf() : false));
  const holdsLinks = async () => {
    const { rows } = await pool.query<{ held: boolean }>(
      "select concat(html, text, decline_url) ~ '/m/A' as held from messages.outbox where id = $1",
      [message!.id],
    );
    return rows[0]!.held;
  };
  const links = "text = text || '/m/' || $2, html = html || '/m/' || $2, decline_url = 'https://orders.test/m/' || $2";
  await pool.query("update platform.jobs set state = 'skipped', skip_reason = 'A test' where id = $1", [message!.id]);
  for (const state of ["sending", "sent"]) {
    await pool.query(`update messages.outbox set state = $3, ${links} where id = $1`, [message!.id, token, state]);
    expect(await holdsLinks()).toBe(true);
    await forgetOldMessages(shop.database);
    expect(await holdsLinks(), state).toBe(false);
  }
});

async function exceptionsOf(orderId: string): Promise<{ kind: string; reason: string; ownerTeam: string }[]> {
  const all = await shop.admin.list<{ kind: string; entityId: string; reason: string; ownerTeam: string }>(
    "/v1/exceptions",
  );
  return all.filter(({ entityId }) => entityId === orderId);
}

test("one click says that something is wrong: customer service has a case; looking, repeating and guessing change nothing (F10)", async () => {
  const { orderId, mail } = await followUp(newCustomer());
  const link = linkIn(mail, "Something is wrong");
  expect((await open(link)).html).toContain("What is wrong?");
  expect(await exceptionsOf(orderId)).toEqual([]);
  expect((await open(link, "problem=everything")).status).toBe(422);
  expect((await open(link, "problem=damaged")).html).toContain("Thank you, we know.");
  expect(await exceptionsOf(orderId)).toMatchObject([
    { kind: "customerReport", reason: "The customer says that something is damaged.", ownerTeam: "customer-service" },
  ]);
  expect((await open(link, "problem=missing")).html).toContain("Thank you, we know.");
  expect((await open(link)).html).toContain("Thank you, we know.");
  expect(await exceptionsOf(orderId)).toHaveLength(1);
  expect((await open(`${link.slice(0, -1)}!`)).status).toBe(422);
  expect((await open(`${link}x`)).status).toBe(404);
  const other = await followUp(newCustomer());
  await shop.database.pool.query("update messages.links set expires_at = now() where order_id = $1", [other.orderId]);
  const old = await open(linkIn(other.mail, "Something is wrong"), "problem=damaged");
  expect(old).toMatchObject({ status: 410 });
  expect(await exceptionsOf(other.orderId)).toEqual([]);
});

test("who declines follow-ups, by the header of one click, gets no more of them and everything else", async () => {
  const customer = newCustomer();
  const { mail } = await followUp(customer);
  expect(mail.headers.get("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
  const path = new URL(mail.headers.get("list-unsubscribe")!.slice(1, -1)).pathname;
  expect(path).toBe(linkIn(mail, "No more messages like this one"));
  expect((await open(path, "List-Unsubscribe=One-Click")).status).toBe(200);
  const sku = await shop.sku({ leeds: 5 });
  const order = await shop.capture({ customer, lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  const { shipmentId } = await shop.admin.post<{ shipmentId: string }>(
    `/v1/fulfillment-orders/${order.fulfillmentOrders[0]!.id}/shipments`,
    {},
  );
  await shop.admin.post(`/v1/shipments/${shipmentId}/deliver`, {});
  await eventually(
    "the follow-up is skipped",
    async () => {
      const rows = await shop.admin.list<{ trigger: string; state: string; reason: string }>(
        `/v1/messages?order=${order.id}`,
      );
      const states = Object.fromEntries(rows.map(({ trigger, state }) => [trigger, state]));
      return states["delivered"] === "skipped" && states["orderConfirmed"] === "sent" && states["shipped"] === "sent";
    },
    8_000,
  );
});

test("people see what was sent, send it again, tell of a delay and erase it", async () => {
  const customer = newCustomer();
  const orderId = await captured(customer);
  await untilState(orderId, "sent");
  const [sent] = await shop.admin.list<{ id: string; subject: string; attempts: number }>(
    `/v1/messages?order=${orderId}`,
  );
  expect(await shop.admin.get(`/v1/messages/${sent!.id}`)).toMatchObject({
    trigger: "orderConfirmed",
    recipient: customer.email,
    state: "sent",
    attempts: 1,
    template: { code: "order-confirmed-en", version: 1 },
    language: "en",
  });
  const again = await shop.admin.post<{ id: string }>(`/v1/messages/${sent!.id}/resend`, {}, "again");
  expect(await shop.admin.post(`/v1/messages/${sent!.id}/resend`, {}, "again")).toEqual(again);
  await mailsTo(customer.email, 2);
  await shop.admin.post("/v1/messages", { order: orderId, trigger: "delayed", facts: { expectedOn: "2026-11-30" } });
  const delayed = (await mailsTo(customer.email, 3)).at(-1)!;
  expect(delayed.text).toContain("We now expect it on Monday, November 30, 2026.");
  expect(await shop.admin.refused("/v1/messages", { order: orderId, trigger: "shipped" })).toBe("notAskable");
  await shop.admin.post(`/v1/messages/${sent!.id}/erase`, {});
  expect(await shop.admin.get(`/v1/messages/${sent!.id}`)).toMatchObject({
    recipient: null,
    html: null,
    text: null,
    state: "sent",
  });
  const store = await shop.caller(["messages:read", "orders:read"], { locationCodes: ["leeds"] });
  expect(await store.list("/v1/messages")).toEqual([]);
  expect((await store.ask("GET", `/v1/messages/${sent!.id}`)).status).toBe(404);
});

test("a bounce that comes back later marks the address; until somebody says otherwise nothing is sent there", async () => {
  const customer = newCustomer();
  const orderId = await captured(customer);
  const { id } = await untilState(orderId, "sent");
  expect(await shop.admin.post("/v1/message-bounces", { messageId: id, reason: "5.2.1 mailbox disabled" })).toEqual({
    noted: true,
  });
  expect(await shop.admin.get(`/v1/messages/${id}`)).toMatchObject({
    state: "failed",
    addressBouncedAt: expect.any(String),
  });
  expect(await exceptionsOf(orderId)).toMatchObject([{ kind: "customerUnreachable" }]);
  await untilState(await captured(customer), "failed");
  await shop.admin.post("/v1/message-bounces/clear", { address: customer.email.toUpperCase() });
  await untilState(await captured(customer), "sent");
});

test("a draft is shown filled in with a real order, and its faults with their places", async () => {
  const orderId = await captured(newCustomer());
  const { content } = await shop.admin.get<{ content: object }>(
    "/v1/documents/message-template/order-confirmed-en/versions/1",
  );
  const preview = (template: object) =>
    shop.admin.post<{ faults: object[]; message: { text: string } | null }>("/v1/message-previews", {
      template,
      order: orderId,
    });
  expect((await preview(content)).message!.text).toContain("Thank you for your order");
  expect(await preview({ ...content, subject: "{{ order.numbr }}" })).toEqual({
    faults: [{ pointer: "/subject", message: "there is no order.numbr (line 1, column 4)" }],
    message: null,
  });
  expect(
    await shop.admin.refused("/v1/message-previews", { template: { ...content, trigger: "shipped" }, order: orderId }),
  ).toBe("nothingToTell");
  expect(await shop.admin.refused("/v1/message-tests", { template: content, order: orderId })).toBe("noAddress");
});

test("a test goes to people who can sign in, some at a time, and the audit trail says to whom", async () => {
  const order = await captured(newCustomer());
  const { content: template } = await shop.admin.get<{ content: object }>(
    "/v1/documents/message-template/order-confirmed-en/versions/1",
  );
  const { pool } = shop.database;
  const account = { name: "Lena", password: "a-long-password-of-hers", roles: ["operations"] };
  const { id } = await shop.admin.post<{ id: string }>("/v1/users", { ...account, email: "lena@shop.test" });
  const to = (address: string) => shop.admin.ask("POST", "/v1/message-tests", { template, order, to: address });
  expect((await to("stranger@elsewhere.test")).body).toMatchObject({ code: "notAColleague" });
  expect((await to("LENA@shop.test")).body).toEqual({ sentTo: "lena@shop.test" });
  await mailsTo("lena@shop.test", 1);
  const { rows } = await pool.query(
    "select details ->> 'recipient' as recipient from platform.audit_log where action = 'sendTestMessage'",
  );
  expect(rows).toEqual([{ recipient: `user:${id}` }]);
  await pool.query("update access.users set disabled_at = now() where id = $1", [id]);
  expect((await to("lena@shop.test")).body).toMatchObject({ code: "notAColleague" });
  const answers = await Promise.all(Array.from({ length: 30 }, () => to("stranger@elsewhere.test")));
  expect(answers.some(({ status }) => status === 429)).toBe(true);
});

test("a workflow tells the customer by the step sendMessage, once per run of it (W3)", async () => {
  const path = "/v1/documents/workflow/standard-order";
  const { content } = await shop.admin.get<{ content: { states: Record<string, object> } }>(`${path}/versions/1`);
  const entry = { type: "sendMessage", params: { trigger: "delayed" } };
  const states = { ...content.states, shipped: { ...content.states["shipped"], entry } };
  await shop.admin.put(`${path}/draft`, { content: { ...content, version: "999", states } });
  await shop.admin.post(`${path}/publish`, { note: "Say sorry" });
  const customer = newCustomer();
  const sku = await shop.sku({ leeds: 5 });
  const order = await shop.capture({ customer, lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  await shop.admin.post(`/v1/fulfillment-orders/${order.fulfillmentOrders[0]!.id}/shipments`, {});
  const mails = await mailsTo(customer.email, 3);
  expect(mails.filter(({ text }) => text.includes("It takes a little longer"))).toHaveLength(1);
});

test("without a mail server messages are kept and written out when somebody looks; no job is made for them", async () => {
  const quiet = await openRetailer({ worker: true });
  const sku = await quiet.sku({ leeds: 5 });
  const customer = newCustomer();
  const order = await quiet.capture({ customer, lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  const kept = await eventually("the message is kept", async () => {
    const [one] = await quiet.admin.list<{ id: string; state: string }>(`/v1/messages?order=${order.id}`);
    return one;
  });
  expect(await quiet.admin.get(`/v1/messages/${kept.id}`)).toMatchObject({
    state: "kept",
    recipient: customer.email,
    subject: `Your order ${order.number}`,
    text: expect.stringContaining("Thank you for your order"),
  });
  const { rows } = await quiet.database.pool.query("select 1 from platform.jobs");
  expect(rows).toEqual([]);
  await quiet.admin.post(`/v1/messages/${kept.id}/erase`, {});
  expect(await quiet.admin.get(`/v1/messages/${kept.id}`)).toMatchObject({ text: null, recipient: null });
  await quiet.close();
});

test("an order that tells its customer's language gets its messages in it", async () => {
  const sku = await shop.sku({ leeds: 2 });
  const [german, english] = [newCustomer(), newCustomer()];
  const lines = [{ sku, quantity: 1, unitPrice: 100 }];
  const { id } = await shop.capture({ customer: german, language: "de-AT", lines });
  await shop.capture({ customer: english, lines });
  expect((await mailsTo(german.email, 1))[0]!.text).toContain("Bestellung");
  expect((await mailsTo(english.email, 1))[0]!.text).not.toContain("Bestellung");
  expect((await shop.admin.get<{ language: string }>(`/v1/orders/${id}`)).language).toBe("de-AT");
});

test("once a message is sent, nobody can read its links in the outbox", async () => {
  const customer = newCustomer();
  const sku = await shop.sku({ leeds: 1 });
  const { id } = await shop.capture({ customer, lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  const [work] = (await shop.order(id)).fulfillmentOrders;
  const { shipmentId } = await shop.admin.post<{ shipmentId: string }>(
    `/v1/fulfillment-orders/${work!.id}/shipments`,
    {},
  );
  await shop.admin.post(`/v1/shipments/${shipmentId}/deliver`, {});
  await eventually("the customer is asked", async () => {
    return (await mailsTo(customer.email, 1)).some(({ text }) => text.includes("Something is wrong"));
  });
  const tokens = (await mailsTo(customer.email, 1)).flatMap(({ text }) =>
    [...text.matchAll(/\/m\/([\w-]{32})/g)].map(([, token]) => token!),
  );
  expect(tokens.length).toBeGreaterThan(0);
  const rows = await eventually("all are sent", async () => {
    const found = await shop.database.pool.query<{ state: string; row: string }>(
      "select state, o::text as row from messages.outbox o where order_id = $1",
      [id],
    );
    return found.rows.every(({ state }) => state === "sent") && found.rows;
  });
  for (const token of tokens) expect(rows.some(({ row }) => row.includes(token))).toBe(false);
  expect(rows.some(({ row }) => row.includes("/m/…"))).toBe(true);
  const answer = await fetch(`${shop.url}/m/${tokens[0]}`);
  expect(answer.status).toBe(200);
});

test("a worker that stood still does not send what another has taken over", async () => {
  const sent: string[] = [];
  const { messages } = shop.application;
  const ports = {
    ...messages.ports,
    email: { send: async ({ id }: { id: string }) => (sent.push(id), { sent: true as const }), close: async () => {} },
  };
  const [row] = (
    await shop.database.pool.query<{ id: string }>(
      `with m as (insert into messages.outbox (id, trigger, medium, order_id, channel, state, requested_by, text, recipient, language)
         values (gen_random_uuid(), 'orderConfirmed', 'email', gen_random_uuid(), 'web', 'sending', 'test', 'hello', 'x@customer.test', 'en') returning id)
       insert into platform.jobs (id, kind, lane, payload, state, due_at, lease_until, lease_number)
       select id, 'message', 'planted', '{}', 'running', now(), now() + interval '60 seconds', 2 from m returning id`,
    )
  ).rows;
  const kind = messageJobs({ ...messages, ports });
  const attempt = (leaseNumber: number) => {
    const job = {
      id: row!.id,
      lane: "planted",
      orderingKey: null,
      payload: {},
      attempts: 1,
      leaseNumber,
      createdAt: new Date(),
    };
    const never = new AbortController().signal;
    return kind.start([job], never, never)[0]!;
  };
  expect(await attempt(1)).toMatchObject({ done: false });
  expect(sent).toEqual([]);
  expect(await attempt(2)).toMatchObject({ done: true });
  expect(sent).toEqual([row!.id]);
  await shop.database.pool.query("delete from platform.jobs where lane = 'planted'");
  await shop.database.pool.query("delete from messages.outbox where id = $1", [row!.id]);
});

test("whoever tries many secrets of links is told to wait", async () => {
  const statuses = await Promise.all(
    Array.from({ length: 60 }, async (_, index) => (await fetch(`${shop.url}/m/guess-${index}`)).status),
  );
  expect(new Set(statuses)).toEqual(new Set([404, 429]));
});
