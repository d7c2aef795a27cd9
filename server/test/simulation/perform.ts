import { expect } from "vitest";
import type { Answer, Caller, ProblemBody } from "../harness/caller.ts";
import { type CapturedOrderAnswer, HOME, type OrderAnswer } from "../harness/retailer.ts";
import { Acknowledged, type KnownOrder, type LineUnits } from "./acknowledged.ts";
import { FACTS, isCounted, LOCATIONS, type Operation, SKUS } from "./operations.ts";

/** One simulated world: processes that share a database, and what they have acknowledged. */
export interface World {
  processes: readonly Caller[];
  acknowledged: Acknowledged;
  skuCode: (index: number) => string;
  /** How often each answer came, by kind of operation and code. */
  outcomes: Map<string, number>;
  /** Everything travels under a key, so that what got no answer can be sent again. */
  alwaysKeyed: boolean;
  /** Grows: makes keys, references and documents of this run unique. */
  counter: number;
}

export function newWorld(processes: readonly Caller[], skuCode: World["skuCode"], alwaysKeyed = false): World {
  return { processes, acknowledged: new Acknowledged(), skuCode, outcomes: new Map(), alwaysKeyed, counter: 0 };
}

/** Carries out all operations, many at a time; each caller takes the next one when its last is answered. */
export async function performAll(world: World, operations: Iterable<Operation>, callers: number): Promise<void> {
  const queue = operations[Symbol.iterator]();
  let failure: unknown;
  const work = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true && failure === undefined; next = queue.next()) {
      await perform(world, next.value).catch((error: unknown) => {
        failure ??= error;
      });
    }
  };
  await Promise.all(Array.from({ length: callers }, work));
  if (failure !== undefined) throw failure;
}

/** Answers that an operation may get besides success. Anything else, and every 5xx, is a failure of the simulation. */
const REFUSALS: Record<Operation["kind"], readonly string[]> = {
  capture: ["unavailable", "referenceTaken", "tooLate", "busy"],
  cancel: ["nothingToDo", "tooLate", "tooMany", "transitionNotAllowed", "busy"],
  advance: ["transitionNotAllowed", "orderHeld", "nothingToShip", "busy"],
  ship: ["transitionNotAllowed", "orderHeld", "nothingToShip", "tooManyUnits", "busy"],
  deliver: ["alreadyDelivered", "busy"],
  hold: ["busy"],
  release: ["holdNotActive", "busy"],
  fact: [],
  document: [],
  adjust: [],
  snapshot: [],
  repeat: ["busy"],
  look: [],
};

async function perform(world: World, operation: Operation): Promise<void> {
  const caller = world.processes[operation.process % world.processes.length]!;
  const outcome = await carryOut(world, caller, operation);
  const key = `${operation.kind} ${outcome}`;
  world.outcomes.set(key, (world.outcomes.get(key) ?? 0) + 1);
}

/** Answers "ok", the code of a refusal, or "nothing" when there is nothing that it could be about. */
function carryOut(world: World, caller: Caller, operation: Operation): Promise<string> | string {
  switch (operation.kind) {
    case "capture":
      return capture(world, caller, operation);
    case "cancel":
      return cancel(world, caller, operation);
    case "advance":
      return advance(world, caller, operation);
    case "ship":
      return ship(world, caller, operation);
    case "deliver":
      return deliver(world, caller, operation);
    case "hold":
      return hold(world, caller, operation);
    case "release":
      return release(world, caller, operation);
    case "fact":
      return tellFact(world, caller, operation);
    case "document":
      return tellDocument(world, caller, operation);
    case "adjust":
      return adjust(world, caller, operation);
    case "snapshot":
      return snapshot(world, caller, operation);
    case "repeat":
      return repeat(world, caller, operation);
    case "look":
      return look(world, caller, operation);
  }
}

type Of<Kind extends Operation["kind"]> = Extract<Operation, { kind: Kind }>;

