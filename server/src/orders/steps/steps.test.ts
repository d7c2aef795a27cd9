import fc from "fast-check";
import { Value as Check } from "typebox/value";
import { describe, expect, test } from "vitest";
import type { NetworkDirectory } from "../../network/public.ts";
import type { TaskDesk } from "../../tasks/public.ts";
import type { EngineSubject, StepItem, Transition } from "../../workflow/public.ts";
import type { FulfillmentOrder, OrderAggregate } from "../aggregate.ts";
import { fulfillmentEntity, newWork, orderEntity, type OrderRun } from "../order-run.ts";
import { genericSteps, orderSteps, stepsOfFulfillmentOrders, stepsOfOrders } from "../steps.ts";

const NOW = new Date("2026-11-22T10:00:00Z");
const desk: TaskDesk = { plan: () => ({ team: "fraud", helpers: [], priority: 50, dueAt: NOW, escalations: [] }) };
const ORDER = "01936b1c-7e6a-7cc3-98d4-222222222222";
const FULFILLMENT = "01936b1c-7e6a-7cc3-98d4-333333333333";
const network = {
  channelById: () => ({ code: "web" }),
  locationById: () => ({ code: "leeds" }),
} as unknown as NetworkDirectory;

/** What every step for both kinds of entities can be asked for, and so what the property is about. */
const EXAMPLES: Readonly<Record<string, Record<string, unknown>>> = {
  hold: { reason: "fraudReview", note: "Look at the address." },
  unhold: { reason: "fraudReview" },
  setAttributes: { attributes: { risk: { cel: "order.total" }, gift: true, at: { cel: "order.orderedAt" } } },
  raiseException: { kind: "addressDoubtful", reason: "No street.", ownerTeam: "customer-service", deadline: "P1D" },
  openTask: {
    queue: "fraud-review",
    title: "Look at it",
    outcomes: [{ event: "approve", label: { en: "Approve", de: "Freigeben" } }],
  },
  waitUntil: { moment: "requestedFrom", offset: "-PT2H" },
  callWebhook: { call: "score", url: "https://fraud.example/score", data: { total: { cel: "order.total" } } },
  sendMessage: { trigger: "delayed" },
  emitEvent: { name: "giftWrapped", data: { tier: { cel: "order.customerTier" } } },
};

const HANDOVER = { shipmentId: "01936b1c-7e6a-7cc3-98d4-555555555555", lines: [{ lineNumber: 1, quantity: 1 }] };

interface UnitExample {
  of: "order" | "fulfillmentOrder";
  /** What its event carries. */
  data?: Record<string, unknown>;
  params?: Record<string, unknown>;
  /** A service has its units to perform. */
  type?: "service";
}

/** The steps that belong to one kind of entity: each has units to book, of which it leaves some, so that twice would show. */
const UNIT_EXAMPLES: Readonly<Record<string, UnitExample>> = {
  createFulfillmentOrders: { of: "order" },
  cancelUnits: { of: "order", data: { lines: [{ lineNumber: 1, quantity: 1 }], reason: "changed mind" } },
  cancelWaiting: { of: "order" },
  askCustomer: { of: "order", params: { within: "P3D", silence: "wait" } },
  deferSourcing: { of: "order" },
  source: { of: "order" },
  performUnits: { of: "order", type: "service" },
  withdrawUnits: {
    of: "fulfillmentOrder",
    data: { lines: [{ lineNumber: 1, quantity: 1 }], to: "cancelled", reason: "short" },
  },
  declineUnits: { of: "fulfillmentOrder" },
  shipUnits: { of: "fulfillmentOrder", data: { ...HANDOVER, occurredAt: NOW } },
  deliverUnits: { of: "fulfillmentOrder", data: { ...HANDOVER, occurredAt: NOW } },
  reportLoss: { of: "fulfillmentOrder", data: HANDOVER },
  collectUnits: { of: "fulfillmentOrder", data: { ...HANDOVER, occurredAt: NOW } },
  markReady: { of: "fulfillmentOrder" },
  extendPickup: { of: "fulfillmentOrder" },
  expireUnits: { of: "fulfillmentOrder" },
};

/** Ten units: four wait, six are at the location, of which two have left. */
const LINE = {
  number: 1,
  skuId: 5,
  choiceNumber: 1,
  unitPrice: 500,
  attributes: null,
  quantity: 10,
  backordered: 4,
  allocated: 4,
  shipped: 2,
  delivered: 0,
  cancelled: 0,
  supplied: false,
  lost: null,
  lostChanged: false,
  changed: false,
};

