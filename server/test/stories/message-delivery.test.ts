import { afterAll, beforeAll, expect, test } from "vitest";
import { messageJobs } from "../../src/messages/public.ts";
import { openPostedRetailer, type PostedRetailer } from "../harness/post.ts";
import { eventually, openRetailer } from "../harness/retailer.ts";

let site: PostedRetailer;

beforeAll(async () => {
  site = await openPostedRetailer();
});
afterAll(() => site.close());

/** As if the pause after a failed attempt had passed. */
async function untilRetried(messageId: string, attempts: number): Promise<void> {
  await eventually(
    "the attempt has failed",
    async () => {
      const { rows } = await site.shop.database.pool.query(
        "update platform.jobs set due_at = now() where id = $1 and state = 'waiting' and attempts = $2 returning 1",
        [messageId, attempts],
      );
      return rows.length === 1;
    },
    8_000,
  );
}

test("the answer to an accepted mail is lost: it is sent again, the same under the same Message-ID", async () => {
  const customer = site.newCustomer();
  site.post.moods.push("drop");
  const orderId = await site.captured(customer);
  const { id } = await site.untilState(orderId, "sending");
  await untilRetried(id, 1);
  const [one, other] = await site.mailsTo(customer.email, 2);
  expect(one!.headers.get("message-id")).toBe(`<${id}@orders.test>`);
  expect(other!.headers.get("message-id")).toBe(`<${id}@orders.test>`);
  expect(other!.html).toBe(one!.html);
  await site.untilState(orderId, "sent");
});

test("a mail server that refuses for now gets it again; nothing is sent twice", async () => {
  const customer = site.newCustomer();
  site.post.moods.push({ at: "mail", code: 451, message: "4.3.0 try later" });
  const orderId = await site.captured(customer);
  const { id } = await site.untilState(orderId, "sending");
  await untilRetried(id, 1);
  await site.untilState(orderId, "sent");
  expect(await site.mailsTo(customer.email, 1)).toHaveLength(1);
});

test("an address that does not exist: customer service is told, and nothing more is sent there", async () => {
  const customer = site.newCustomer();
  site.post.moods.push({ at: "recipient", code: 550, message: "5.1.1 no such user" });
  const orderId = await site.captured(customer);
  expect((await site.untilState(orderId, "failed")).reason).toContain("5.1.1 no such user");
  const exceptions = await site.shop.admin.list<{ kind: string; entityId: string; ownerTeam: string }>(
    "/v1/exceptions",
  );
  expect(exceptions.filter(({ entityId }) => entityId === orderId)).toMatchObject([
    { kind: "customerUnreachable", ownerTeam: "customer-service" },
  ]);
  const second = await site.captured(customer);
  expect((await site.untilState(second, "failed")).reason).toContain("takes no messages");
  expect(site.post.mails.filter(({ to }) => to.includes(customer.email))).toEqual([]);
});

test("an event that is read again makes no second message (W3)", async () => {
  const sku = await site.shop.sku({ leeds: 10 });
  const customer = site.newCustomer();
  await site.shop.capture({ customer, lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  await site.mailsTo(customer.email, 1);
  const before = site.post.mails.length;
  await site.shop.database.pool.query("update platform.consumers set position = 0 where name = 'messages'");
  const last = site.newCustomer();
  await site.shop.capture({ customer: last, lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  await site.mailsTo(last.email, 1);
  expect(site.post.mails).toHaveLength(before + 1);
});

test("a bounce that comes back later marks the address; until somebody says otherwise nothing is sent there", async () => {
  const customer = site.newCustomer();
  const orderId = await site.captured(customer);
  const { id } = await site.untilState(orderId, "sent");
  expect(
    await site.shop.admin.post("/v1/message-bounces", { messageId: id, reason: "5.2.1 mailbox disabled" }),
  ).toEqual({
    noted: true,
  });
  expect(await site.shop.admin.get(`/v1/messages/${id}`)).toMatchObject({
    state: "failed",
    addressBouncedAt: expect.any(String),
  });
  expect(await site.exceptionsOf(orderId)).toMatchObject([{ kind: "customerUnreachable" }]);
  await site.untilState(await site.captured(customer), "failed");
  await site.shop.admin.post("/v1/message-bounces/clear", { address: customer.email.toUpperCase() });
  await site.untilState(await site.captured(customer), "sent");
});

test("without a mail server messages are kept and written out when somebody looks; no job is made for them", async () => {
  const quiet = await openRetailer({ worker: true });
  const sku = await quiet.sku({ leeds: 5 });
  const customer = site.newCustomer();
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

test("a worker that stood still does not send what another has taken over", async () => {
  const sent: string[] = [];
  const { messages } = site.shop.application;
  const ports = {
    ...messages.ports,
    email: { send: async ({ id }: { id: string }) => (sent.push(id), { sent: true as const }), close: async () => {} },
  };
  const [row] = (
    await site.shop.database.pool.query<{ id: string }>(
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
  await site.shop.database.pool.query("delete from platform.jobs where lane = 'planted'");
  await site.shop.database.pool.query("delete from messages.outbox where id = $1", [row!.id]);
});