/** Sends it and notes what a key was answered; a refusal that the operation may not get fails the simulation. */
async function send<Body extends object>(
  world: World,
  caller: Caller,
  kind: Operation["kind"],
  path: string,
  body: object,
  isKeyed: boolean,
  taken: (body: Body, status: number) => void,
): Promise<string> {
  const key = isKeyed || world.alwaysKeyed ? `key-${++world.counter}` : null;
  const answer = await caller.ask<Body>("POST", path, body, key === null ? {} : { "idempotency-key": key });
  const refusal = refusalOf(answer, kind, path, body);
  if (refusal !== null) return refusal;
  taken(answer.body, answer.status);
  // A capture that finds its reference captured before changes nothing and keeps no answer: it tells how the order is now.
  if (key !== null && !("replayed" in answer.body && answer.body.replayed === true)) {
    const { requests } = world.acknowledged;
    requests.push({ path, body, key, status: answer.status, answer: answer.body });
    if (requests.length > 2 * RECENT) requests.splice(0, RECENT);
  }
  return "ok";
}

function refusalOf(answer: Answer<unknown>, kind: Operation["kind"], path: string, body: object | null): string | null {
  if (answer.status < 300) return null;
  const { code } = answer.body as ProblemBody;
  if (answer.status < 500 && REFUSALS[kind].includes(code)) return code;
  throw new Error(`${kind} ${path} ${JSON.stringify(body)}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

/** Recent ones are chosen, so that operations meet. */
const RECENT = 40;

function recent<Item>(items: readonly Item[], index: number): Item | undefined {
  return items[items.length - 1 - (index % Math.min(items.length, RECENT))];
}

async function capture(world: World, caller: Caller, operation: Of<"capture">): Promise<string> {
  const { channel, priority } = operation;
  const reference =
    operation.reference === null ? `order-${++world.counter}` : `again-${operation.reference + 41 * era(world)}`;
  const lines = operation.lines.map(({ sku, quantity }) => ({ sku: world.skuCode(sku), quantity, unitPrice: 100 }));
  const choice =
    operation.pickupAt === null ? HOME : { id: "home", method: "pickup", location: LOCATIONS[operation.pickupAt]! };
  const body = { channel, externalReference: reference, priority, fulfillmentChoices: [choice], lines };
  return await send<CapturedOrderAnswer>(
    world,
    caller,
    "capture",
    "/v1/orders",
    body,
    operation.keyed,
    (answer, status) => {
      expect(status).toBe(answer.replayed ? 200 : 201);
      if (answer.revision > 1) world.acknowledged.superseded(channel, reference, answer.revision - 1);
      // An order that was captured before is unknown here when the answer to its capture is on its way, or was lost.
      if (world.acknowledged.knows(answer.id)) return;
      const work = answer.fulfillmentOrders.map(({ id, location }) => ({ id, location }));
      world.acknowledged.captured({ id: answer.id, channel, reference, revision: answer.revision, lines, work });
      if (answer.replayed) return;
      const units = [...answer.allocations, ...answer.backordered].reduce((sum, { quantity }) => sum + quantity, 0);
      expect(units).toBe(lines.reduce((sum, { quantity }) => sum + quantity, 0));
    },
  );
}

async function cancel(world: World, caller: Caller, operation: Of<"cancel">): Promise<string> {
  const order = recent(world.acknowledged.orders, operation.order);
  if (order === undefined) return "nothing";
  const lines =
    operation.quantity === null
      ? undefined
      : [{ lineNumber: 1 + (operation.order % order.lines.size), quantity: operation.quantity }];
  const body = { reason: "simulated", ...(lines === undefined ? {} : { lines }) };
  return await send<{ cancelled: LineUnits[] }>(
    world,
    caller,
    "cancel",
    `/v1/orders/${order.id}/cancel`,
    body,
    operation.keyed,
    ({ cancelled }) => {
      for (const { lineNumber, quantity } of cancelled) order.lines.get(lineNumber)!.cancelled += quantity;
    },
  );
}

function workOf(
  world: World,
  operation: { order: number; work: number },
): { order: KnownOrder; id: string; location: string } | undefined {
  const order = recent(world.acknowledged.orders, operation.order);
  if (order === undefined || order.work.length === 0) return undefined;
  return { order, ...order.work[operation.work % order.work.length]! };
}

interface ShippedAnswer {
  shipmentId: string;
  lines: LineUnits[];
}

async function advance(world: World, caller: Caller, operation: Of<"advance">): Promise<string> {
  const work = workOf(world, operation);
  if (work === undefined) return "nothing";
  const { action } = operation;
  const body = action === "reject" ? { reason: "simulated" } : {};
  return await send<ShippedAnswer>(
    world,
    caller,
    "advance",
    `/v1/fulfillment-orders/${work.id}/${action}`,
    body,
    false,
    (answer) => {
      if (action === "collect")
        world.acknowledged.shipped(work.order, work.location, answer.shipmentId, answer.lines, true);
    },
  );
}

async function ship(world: World, caller: Caller, operation: Of<"ship">): Promise<string> {
  const work = workOf(world, operation);
  if (work === undefined) return "nothing";
  const { quantity } = operation;
  const body =
    quantity === null ? {} : { lines: [{ lineNumber: 1 + (operation.order % work.order.lines.size), quantity }] };
  return await send<ShippedAnswer>(
    world,
    caller,
    "ship",
    `/v1/fulfillment-orders/${work.id}/shipments`,
    body,
    operation.keyed,
    (answer) => world.acknowledged.shipped(work.order, work.location, answer.shipmentId, answer.lines, false),
  );
}

async function deliver(world: World, caller: Caller, operation: Of<"deliver">): Promise<string> {
  const shipment = recent(world.acknowledged.shipments, operation.shipment);
  if (shipment === undefined) return "nothing";
  return await send(world, caller, "deliver", `/v1/shipments/${shipment.id}/deliver`, {}, false, () => {
    expect(shipment.delivered).toBe(false);
    shipment.delivered = true;
    for (const { lineNumber, quantity } of shipment.lines) shipment.order.lines.get(lineNumber)!.delivered += quantity;
  });
}

async function hold(world: World, caller: Caller, operation: Of<"hold">): Promise<string> {
  const order = recent(world.acknowledged.orders, operation.order);
  if (order === undefined) return "nothing";
  return await send<{ id: string }>(
    world,
    caller,
    "hold",
    `/v1/orders/${order.id}/holds`,
    { reason: "simulated" },
    false,
    ({ id }) => world.acknowledged.holds.push({ id, order }),
  );
}

async function release(world: World, caller: Caller, operation: Of<"release">): Promise<string> {
  const { holds } = world.acknowledged;
  const chosen = recent(holds, operation.hold);
  if (chosen === undefined) return "nothing";
  return await send(
    world,
    caller,
    "release",
    `/v1/orders/${chosen.order.id}/holds/${chosen.id}/release`,
    {},
    false,
    () => {},
  );
}

const ON_HAND = { receipt: 1, return: 1, found: 1, sale: -1, loss: -1, damage: 0, repair: 0 } as const;

interface FactItems {
  items: { status: string; effect?: string; problem?: ProblemBody }[];
}

interface Fact {
  kind: (typeof FACTS)[number];
  sku: number;
  location: number;
  quantity: number;
}

/** A fact of its own: told once, always new. */
function tellFact(world: World, caller: Caller, operation: Of<"fact">): Promise<string> {
  const { fact, sku, location, quantity } = operation;
  return tell(world, caller, "fact", { kind: fact, sku, location, quantity }, operation.minutesAgo, null);
}

/** The document says what the fact is; it is told again and again, by several processes at once, and counts once. */
function tellDocument(world: World, caller: Caller, operation: Of<"document">): Promise<string> {
  const number = operation.document + 41 * era(world);
  const fact = {
    kind: FACTS[number % FACTS.length]!,
    sku: number % SKUS,
    location: number % LOCATIONS.length,
    quantity: 1 + (number % 5),
  };
  return tell(world, caller, "document", fact, operation.minutesAgo, `document-${number}`);
}

/** References and documents are reused for a while, then come others. */
function era(world: World): number {
  return Math.floor(world.counter / 500);
}

async function tell(
  world: World,
  caller: Caller,
  kind: "fact" | "document",
  fact: Fact,
  since: number,
  document: string | null,
): Promise<string> {
  const [sku, location] = [world.skuCode(fact.sku), LOCATIONS[fact.location]!];
  const item = {
    ...fact,
    sku,
    location,
    occurredAt: minutesAgo(since),
    source: "simulation",
    ...(document === null ? {} : { document }),
  };
  let outcome = "";
  await send<FactItems>(world, caller, kind, "/v1/stock/movements", { items: [item] }, false, ({ items }) => {
    outcome = items[0]!.problem?.code ?? items[0]!.effect!;
    if (outcome === "applied") world.acknowledged.moved(sku, location, ON_HAND[fact.kind] * fact.quantity);
    else if (!(outcome === "repeated" && document !== null))
      expect(outcome).toBe(isCounted(fact.sku) ? "alreadyCounted" : "applied");
  });
  return outcome;
}

async function adjust(world: World, caller: Caller, operation: Of<"adjust">): Promise<string> {
  const [sku, location] = [world.skuCode(operation.sku), LOCATIONS[operation.location]!];
  if (operation.onHand === 0) return "nothing";
  const body = { items: [{ sku, location, onHand: operation.onHand, reason: "simulated" }] };
  return await send<FactItems>(world, caller, "adjust", "/v1/stock/adjustments", body, false, ({ items }) => {
    expect(items).toMatchObject([{ status: "ok" }]);
    if (items[0]!.effect === "applied") world.acknowledged.moved(sku, location, operation.onHand);
  });
}

async function snapshot(world: World, caller: Caller, operation: Of<"snapshot">): Promise<string> {
  const location = LOCATIONS[operation.location]!;
  const items = operation.quantities.flatMap((quantity, sku) =>
    quantity === null ? [] : [{ sku: world.skuCode(sku), location, quantity }],
  );
  const body = {
    source: "count",
    asOf: minutesAgo(operation.minutesAgo),
    basis: operation.available ? "available" : "physical",
    scope: "partial",
    items,
  };
  if (items.length === 0) return "nothing";
  return await send<FactItems>(world, caller, "snapshot", "/v1/stock/snapshots", body, false, (answer) => {
    expect(answer.items.every(({ status }) => status === "ok")).toBe(true);
  });
}

/** The first answer of a key is its answer for ever. */
async function repeat(world: World, caller: Caller, operation: Of<"repeat">): Promise<string> {
  const request = recent(world.acknowledged.requests, operation.request);
  if (request === undefined) return "nothing";
  const answer = await caller.ask<object>("POST", request.path, request.body, { "idempotency-key": request.key });
  const refusal = refusalOf(answer, "repeat", request.path, request.body);
  if (refusal !== null) return refusal;
  const isCapture = request.path === "/v1/orders";
  expect(answer).toMatchObject({
    status: isCapture ? 200 : request.status,
    body: isCapture ? { ...request.answer, replayed: true } : request.answer,
  });
  return "ok";
}

async function look(world: World, caller: Caller, operation: Of<"look">): Promise<string> {
  const order = recent(world.acknowledged.orders, operation.order);
  if (order === undefined) return "nothing";
  const answer = await caller.ask<OrderAnswer>("GET", `/v1/orders/${order.id}`);
  refusalOf(answer, "look", order.id, null);
  for (const line of answer.body.lines)
    expect(line.backordered + line.allocated + line.shipped + line.cancelled).toBe(line.quantity);
  world.acknowledged.seen(order, answer.body);
  return "ok";
}

function minutesAgo(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}
