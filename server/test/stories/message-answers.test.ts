import { afterAll, beforeAll, expect, test } from "vitest";
import { forgetOldMessages } from "../../src/messages/public.ts";
import type { ReceivedMail } from "../harness/mail-server.ts";
import { openPostedRetailer, type PostedRetailer } from "../harness/post.ts";
import { eventually } from "../harness/retailer.ts";

let site: PostedRetailer;

beforeAll(async () => {
  site = await openPostedRetailer();
});
afterAll(() => site.close());

const linkIn = (mail: ReceivedMail, after: string): string =>
  new RegExp(`${after}:?\\s+https://orders\\.test(/m/[\\w-]+)`).exec(mail.text)![1]!;

/** As a browser or mail program does. */
async function open(path: string, form?: string): Promise<{ status: number; html: string }> {
  const sent = { method: "POST", body: form ?? "", headers: { "content-type": "application/x-www-form-urlencoded" } };
  const response = await fetch(`${site.shop.url}${path}`, form === undefined ? {} : sent);
  return { status: response.status, html: await response.text() };
}

/** The follow-up of an order that has arrived. */
async function followUp(customer: { name: string; email: string }): Promise<{ orderId: string; mail: ReceivedMail }> {
  const sku = await site.shop.sku({ leeds: 5 });
  const order = await site.shop.capture({ customer, lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  const { id } = order.fulfillmentOrders[0]!;
  const { shipmentId } = await site.shop.admin.post<{ shipmentId: string }>(
    `/v1/fulfillment-orders/${id}/shipments`,
    {},
  );
  await site.shop.admin.post(`/v1/shipments/${shipmentId}/deliver`, {});
  const mails = await site.mailsTo(customer.email, 3);
  return { orderId: order.id, mail: mails.find((mail) => mail.text.includes("Something is wrong"))! };
}

test("one click says that something is wrong: customer service has a case; looking, repeating and guessing change nothing (F10)", async () => {
  const { orderId, mail } = await followUp(site.newCustomer());
  const link = linkIn(mail, "Something is wrong");
  expect((await open(link)).html).toContain("What is wrong?");
  expect(await site.exceptionsOf(orderId)).toEqual([]);
  expect((await open(link, "problem=everything")).status).toBe(422);
  expect((await open(link, "problem=damaged")).html).toContain("Thank you, we know.");
  expect(await site.exceptionsOf(orderId)).toMatchObject([
    { kind: "customerReport", reason: "The customer says that something is damaged.", ownerTeam: "customer-service" },
  ]);
  expect((await open(link, "problem=missing")).html).toContain("Thank you, we know.");
  expect((await open(link)).html).toContain("Thank you, we know.");
  expect(await site.exceptionsOf(orderId)).toHaveLength(1);
  expect((await open(`${link.slice(0, -1)}!`)).status).toBe(422);
  expect((await open(`${link}x`)).status).toBe(404);
  const other = await followUp(site.newCustomer());
  await site.shop.database.pool.query("update messages.links set expires_at = now() where order_id = $1", [
    other.orderId,
  ]);
  const old = await open(linkIn(other.mail, "Something is wrong"), "problem=damaged");
  expect(old).toMatchObject({ status: 410 });
  expect(await site.exceptionsOf(other.orderId)).toEqual([]);
});

test("who declines follow-ups, by the header of one click, gets no more of them and everything else", async () => {
  const customer = site.newCustomer();
  const { mail } = await followUp(customer);
  expect(mail.headers.get("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
  const path = new URL(mail.headers.get("list-unsubscribe")!.slice(1, -1)).pathname;
  expect(path).toBe(linkIn(mail, "No more messages like this one"));
  expect((await open(path, "List-Unsubscribe=One-Click")).status).toBe(200);
  const sku = await site.shop.sku({ leeds: 5 });
  const order = await site.shop.capture({ customer, lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  const { shipmentId } = await site.shop.admin.post<{ shipmentId: string }>(
    `/v1/fulfillment-orders/${order.fulfillmentOrders[0]!.id}/shipments`,
    {},
  );
  await site.shop.admin.post(`/v1/shipments/${shipmentId}/deliver`, {});
  await eventually(
    "the follow-up is skipped",
    async () => {
      const rows = await site.shop.admin.list<{ trigger: string; state: string; reason: string }>(
        `/v1/messages?order=${order.id}`,
      );
      const states = Object.fromEntries(rows.map(({ trigger, state }) => [trigger, state]));
      return states["delivered"] === "skipped" && states["orderConfirmed"] === "sent" && states["shipped"] === "sent";
    },
    8_000,
  );
});

interface Asked {
  id: string;
  orderId: string;
  supplyId: string;
  mail: ReceivedMail;
}

const DAY = "2099-03-01";

/** Three units wait for an expected receipt of which the customer was told the day. */
async function awaiting(customer: object, quantity = 3): Promise<Omit<Asked, "id" | "mail">> {
  const { admin } = site.shop;
  const sku = await site.shop.sku();
  const order = await site.shop.capture({ channel: "shop", customer, lines: [{ sku, quantity, unitPrice: 100 }] });
  const item = { kind: "purchase_order", reference: `PO-${sku}`, line: 1, sku, location: "leeds" };
  const { items } = await admin.post<{ items: { supply: { id: string } }[] }>("/v1/supplies", {
    items: [{ ...item, expectedOn: DAY, quantity }],
  });
  await eventually("it is promised", async () => {
    const [line] = (await site.shop.order(order.id)).lines;
    return line!.expected.length === 1;
  });
  return { orderId: order.id, supplyId: items[0]!.supply.id };
}

const questionsOf = async (orderId: string) => (await site.shop.order(orderId)).questions;

async function asked(customer: { name: string; email: string }): Promise<Asked> {
  const waiting = await awaiting(customer);
  const change = { expectedOn: "2099-05-01", reason: "strike" };
  await site.shop.admin.ask("PATCH", `/v1/supplies/${waiting.supplyId}`, change);
  const mails = await site.mailsTo(customer.email, 2);
  const mail = mails.find(({ text }) => text.includes("What would you like?"))!;
  const [question] = await questionsOf(waiting.orderId);
  expect(question).toMatchObject({
    lines: [{ lineNumber: 1, quantity: 3, promisedOn: DAY, expectedOn: "2099-05-01" }],
    answers: ["wait", "change", "cancel"],
    silence: "wait",
    endedAt: null,
  });
  expect(mail.text).toContain("now expected on Friday, May 1, 2099");
  return { ...waiting, id: question!.id, mail };
}

const saidOf = async (orderId: string): Promise<object[]> => {
  const { data } = await site.shop.admin.get<{ data: { type: string; data: object }[] }>(
    `/v1/orders/${orderId}/timeline?limit=200`,
  );
  return data
    .filter(({ type }) => type.startsWith("order.customer"))
    .map(({ type, data: told }) => ({ type, ...told }));
};

/** The timer that stands for silence is due now. */
const letTimePass = (orderId: string): Promise<unknown> =>
  site.shop.database.pool.query("update workflow.timers set due_at = now() where entity_id = $1", [orderId]);

test("units that come later than promised: the customer is asked by mail and cancels what waits with one click; repeating and changing one's mind do nothing (I14)", async () => {
  const { orderId, supplyId, mail } = await asked(site.newCustomer());
  const link = linkIn(mail, "Cancel what has not come yet").replace(/\?.*/, "");
  expect(mail.text).toContain(`${link}?answer=cancel`);
  const page = await open(`${link}?answer=cancel`);
  expect(page.html).toContain("If we hear nothing from you, we keep what you ordered");
  expect([...page.html.matchAll(/value="(\w+)"/g)].map(([, answer]) => answer)).toEqual(["cancel", "wait", "change"]);
  expect((await site.shop.order(orderId)).state).toBe("comingLater.askingWhileWaiting");
  expect((await open(link, "answer=perhaps")).status).toBe(422);
  expect((await open(link, "answer=cancel")).html).toContain("It is cancelled.");
  expect(await site.shop.order(orderId)).toMatchObject({ status: "cancelled", lines: [{ cancelled: 3 }] });
  expect(await site.shop.admin.get(`/v1/supplies/${supplyId}`)).toMatchObject({ promised: 0, due: 3 });
  expect((await open(link, "answer=wait")).html).toContain("It is cancelled.");
  expect(await questionsOf(orderId)).toMatchObject([
    { answer: "cancel", endedBy: "customer", actor: "system:customer" },
  ]);
  expect(await saidOf(orderId)).toMatchObject([
    { type: "order.customerAsked", silence: "wait" },
    { type: "order.customerAnswered", answer: "cancel", by: "customer" },
  ]);
});

test("who cancels what has not come yet keeps what has come for a held order", async () => {
  const customer = site.newCustomer();
  const { orderId, supplyId } = await awaiting(customer, 5);
  await site.shop.admin.post(`/v1/orders/${orderId}/holds`, { reason: "payment" });
  await site.shop.admin.post("/v1/supplies/receipts", { items: [{ id: supplyId, quantity: 3 }] });
  await site.shop.admin.ask("PATCH", `/v1/supplies/${supplyId}`, { expectedOn: "2099-05-01", reason: "strike" });
  const question = await eventually("it is asked", async () => (await questionsOf(orderId))[0]);
  expect(question.lines).toMatchObject([{ lineNumber: 1, quantity: 2 }]);
  const mails = await site.mailsTo(customer.email, 2);
  const mail = mails.find(({ text }) => text.includes("What would you like?"))!;
  await open(linkIn(mail, "Cancel what has not come yet").replace(/\?.*/, ""), "answer=cancel");
  const { lines } = await site.shop.order(orderId);
  expect(lines).toMatchObject([{ cancelled: 2, backordered: 3 }]);
  expect(await site.shop.admin.get(`/v1/supplies/${supplyId}`)).toMatchObject({ promised: 0, due: 2 });
});

test("a customer who waits has it when it comes; one who says nothing has the answer that silence stands for; what comes meanwhile ends the question", async () => {
  const waits = await asked(site.newCustomer());
  expect((await open(linkIn(waits.mail, "I will wait"), "answer=wait")).html).toContain("Thank you for waiting.");
  expect((await site.shop.order(waits.orderId)).state).toBe("waitingForStock");
  await site.shop.admin.post("/v1/supplies/receipts", { items: [{ id: waits.supplyId, quantity: 3 }] });
  await eventually("it has them", async () => (await site.shop.order(waits.orderId)).lines[0]!.allocated === 3);

  const silent = await asked(site.newCustomer());
  await letTimePass(silent.orderId);
  await eventually("silence has answered", async () => (await questionsOf(silent.orderId))[0]!.endedAt !== null);
  expect(await questionsOf(silent.orderId)).toMatchObject([{ answer: "wait", endedBy: "silence" }]);
  expect((await site.shop.order(silent.orderId)).state).toBe("waitingForStock");
  expect((await open(linkIn(silent.mail, "I will wait"))).html).toContain("We keep it for you.");

  const served = await asked(site.newCustomer());
  await site.shop.admin.post("/v1/supplies/receipts", { items: [{ id: served.supplyId, quantity: 3 }] });
  await eventually("it has come", async () => (await questionsOf(served.orderId))[0]!.endedAt !== null);
  expect(await questionsOf(served.orderId)).toMatchObject([{ answer: null, endedBy: "overtaken" }]);
  expect((await open(linkIn(served.mail, "Cancel what has not come yet"), "answer=cancel")).html).toContain(
    "There is nothing to answer any more.",
  );
  expect((await site.shop.order(served.orderId)).lines[0]).toMatchObject({ allocated: 3, cancelled: 0 });
});

test("somebody calls the customer whose address has taken no messages before: silence is no answer of who was not asked", async () => {
  const customer = site.newCustomer();
  const { orderId, supplyId } = await awaiting(customer);
  const { id: messageId } = await site.untilState(orderId, "sent");
  await site.shop.admin.post("/v1/message-bounces", { messageId, reason: "5.2.1 mailbox disabled" });
  expect(await site.exceptionsOf(orderId)).toMatchObject([{ kind: "customerUnreachable" }]);
  const all = await site.shop.admin.list<{ id: string; entityId: string }>("/v1/exceptions");
  const { id } = all.find(({ entityId }) => entityId === orderId)!;
  await site.shop.admin.post(`/v1/exceptions/${id}/resolve`, { resolution: "He will write to us." });
  await site.shop.admin.ask("PATCH", `/v1/supplies/${supplyId}`, { expectedOn: "2099-05-01", reason: "strike" });
  await eventually("somebody is to call", async () => (await site.exceptionsOf(orderId)).length > 0, 6_000);
  expect(await site.exceptionsOf(orderId)).toMatchObject([
    {
      kind: "customerUnreachable",
      ownerTeam: "customer-service",
      reason: expect.stringContaining("no message reaches him"),
    },
  ]);
});

test("an agent answers on the telephone; a change is a task of customer service, and its end is an answer too; a later delay asks again", async () => {
  const { orderId, supplyId } = await asked(site.newCustomer());
  const act = (action: string) => site.shop.admin.post(`/v1/orders/${orderId}/actions/${action}`, { data: {} });
  await act("customerWantsChange");
  expect(await questionsOf(orderId)).toMatchObject([{ answer: "change", endedBy: "staff", actorName: "test" }]);
  const [task] = await site.shop.admin.list<{ id: string; queue: string }>(`/v1/tasks?order=${orderId}`);
  expect(task).toMatchObject({ queue: "customer-service" });
  await site.shop.admin.post(`/v1/tasks/${task!.id}/complete`, { outcome: "customerWaits" });
  expect((await site.shop.order(orderId)).state).toBe("waitingForStock");
  const unreachable = await awaiting({ name: "Ada Okafor" });
  const later = { expectedOn: "2099-09-09", reason: "strike" };
  await site.shop.admin.ask("PATCH", `/v1/supplies/${unreachable.supplyId}`, later);
  await eventually("somebody calls", async () => (await site.exceptionsOf(unreachable.orderId)).length > 0);
  expect(await site.exceptionsOf(unreachable.orderId)).toMatchObject([{ kind: "customerUnreachable" }]);
  await site.shop.admin.ask("PATCH", `/v1/supplies/${supplyId}`, later);
  await eventually("it asks again", async () => (await questionsOf(orderId)).length === 2);
  await site.shop.admin.ask("PATCH", `/v1/supplies/${supplyId}`, { expectedOn: "2099-12-12", reason: "strike" });
  await eventually("and once more", async () => (await questionsOf(orderId)).length === 3);
  expect((await questionsOf(orderId)).map(({ answer, endedBy }) => [answer, endedBy])).toEqual([
    ["change", "staff"],
    [null, "overtaken"],
    [null, null],
  ]);
});

test("the day of a receipt passes: who waits is promised another one in time where there is one, else asked without a day; somebody owns the receipt until it has another day", async () => {
  const { orderId, supplyId } = await awaiting(site.newCustomer());
  const { sku } = (await site.shop.order(orderId)).lines[0]!;
  const { pool } = site.shop.database;
  const other = { kind: "asn", reference: `ASN-${sku}`, line: 1, sku, location: "york", expectedOn: "2099-02-01" };
  const tooLate = { ...other, line: 2, expectedOn: "2099-03-02", quantity: 9 };
  await site.shop.admin.post("/v1/supplies", { items: [{ ...other, quantity: 2 }, tooLate] });
  await pool.query("update inventory.supply_promises set promised_on = '2099-03-01' where order_id = $1", [orderId]);
  await pool.query("update inventory.supplies set expected_on = '2026-01-05' where id = $1", [supplyId]);
  const question = await eventually("it is asked", async () => (await questionsOf(orderId))[0], 6_000);
  expect(question.lines).toEqual([{ lineNumber: 1, quantity: 3, promisedOn: "2099-03-01", expectedOn: null }]);
  // Who waits for what may come tomorrow keeps his place there, rather than one in a later receipt.
  const [line] = (await site.shop.order(orderId)).lines;
  expect(line!.expected.map(({ quantity, expectedOn }) => [quantity, expectedOn])).toEqual([
    [1, "2026-01-05"],
    [2, "2099-02-01"],
  ]);
  expect(await site.exceptionsOf(supplyId)).toMatchObject([{ kind: "supplyLate", ownerTeam: "operations" }]);
  expect(await site.exceptionsOf(orderId)).toEqual([]);
  await site.shop.admin.ask("PATCH", `/v1/supplies/${supplyId}`, { expectedOn: "2099-04-04", reason: "found" });
  expect(await site.exceptionsOf(supplyId)).toEqual([]);
});

test("nobody can answer for the customer with what the outbox holds of a message that ended, however it ended", async () => {
  const token = "A".repeat(32);
  const order = await site.shop.capture({
    customer: site.newCustomer(),
    lines: [{ sku: await site.shop.sku({ leeds: 1 }), quantity: 1, unitPrice: 100 }],
  });
  const { pool } = site.shop.database;
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
    await forgetOldMessages(site.shop.database);
    expect(await holdsLinks(), state).toBe(false);
  }
});

test("once a message is sent, nobody can read its links in the outbox", async () => {
  const customer = site.newCustomer();
  const sku = await site.shop.sku({ leeds: 1 });
  const { id } = await site.shop.capture({ customer, lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  const [work] = (await site.shop.order(id)).fulfillmentOrders;
  const { shipmentId } = await site.shop.admin.post<{ shipmentId: string }>(
    `/v1/fulfillment-orders/${work!.id}/shipments`,
    {},
  );
  await site.shop.admin.post(`/v1/shipments/${shipmentId}/deliver`, {});
  await eventually("the customer is asked", async () => {
    return (await site.mailsTo(customer.email, 1)).some(({ text }) => text.includes("Something is wrong"));
  });
  const tokens = (await site.mailsTo(customer.email, 1)).flatMap(({ text }) =>
    [...text.matchAll(/\/m\/([\w-]{32})/g)].map(([, token]) => token!),
  );
  expect(tokens.length).toBeGreaterThan(0);
  const rows = await eventually("all are sent", async () => {
    const found = await site.shop.database.pool.query<{ state: string; row: string }>(
      "select state, o::text as row from messages.outbox o where order_id = $1",
      [id],
    );
    return found.rows.every(({ state }) => state === "sent") && found.rows;
  });
  for (const token of tokens) expect(rows.some(({ row }) => row.includes(token))).toBe(false);
  expect(rows.some(({ row }) => row.includes("/m/…"))).toBe(true);
  const answer = await fetch(`${site.shop.url}/m/${tokens[0]}`);
  expect(answer.status).toBe(200);
});

test("whoever tries many secrets of links is told to wait", async () => {
  const statuses = await Promise.all(
    Array.from({ length: 60 }, async (_, index) => (await fetch(`${site.shop.url}/m/guess-${index}`)).status),
  );
  expect(new Set(statuses)).toEqual(new Set([404, 429]));
});

test("people see what was sent, send it again, tell of a delay and erase it", async () => {
  const customer = site.newCustomer();
  const orderId = await site.captured(customer);
  await site.untilState(orderId, "sent");
  const [sent] = await site.shop.admin.list<{ id: string; subject: string; attempts: number }>(
    `/v1/messages?order=${orderId}`,
  );
  expect(await site.shop.admin.get(`/v1/messages/${sent!.id}`)).toMatchObject({
    trigger: "orderConfirmed",
    recipient: customer.email,
    state: "sent",
    attempts: 1,
    template: { code: "order-confirmed-en", version: 1 },
    language: "en",
  });
  const again = await site.shop.admin.post<{ id: string }>(`/v1/messages/${sent!.id}/resend`, {}, "again");
  expect(await site.shop.admin.post(`/v1/messages/${sent!.id}/resend`, {}, "again")).toEqual(again);
  await site.mailsTo(customer.email, 2);
  await site.shop.admin.post("/v1/messages", {
    order: orderId,
    trigger: "delayed",
    facts: { expectedOn: "2026-11-30" },
  });
  const delayed = (await site.mailsTo(customer.email, 3)).at(-1)!;
  expect(delayed.text).toContain("We now expect it on Monday, November 30, 2026.");
  expect(await site.shop.admin.refused("/v1/messages", { order: orderId, trigger: "shipped" })).toBe("notAskable");
  await site.shop.admin.post(`/v1/messages/${sent!.id}/erase`, {});
  expect(await site.shop.admin.get(`/v1/messages/${sent!.id}`)).toMatchObject({
    recipient: null,
    html: null,
    text: null,
    state: "sent",
  });
  const store = await site.shop.caller(["messages:read", "orders:read"], { locationCodes: ["leeds"] });
  expect(await store.list("/v1/messages")).toEqual([]);
  expect((await store.ask("GET", `/v1/messages/${sent!.id}`)).status).toBe(404);
});

test("a draft is shown filled in with a real order, and its faults with their places", async () => {
  const orderId = await site.captured(site.newCustomer());
  const { content } = await site.shop.admin.get<{ content: object }>(
    "/v1/documents/message-template/order-confirmed-en/versions/1",
  );
  const preview = (template: object) =>
    site.shop.admin.post<{ faults: object[]; message: { text: string } | null }>("/v1/message-previews", {
      template,
      order: orderId,
    });
  expect((await preview(content)).message!.text).toContain("Thank you for your order");
  expect(await preview({ ...content, subject: "{{ order.numbr }}" })).toEqual({
    faults: [{ pointer: "/subject", message: "there is no order.numbr (line 1, column 4)" }],
    message: null,
  });
  const { content: shipped } = await site.shop.admin.get<{ content: object }>(
    "/v1/documents/message-template/shipped-en/versions/1",
  );
  expect(await site.shop.admin.refused("/v1/message-previews", { template: shipped, order: orderId })).toBe(
    "nothingToTell",
  );
  expect(await site.shop.admin.refused("/v1/message-tests", { template: content, order: orderId })).toBe("noAddress");
});

test("a test goes to people who can sign in, some at a time, and the audit trail says to whom", async () => {
  const order = await site.captured(site.newCustomer());
  const { content: template } = await site.shop.admin.get<{ content: object }>(
    "/v1/documents/message-template/order-confirmed-en/versions/1",
  );
  const { pool } = site.shop.database;
  const account = { name: "Lena", password: "a-long-password-of-hers", roles: ["operations"] };
  const { id } = await site.shop.admin.post<{ id: string }>("/v1/users", { ...account, email: "lena@shop.test" });
  const to = (address: string) => site.shop.admin.ask("POST", "/v1/message-tests", { template, order, to: address });
  expect((await to("stranger@elsewhere.test")).body).toMatchObject({ code: "notAColleague" });
  expect((await to("LENA@shop.test")).body).toEqual({ sentTo: "lena@shop.test" });
  await site.mailsTo("lena@shop.test", 1);
  const { rows } = await pool.query(
    "select details ->> 'recipient' as recipient from platform.audit_log where action = 'sendTestMessage'",
  );
  expect(rows).toEqual([{ recipient: `user:${id}` }]);
  await pool.query("update access.users set disabled_at = now() where id = $1", [id]);
  expect((await to("lena@shop.test")).body).toMatchObject({ code: "notAColleague" });
  const answers = await Promise.all(Array.from({ length: 30 }, () => to("stranger@elsewhere.test")));
  expect(answers.some(({ status }) => status === 429)).toBe(true);
});