function aggregate(historical = false): { order: OrderAggregate; fulfillmentOrder: FulfillmentOrder } {
  const fulfillmentOrder: FulfillmentOrder = {
    id: FULFILLMENT,
    number: 1,
    choiceNumber: 1,
    locationId: 7,
    method: "delivery",
    status: "picking",
    dueAt: new Date("2026-11-22T16:00:00Z"),
    rejectedReason: null,
    version: 3,
    readyAt: null,
    expiredAt: null,
    workflow: { definitionId: 2, state: "picking", entry: 4 },
    lines: new Map([
      [
        1,
        {
          lineNumber: 1,
          skuId: 5,
          quantity: 6,
          shipped: 2,
          delivered: 0,
          withdrawn: 0,
          counted: [],
          countedChanged: false,
          changed: false,
        },
      ],
    ]),
    isNew: false,
    changed: false,
  };
  const order: OrderAggregate = {
    id: ORDER,
    number: 100001,
    channelId: 1,
    status: "processing",
    statusAt: NOW,
    currency: "GBP",
    header: {
      type: "standard",
      externalReference: "W-1",
      itemTotal: 5_000,
      chargeTotal: 0,
      customerReference: null,
      customerTier: "gold",
      metadata: {},
    },
    priority: 0,
    historical,
    orderedAt: new Date("2026-11-21T10:00:00Z"),
    holds: 1,
    activeHolds: new Map([["01936b1c-7e6a-7cc3-98d4-444444444444", "credit"]]),
    attributes: { kept: "as it was" },
    sourcingDeferred: false,
    version: 5,
    eventSequence: 9,
    workflow: { definitionId: 1, state: "processing", entry: 2 },
    lines: new Map([[1, { ...LINE }]]),
    choices: new Map([
      [
        1,
        {
          number: 1,
          method: "delivery",
          locationId: null,
          latitude: null,
          longitude: null,
          notBefore: "2026-11-24T08:00:00.000Z",
          notAfter: null,
        },
      ],
    ]),
    fulfillmentOrders: new Map([[FULFILLMENT, fulfillmentOrder]]),
    supplies: null,
    waited: false,
    changed: false,
  };
  return { order, fulfillmentOrder };
}

interface Called {
  step: string;
  of: "order" | "fulfillmentOrder";
  params?: Record<string, unknown>;
  data?: Record<string, unknown>;
  type?: "service";
}

/** Runs steps on a fresh order as the engine does, each as often as said, and tells all that would be written. */
function outcomeOf(calls: readonly Called[], times = 1, historical = false) {
  const { order, fulfillmentOrder } = aggregate(historical);
  const work = newWork({ now: NOW, network, dueAt: () => null, desk, skuCodes: new Map(), locked: undefined });
  if (calls.some(({ type }) => type === "service")) order.header.type = "service";
  const run: OrderRun = {
    order,
    pendingSources: [{ lineNumber: 1, skuId: 5, choiceNumber: 1, locationId: 8, quantity: 1 }],
    occurredAt: NOW,
    origin: { actor: "user:test", requestId: null },
    work,
  };
  const failures: string[] = [];
  const transition = {} as Transition;
  const emitted: unknown[] = [];
  for (const [index, { step, of, params, data = { score: 4 } }] of calls.entries()) {
    const entity = of === "order" ? orderEntity(run) : fulfillmentEntity(run, fulfillmentOrder);
    const item = {
      subject: { id: entity.id, entity } as unknown as EngineSubject,
      event: { type: "go", data },
      params: params ?? EXAMPLES[step] ?? {},
      pointer: `/states/a/entry/${index}`,
      transition,
      pass: 0,
    } satisfies StepItem<EngineSubject>;
    for (let time = 0; time < times; time++) {
      const news = orderSteps.get(`${of}.${step}`)!([item]);
      failures.push(...(news?.failed ?? []).map(({ error }) => String(error)));
      // That quantities have changed is told once more than needed without harm.
      const told = (news?.emitted ?? []).filter(({ event }) => event.type !== "progressed");
      emitted.push(
        ...told.map(({ entity: { id }, event }) => [id === order.id || id === FULFILLMENT ? id : "new", event]),
      );
    }
  }
  const rows = [...work.rows].map(([writer, collected]) => [writer.name, collected] as const);
  return {
    order,
    facts: work.facts.events,
    waits: work.waits.map(({ timer }) => timer),
    tasks: work.tasks.map(({ task }) => task),
    rows,
    movements: work.movements,
    allocations: work.allocations,
    releases: work.releases,
    emitted,
    failures,
  };
}

