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

/** Somebody of the house. */
async function colleague(name: string, more: { teams?: string[]; language?: string; roles?: string[] }) {
  const email = `${name}@shop.test`;
  const account = { email, name, password: "correct-horse-battery", roles: ["operations"], ...more };
  const { id } = await site.shop.admin.post<{ id: string }>("/v1/users", account);
  return { id, email };
}

const report = (kind: string, entityId: string, ownerTeam: string) =>
  site.shop.admin.post("/v1/exceptions", {
    kind,
    entityId,
    ownerTeam,
    entityType: "carrier",
    reason: "Nobody answers.",
    dueAt: new Date().toISOString(),
  });
const ownedBy = (team: string) =>
  site.shop.admin.list<{ id: string; ownerTeam: string; level: number; escalatesAt: string | null }>(
    `/v1/exceptions?ownerTeam=${team}`,
  );
/** Puts off the mail that waits for somebody, or has its moment come; one that is sent already by then is as good. */
const mailIn = (userId: string, delay: "0 s" | "1 hour") =>
  eventually("a mail waits", async () => {
    const { rows } = await site.shop.database.pool.query<{ state: string }>(
      `with newest as (select id, state from messages.outbox where user_id = $1 order by created_at desc limit 1), moved as (
         update platform.jobs set due_at = now() + $2::interval from newest where newest.id = jobs.id and jobs.state = 'waiting')
       select state from newest`,
      [userId, delay],
    );
    return rows.length === 1;
  });
const factsOf = async (userId: string): Promise<number[]> => {
  const { rows } = await site.shop.database.pool.query<{ told: number }>(
    "select jsonb_array_length(facts -> 'exception') as told from messages.outbox where user_id = $1 order by created_at",
    [userId],
  );
  return rows.map(({ told }) => told);
};

test("what nobody deals with in time is mailed to its team: one mail each, in their language, however much there is (W7)", async () => {
  const ada = await colleague("ada", { teams: ["carriers"] });
  const uwe = await colleague("uwe", { teams: ["carriers"], language: "de-DE" });
  const quiet = await colleague("quiet", { teams: ["carriers"] });
  await site.shop.database.pool.query("update access.users set alert_mails = false where id = $1", [quiet.id]);
  await report("carrierContradiction", "c1", "carriers");
  await eventually("the first is told of", async () => (await factsOf(ada.id))[0] === 1);
  for (const { id } of [ada, uwe]) await mailIn(id, "1 hour");
  for (const each of ["c2", "c3"]) await report("carrierContradiction", each, "carriers");
  await eventually("all three are told of in one", async () => (await factsOf(ada.id))[0] === 3);
  site.post.moods.push("drop");
  await mailIn(ada.id, "0 s");
  const { rows } = await site.shop.database.pool.query<{ id: string }>(
    "select id from messages.outbox where user_id = $1",
    [ada.id],
  );
  await untilRetried(rows[0]!.id, 1);
  const [one, other] = await site.mailsTo(ada.email, 2);
  expect(one!.headers.get("message-id")).toBe(`<${rows[0]!.id}@orders.test>`);
  expect(other!.headers.get("message-id")).toBe(one!.headers.get("message-id"));
  expect(one!.headers.get("subject")).toBe("3 exceptions: carriers");
  expect(one!.text).toContain("https://orders.test/exceptions?owner=own");
  await mailIn(uwe.id, "0 s");
  const [german] = await site.mailsTo(uwe.email, 1);
  expect(german!.headers.get("subject")).toBe("3 Ausnahmen: carriers");
  expect(german!.text).toContain("Carrier contradiction");
  expect(await factsOf(quiet.id)).toEqual([]);
  const { rows: events } = await site.shop.database.pool.query<{ data: object }>(
    "select data from platform.events where type = 'exception.escalated'",
  );
  expect(JSON.stringify(events)).not.toContain("@shop.test");

  // The next one waits until five minutes have passed since the last went out, however long that had waited itself.
  const { pool } = site.shop.database;
  await pool.query("update messages.outbox set created_at = now() - interval '10 minutes' where user_id is not null");
  await report("carrierContradiction", "c4", "carriers");
  await eventually("it is told of in another", async () => (await factsOf(ada.id)).length === 2);
  const { rows: waiting } = await pool.query<{ id: string; user_id: string; seconds: number }>(
    `select j.id, m.user_id, extract(epoch from j.due_at - now())::int as seconds
     from platform.jobs j join messages.outbox m using (id) where m.user_id = any ($1) and j.state = 'waiting'`,
    [[ada.id, uwe.id]],
  );
  expect(waiting.filter(({ seconds }) => seconds > 240)).toHaveLength(2);
  // What comes after somebody has skipped a mail is told in a new one, not added to what nobody sends.
  const skipped = waiting.find(({ user_id }) => user_id === uwe.id)!.id;
  await site.shop.admin.post("/v1/jobs/skip", { items: [{ id: skipped, reason: "They know." }] });
  await report("carrierContradiction", "c5", "carriers");
  await eventually("it is told of in a third", async () => (await factsOf(uwe.id)).length === 3);
  // Nothing is told of what is dealt with by then.
  const open = await ownedBy("carriers");
  expect(open.map(({ level }) => level)).toEqual([1, 1, 1, 1, 1]);
  for (const { id } of open) await site.shop.admin.post(`/v1/exceptions/${id}/resolve`, { resolution: "Settled." });
  await mailIn(ada.id, "0 s");
  const state = async (): Promise<string> =>
    (await site.shop.admin.list<{ userId: string | null; state: string }>("/v1/messages?trigger=teamAlert")).find(
      ({ userId }) => userId === ada.id,
    )!.state;
  await eventually("nothing is left to tell", async () => (await state()) === "skipped");
  expect(site.post.mails.filter(({ to }) => to.includes(ada.email))).toHaveLength(2);
});

