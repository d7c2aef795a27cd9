import { afterAll, beforeAll, expect, test } from "vitest";
import { boundDeliveries } from "../../src/integrations/public.ts";
import { eventually } from "../harness/retailer.ts";
import { openWebhookSite, type WebhookSite } from "./webhook-site.ts";

let site: WebhookSite;
beforeAll(async () => {
  site = await openWebhookSite();
});
afterAll(() => site.close());

const statesOf = async (webhookId: string): Promise<Record<string, number>> => {
  const { rows } = await site.database.pool.query<{ state: string; n: number }>(
    "select state, count(*)::int as n from platform.jobs where lane = $1 group by state",
    [webhookId],
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
};
const exceptionsOf = async (
  query: string,
): Promise<{ id: string; kind: string; reason: string; entityId: string; details: object }[]> =>
  (await site.api.call("GET", `/v1/exceptions?${query}`)).json<{ data: never[] }>().data;
const age = (webhookId: string, days: number) =>
  site.database.pool.query(
    "update platform.jobs set created_at = created_at - $2::int * interval '1 day' where lane = $1",
    [webhookId, days],
  );

test("deliveries to a receiver that is dead are parked with alerts when their schedule is over, though few were tried", async () => {
  const dead = await site.webhook({ url: "http://127.0.0.1:9/" });
  const [one, other] = site.entities(2);
  await site.happen([one!, one!, other!]);
  await eventually("its circuit is open", async () => {
    await site.hurry();
    const { rows } = await site.database.pool.query("select from integrations.webhooks where id = $1 and trips > 0", [
      dead.id,
    ]);
    return rows.length === 1;
  });
  await age(dead.id, 2);
  await site.database.pool.query(
    "update integrations.webhooks set failing_since = now() - interval '80 hours', open_until = now() + interval '5 minutes' where id = $1",
    [dead.id],
  );
  await site.refresh();
  expect(await boundDeliveries(site.database)).toBe(false);
  expect((await statesOf(dead.id))["parked"]).toBeUndefined();
  await age(dead.id, 1);
  await eventually("the first of each entity is parked", async () => {
    await boundDeliveries(site.database);
    return (await statesOf(dead.id))["parked"] === 2;
  });
  const parked = (await exceptionsOf("kind=jobParked")).length;
  expect(parked).toBe(2);
  await site.database.pool.query("update integrations.webhooks set state = 'removed' where id = $1", [dead.id]);
});

test("what a paused webhook has missed for a month is dropped, told of, and the later events stay", async () => {
  const receiver = await site.receiver();
  const paused = await site.webhook(receiver);
  await site.database.pool.query("update integrations.webhooks set state = 'paused' where id = $1", [paused.id]);
  await site.refresh();
  const [thing] = site.entities(1);
  await site.happen([thing!, thing!]);
  await eventually("they wait", async () => (await site.unfinished(paused.id)) === 2);
  await age(paused.id, 31);
  await site.happen([thing!]);
  await eventually("one more waits", async () => (await site.unfinished(paused.id)) === 3);
  while (await boundDeliveries(site.database));
  expect(await statesOf(paused.id)).toEqual({ skipped: 2, waiting: 1 });
  const dropped = await site.api.call("GET", `/v1/webhook-deliveries?webhookId=${paused.id}&state=skipped`);
  expect(dropped.json<{ data: object[] }>().data).toMatchObject([
    { skippedBy: "system:webhooks", skippedByName: null, skipReason: expect.stringMatching(/\w/) },
    { skippedBy: "system:webhooks" },
  ]);
  expect(await exceptionsOf(`entityId=${paused.id}`)).toMatchObject([
    { kind: "webhookGap", details: { deliveries: 2 } },
  ]);
  await age(paused.id, 31);
  while (await boundDeliveries(site.database));
  expect(await statesOf(paused.id)).toEqual({ skipped: 3 });
  expect(await exceptionsOf(`entityId=${paused.id}`)).toMatchObject([
    { kind: "webhookGap", details: { deliveries: 3 } },
  ]);
  await site.happen([thing!]);
  await eventually("one more waits", async () => (await site.unfinished(paused.id)) === 1);
  await site.database.pool.query("update integrations.webhooks set state = 'active' where id = $1", [paused.id]);
  await site.refresh();
  await eventually("what came later is delivered", async () => (await site.unfinished(paused.id)) === 0);
  expect(receiver.taken()).toHaveLength(1);
  // What was dropped is asked for where it is told. The replay begins a month ago, so it brings what other tests did as well.
  const [gap] = await exceptionsOf(`entityId=${paused.id}`);
  await site.api.call("POST", "/v1/exceptions/retry", { body: { items: [{ id: gap!.id }] } });
  expect(await exceptionsOf(`entityId=${paused.id}`)).toEqual([]);
  await eventually("it is delivered after all", async () => {
    await site.replayAll();
    const own = receiver.received.filter(({ event }) => event.subject === thing);
    return new Set(own.map(({ event }) => event.sequence)).size === 4;
  });
});