/** Holds and fulfillment orders get new IDs whenever they are made. */
const withoutIds = (outcome: object): unknown =>
  JSON.parse(
    JSON.stringify(outcome, (_key, value: unknown) => (value instanceof Map ? [...value.values()] : value)).replace(
      /"(?!01936b1c)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"/g,
      '"new"',
    ),
  );

test("every step has an example here, described parameters, and the same name for orders and fulfillment orders", () => {
  expect(genericSteps.map(({ name }) => name).sort()).toEqual(Object.keys(EXAMPLES).sort());
  for (const { name } of genericSteps) {
    for (const steps of [stepsOfOrders, stepsOfFulfillmentOrders]) {
      const { description, params, check } = steps[name]!;
      expect(description.length).toBeGreaterThan(20);
      expect(Check.Errors(params!, EXAMPLES[name])).toEqual([]);
      expect(check!(EXAMPLES[name]!)).toEqual([]);
    }
  }
});

test("running every step twice, in any order of steps, changes nothing more than running each once", () => {
  const called = fc.record({
    step: fc.constantFrom(...Object.keys(EXAMPLES)),
    of: fc.constantFrom("order" as const, "fulfillmentOrder" as const),
  });
  fc.assert(
    fc.property(fc.array(called, { maxLength: 12 }), (calls) => {
      expect(withoutIds(outcomeOf(calls, 2))).toEqual(withoutIds(outcomeOf(calls)));
    }),
    { numRuns: 200 },
  );
});

test("every other step has an example here too, which books something the first time and nothing more the second time", () => {
  const others = [...Object.keys(stepsOfOrders), ...Object.keys(stepsOfFulfillmentOrders)].filter(
    (name) => EXAMPLES[name] === undefined,
  );
  expect(Object.keys(UNIT_EXAMPLES).sort()).toEqual(others.sort());
  for (const [step, { of, data, type, params }] of Object.entries(UNIT_EXAMPLES)) {
    const called: Called = { step, of, ...(data && { data }), ...(params && { params }), ...(type && { type }) };
    // Sourcing has nothing to begin again unless it was put off.
    const calls = step === "source" ? [{ step: "deferSourcing", of }, called] : [called];
    const once = outcomeOf(calls);
    expect(once.failures).toEqual([]);
    expect([step, withoutIds(once)]).not.toEqual([step, withoutIds(outcomeOf(calls.slice(0, -1)))]);
    expect([step, withoutIds(outcomeOf(calls, 2))]).toEqual([step, withoutIds(once)]);
  }
});

test("for orders of the past nobody is told, called or waited for", () => {
  const calls = Object.keys(EXAMPLES).map((step): Called => ({ step, of: "order" }));
  const { facts, waits, tasks, rows } = outcomeOf(calls, 1, true);
  expect(facts.map(({ type }) => type)).toEqual(["order.held", "order.holdReleased", "order.attributesSet"]);
  expect([waits, tasks]).toEqual([[], []]);
  expect(rows.map(([writer]) => writer)).not.toContain("enqueueJobs");
});

describe("hold and unhold", () => {
  test("count with the holds of people, and end only those of their own reason", () => {
    expect(outcomeOf([{ step: "hold", of: "order" }]).order.holds).toBe(2);
    const { order, facts } = outcomeOf(["hold", "hold", "unhold"].map((step) => ({ step, of: "order" })));
    expect([order.holds, [...order.activeHolds.values()]]).toEqual([1, ["credit"]]);
    expect(facts.map(({ type }) => type)).toEqual(["order.held", "order.holdReleased"]);
  });
});

describe("askCustomer", () => {
  const params = {
    within: "P3D",
    silence: "wait",
    markets: [{ markets: ["DE", "AT"], within: "P5D", silence: "cancel" }],
  };
  const timersIn = (market: string) => {
    network.channelById = () => ({ code: "web", market }) as never;
    return outcomeOf([{ step: "askCustomer", of: "order", params }]).waits;
  };

  test("silence is a timer that brings an answer: how long and which one is a rule of the market", () => {
    expect(timersIn("AT")).toMatchObject([{ name: "customerCancels", dueAt: new Date("2026-11-27T10:00:00Z") }]);
    expect(timersIn("GB")).toMatchObject([{ name: "customerWaits", dueAt: new Date("2026-11-25T10:00:00Z") }]);
  });

  test("a rule for a market is the only one, and silence is one of the answers", () => {
    const twice = { ...params.markets[0]!, markets: ["CH", "AT"] };
    const faulty = { ...params, answers: ["cancel"], markets: [...params.markets, twice] };
    expect(stepsOfOrders["askCustomer"]!.check!(faulty)).toEqual([
      { pointer: "/silence", message: "is none of the answers" },
      { pointer: "/markets/1/markets/1", message: "has a rule already" },
    ]);
  });
});