test("where nobody of the team can be told, managers are; levels that follow give it to another team (W6)", async () => {
  const boss = await colleague("boss", { roles: ["admin"] });
  await report("webhookLookalike", "lonely", "nobody-there");
  await eventually("the manager is told", async () => (await factsOf(boss.id)).length === 1);
  await mailIn(boss.id, "0 s");
  expect((await site.mailsTo(boss.email, 1))[0]!.text).toContain("nobody of the team can be told by mail");
  const [{ id, escalatesAt } = { id: "", escalatesAt: null }] = await ownedBy("nobody-there");
  expect(Date.parse(escalatesAt!) - Date.now()).toBeGreaterThan(3.9 * 3_600_000);
  await site.shop.database.pool.query(
    `update tasks.exceptions set escalates_at = now(), escalations = (
       select jsonb_agg(jsonb_set(one, '{at}', to_jsonb(now()))) from jsonb_array_elements(escalations) one) where id = $1`,
    [id],
  );
  await eventually("operations have it", async () => (await ownedBy("operations")).some((one) => one.id === id));
  expect(await site.shop.admin.get("/v1/overdue")).toMatchObject({ tasks: 0, exceptions: expect.any(Number) });
  await site.shop.admin.post(`/v1/exceptions/${id}/resolve`, { resolution: "Settled." });
});

test("a colleague's address that takes no mails is an exception, and no customer's affair", async () => {
  const max = await colleague("max", { teams: ["returns"] });
  await report("carrierContradiction", "r1", "returns");
  site.post.moods.push({ at: "recipient", code: 550, message: "5.1.1 no such user" });
  await mailIn(max.id, "0 s");
  const told = await eventually("somebody hears of it", async () => {
    const all = await site.shop.admin.list<{ kind: string; entityId: string; ownerTeam: string }>("/v1/exceptions");
    return all.find(({ kind, entityId }) => kind === "colleagueUnreachable" && entityId === max.id);
  });
  expect(told.ownerTeam).toBe("operations");
});
