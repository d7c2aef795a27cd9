import { expect } from "vitest";
import type { Retailer } from "../harness/retailer.ts";
import {
  expectKept,
  openSender,
  publishSource,
  type Sender,
  type TellAnswer,
  type Told,
  untilSettled,
} from "./sender.ts";

const STEPS = ["accept", "startPicking", "pack"] as const;
const SOURCE = {
  signature: { scheme: "standardWebhooks" },
  toleranceSeconds: 300,
  event: { id: "/id", type: "/type", time: "/time", sequence: "/sequence" },
  fields: { floor: "/floor", why: "/why" },
  rules: [...STEPS, "reject"].map((event) => ({
    name: event,
    when: `event.type == "${event}"`,
    about: { entity: "fulfillmentOrder", by: "id", field: "floor" },
    event,
    ...(event === "reject" ? { data: { reason: { field: "why" } } } : {}),
  })),
};
const CALLERS = 32;

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Trial {
  told: number;
  parked: number;
  mostTries: number;
  /** Events that were kept and ended, per second. */
  perSecond: number;
}

/**
 * Reliability 5. A warehouse tells the steps of each fulfillment order, once in order and once in chaos: a fifth twice, a
 * fifth out of order, one in a hundred poison, forged or old. Both must leave the same behind.
 */
export async function tryChaos(retailer: Retailer, orders: number, seed: number): Promise<Trial> {
  await publishSource(retailer, "orderly", SOURCE);
  await publishSource(retailer, "chaotic", SOURCE);
  const orderly = openSender(retailer, "orderly");
  const chaotic = openSender(retailer, "chaotic");
  const [calm, wild] = [await makeFloors(retailer, orders), await makeFloors(retailer, orders)];
  await inParallel(calm, async (floor) => {
    for (const [step, event] of stepsOf(floor).entries())
      expect([step, (await tell(orderly, event)).status]).toEqual([step, 202]);
  });
  await untilSettled(retailer, "orderly", 120_000);
  const begun = performance.now();
  const random = randomOf(seed);
  const messages = chaosOf(wild.flatMap(stepsOf), random);
  const answers: TellAnswer[] = [];
  await inParallel(messages, async (message) => void answers.push(await message(chaotic)));
  const counts = await untilSettled(retailer, "chaotic", 600_000);
  const seconds = (performance.now() - begun) / 1_000;
  const refused = answers.filter(({ status }) => status !== 202);
  expect(new Set(refused.map(({ body }) => body.code))).toEqual(new Set(["badSignature", "staleEvent"]));
  expectKept(answers.filter((answer) => !refused.includes(answer)));
  expect(counts.applied).toBe(wild.length * STEPS.length);
  expect(counts.parked).toBe(poisonOf(wild.length * STEPS.length));
  expect(counts.mostTries).toBeLessThanOrEqual(5);
  expect(await historiesOf(retailer, wild)).toEqual(await historiesOf(retailer, calm));
  await Promise.all([orderly.close(), chaotic.close()]);
  const told = messages.length;
  return { told, parked: counts.parked, mostTries: counts.mostTries, perSecond: Math.round(counts.applied / seconds) };
}

async function makeFloors(retailer: Retailer, count: number): Promise<string[]> {
  const sku = await retailer.sku({ leeds: count });
  const floors: string[] = [];
  await inParallel(Array.from({ length: count }), async () => {
    const order = await retailer.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] });
    floors.push(order.fulfillmentOrders[0]!.id);
  });
  return floors;
}

function stepsOf(floor: string): Told[] {
  const begun = Date.now() - 60_000;
  return STEPS.map((type, step) => ({
    id: `${type}-${floor}`,
    type,
    floor,
    sequence: step + 1,
    time: new Date(begun + step * 1_000).toISOString(),
  }));
}

type Message = (sender: Sender) => Promise<TellAnswer>;

const poisonOf = (events: number): number => Math.max(2, Math.round(events / 100));

function chaosOf(events: readonly Told[], random: () => number): Message[] {
  const time = new Date().toISOString();
  const sent = [...events];
  // Duplicates come somewhere later, poison anywhere.
  for (const event of events) if (random() < 0.2) sent.splice(Math.floor(random() * sent.length), 0, event);
  for (let index = 0; index < poisonOf(events.length); index++) {
    const floor =
      index % 2 === 0
        ? { floor: { no: "name" } }
        : { floor: `01900000-0000-7000-8000-${String(index).padStart(12, "0")}` };
    const poison = { id: `poison-${index}`, type: "pack", sequence: 1, time, ...floor };
    sent.splice(Math.floor(random() * sent.length), 0, poison);
  }
  for (let index = 0; index < sent.length; index++) {
    if (random() >= 0.2) continue;
    const other = Math.min(sent.length - 1, index + 1 + Math.floor(random() * 20));
    [sent[index], sent[other]] = [sent[other]!, sent[index]!];
  }
  const messages = sent.map(
    (event): Message =>
      (sender) =>
        tell(sender, event),
  );
  for (const [index, { floor }] of events.entries()) {
    if (index % 100 > 1) continue;
    // Would undo everything if it were believed.
    const attack = { id: `attack-${index}`, type: "reject", why: "attack", floor, time, sequence: 4 };
    const options = index % 100 === 0 ? { forged: true } : { at: new Date(Date.now() - 3_600_000) };
    messages.splice(Math.floor(random() * messages.length), 0, (sender) => tell(sender, attack, options));
  }
  return messages;
}

/** As senders do: too many requests are sent again. */
async function tell(sender: Sender, event: Told, options: Parameters<Sender["tell"]>[1] = {}): Promise<TellAnswer> {
  for (;;) {
    const answer = await sender.tell(event, options);
    if (answer.status !== 429) return answer;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const callers = Array.from({ length: CALLERS }, async () => {
    for (const item of queue) await work(item);
  });
  await Promise.all(callers);
}

/**
 * How many fulfillment orders have gone through which states, by which events. All events are read once: looking for those
 * of each fulfillment order apart took 22 s for 1,500 of them, and five times as long for twice as many.
 */
async function historiesOf(retailer: Retailer, floors: readonly string[]): Promise<unknown[]> {
  const { rows } = await retailer.database.pool.query<{ state: string; history: string[]; count: number }>(
    `with told as materialized (
       select data ->> 'fulfillmentOrderId' as floor, array_agg(type || ' ' || (data ->> 'action') order by sequence) as history
       from platform.events where type = 'order.actionTaken' group by 1)
     select i.state, told.history, count(*)::int as count
     from workflow.instances i left join told on told.floor = i.entity_id::text
     where i.entity_id = any($1::uuid[]) group by 1, 2 order by 1, 2`,
    [floors],
  );
  return rows;
}