describe("setAttributes", () => {
  test("notes literals and worked-out values, keeps the others, and null takes one away", () => {
    const params = { attributes: { kept: { cel: "null" }, next: { cel: "order.total + 1" } } };
    const { order, facts } = outcomeOf([
      { step: "setAttributes", of: "fulfillmentOrder" },
      { step: "setAttributes", of: "order", params },
    ]);
    expect(order.attributes).toEqual({ risk: 5_000, gift: true, at: "2026-11-21T10:00:00.000Z", next: 5_001 });
    expect(facts.at(-1)!.data).toEqual({ channel: "web", attributes: { kept: null, next: 5_001 } });
  });

  test("a value that is missing fails this entity alone and leaves nothing half done", () => {
    const params = { attributes: { gift: true, risk: { cel: "event.data.risk" } } };
    const { order, facts, failures } = outcomeOf([{ step: "setAttributes", of: "order", params }]);
    expect(failures).toHaveLength(1);
    expect([order.attributes, facts]).toEqual([{ kept: "as it was" }, []]);
  });

  test("expressions are checked when the workflow is, with their place", () => {
    const check = stepsOfOrders["setAttributes"]!.check!;
    expect(check({ attributes: { risk: { cel: "order.totl" } } })[0]!.pointer).toBe("/attributes/risk/cel");
    expect(check({ attributes: { risk: { cel: "order.lines" } } })[0]!.message).toMatch(/must be a text, number/);
    expect(check({ attributes: { risk: { cel: "fulfillmentOrder.number" } } })).toHaveLength(1);
    expect(
      stepsOfFulfillmentOrders["setAttributes"]!.check!({ attributes: { n: { cel: "fulfillmentOrder.number" } } }),
    ).toEqual([]);
  });
});

describe("waitUntil", () => {
  const dueAt = (of: Called["of"], params: Record<string, unknown>) =>
    outcomeOf([{ step: "waitUntil", of, params }]).waits.map((timer) => timer.dueAt.toISOString());

  test("waits until a moment of the order, before or after it, and never in the past", () => {
    expect(dueAt("order", { moment: "requestedFrom", offset: "-PT2H" })).toEqual(["2026-11-24T06:00:00.000Z"]);
    expect(dueAt("fulfillmentOrder", { moment: "due", offset: "PT1H" })).toEqual(["2026-11-22T17:00:00.000Z"]);
    expect(dueAt("order", { moment: "now", offset: "P1D" })).toEqual(["2026-11-23T10:00:00.000Z"]);
    expect(dueAt("order", { moment: "ordered" })).toEqual([NOW.toISOString()]);
  });

  test("an order without that moment waits as long as the step says, or not at all", () => {
    expect(dueAt("order", { moment: "requestedUntil", offset: "P9D" })).toEqual([NOW.toISOString()]);
    expect(dueAt("order", { moment: "requestedUntil", otherwise: "PT4H" })).toEqual(["2026-11-22T14:00:00.000Z"]);
  });
});

describe("callWebhook", () => {
  test("is one job per place and change, whose ID is known before", () => {
    const ids = (calls: Called[]) =>
      outcomeOf(calls).rows.flatMap(([, rows]) => (rows as { id: string }[]).map(({ id }) => id));
    const [one, other] = ids([
      { step: "callWebhook", of: "order" },
      { step: "callWebhook", of: "order" },
    ]);
    expect(one).not.toBe(other);
    expect(ids([{ step: "callWebhook", of: "order" }])).toEqual([one]);
  });
});

test("raiseException names no kind that the system acts on by itself: nobody could retry or end what is not there", () => {
  const check = (kind: string) =>
    stepsOfOrders["raiseException"]!.check!({
      kind,
      reason: "No street.",
      ownerTeam: "customer-service",
      deadline: "P1D",
    });
  expect(check("addressDoubtful")).toEqual([]);
  for (const kind of ["jobParked", "timerFailed", "webhookGap"]) expect(check(kind)[0]!.pointer).toBe("/kind");
});

test("raiseException and emitEvent name the location of a fulfillment order, so that who is limited to it is told", () => {
  const { rows, facts } = outcomeOf(["raiseException", "emitEvent"].map((step) => ({ step, of: "fulfillmentOrder" })));
  expect(rows[0]![1]).toMatchObject([{ details: { location: "leeds", orderNumber: 100001 } }]);
  expect(facts.map(({ type, data }) => [type, data["location"]])).toEqual([["order.signaled", "leeds"]]);
});
