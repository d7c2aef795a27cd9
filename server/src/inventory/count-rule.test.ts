import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { STOCK_NOW, type StockWorld, stockWorld } from "../../test/harness/stock.ts";
import { newId } from "../platform/ids.ts";
import { allocate, applyMovements, releaseAllocations } from "./public.ts";

// The rule of counts and late facts in its own words, as the oracle of what SQL does with lists.

interface Told {
  source: string;
  at: number;
  onHand: number;
  allocated: number;
  damaged: number;
}

interface Count {
  asOf: number;
  basis: "physical" | "available";
  quantity: number;
  damaged: number | null;
  /** Until when the facts of a source had been seen, where not until `asOf`. */
  seenUntil: Record<string, number>;
}

class ModelPosition {
  onHand = 0;
  allocated = 0;
  damaged = 0;
  lastCount: Count | null = null;
  damagedCountedAt: number | null = null;
  readonly ledger: Told[] = [];

  tell(fact: Told): void {
    const damagedSeen = this.damagedCountedAt !== null && fact.at <= this.damagedCountedAt;
    const damaged = damagedSeen ? 0 : Math.max(fact.damaged, -this.damaged);
    const count = this.lastCount;
    const seen = count !== null && fact.at <= (count.seenUntil[fact.source] ?? count.asOf);
    const isPhysical = fact.onHand !== 0 || damaged !== 0;
    if (!seen || !isPhysical) this.onHand += fact.onHand;
    else if (count.basis === "available") this.onHand += fact.allocated + damaged;
    this.allocated += fact.allocated;
    this.damaged += damaged;
    this.ledger.push({ ...fact, damaged });
  }

  count(count: Count): void {
    if (this.lastCount !== null && count.asOf <= this.lastCount.asOf) return;
    const sum = (of: "onHand" | "allocated" | "damaged", since: (fact: Told) => number) =>
      this.ledger.filter((fact) => fact.at > since(fact)).reduce((total, fact) => total + fact[of], 0);
    const asOf = () => count.asOf;
    const told = count.damaged ?? (count.quantity === 0 && count.basis === "physical" ? 0 : null);
    const damagedThen = told ?? this.damaged - sum("damaged", asOf);
    const hidden = count.basis === "available" ? this.allocated - sum("allocated", asOf) + damagedThen : 0;
    this.onHand = count.quantity + hidden + sum("onHand", (fact) => count.seenUntil[fact.source] ?? count.asOf);
    if (told !== null) {
      this.damaged = Math.max(0, told + sum("damaged", asOf));
      this.damagedCountedAt = count.asOf;
    }
    this.lastCount = count;
  }
}

let world: StockWorld;
const SKUS = 1_000;
let used = 0;
beforeAll(async () => {
  world = await stockWorld({ skus: SKUS, locations: 50 });
});
afterAll(async () => {
  await world.audit();
  await world.close();
});

const MINUTES = 60_000;
const timeOf = (minute: number) => new Date(STOCK_NOW.getTime() + minute * MINUTES);
const origin = { actor: "system:test", requestId: null };
const EFFECTS = {
  sale: [-1, 0],
  return: [1, 0],
  receipt: [1, 0],
  loss: [-1, 0],
  found: [1, 0],
  damage: [0, 1],
  repair: [0, -1],
} as const;

type Step =
  | { type: "fact"; kind: keyof typeof EFFECTS; at: number; source: string; quantity: number }
  | { type: "promise"; at: number; quantity: number }
  | { type: "ship"; at: number }
  | ({ type: "count" } & Count);

const minute = fc.integer({ min: -40, max: -1 });
const quantity = fc.integer({ min: 1, max: 9 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant("fact" as const),
    kind: fc.constantFrom(...(Object.keys(EFFECTS) as (keyof typeof EFFECTS)[])),
    at: minute,
    source: fc.constantFrom("pos", "web"),
    quantity,
  }),
  fc.record({ type: fc.constant("promise" as const), at: minute, quantity }),
  fc.record({ type: fc.constant("ship" as const), at: minute }),
  fc.record({
    type: fc.constant("count" as const),
    asOf: minute,
    basis: fc.constantFrom("physical" as const, "available" as const),
    quantity: fc.integer({ min: 0, max: 20 }),
    damaged: fc.option(fc.integer({ min: 0, max: 3 })),
    seenUntil: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, fc.record({ pos: minute })),
  }),
);

/** One SKU at one location through the public API; promises as orders make them. */
class RealPosition {
  readonly key = { skuId: 1 + (used % SKUS), locationId: 1 + Math.floor(used++ / SKUS) };
  readonly sku = `S${this.key.skuId}`;
  readonly location = `L${this.key.locationId}`;
  readonly promises: { holderId: string; quantity: number }[] = [];

  async post(path: string, body: object): Promise<void> {
    const answer = await world.api.call("POST", `/v1/stock/${path}`, { body });
    const [item] = answer.json<{ items: { status: string }[] }>().items;
    if (item?.status !== "ok") throw new Error(answer.text);
  }

  async promise(at: number, quantity: number): Promise<void> {
    const holderId = newId();
    const occurredAt = timeOf(at);
    await world.database.transaction(async (transaction) => {
      void applyMovements(transaction, [
        { ...this.key, kind: "allocation", allocated: quantity, unchecked: true, occurredAt, source: "orders", origin },
      ]);
      allocate(transaction, [
        { ...this.key, holderId, lineNumber: 1, orderId: holderId, quantity, allocatedAt: occurredAt },
      ]);
    });
    this.promises.push({ holderId, quantity });
  }

  async ship(at: number): Promise<number> {
    const shipped = this.promises.shift();
    if (shipped === undefined) return 0;
    const { quantity, holderId } = shipped;
    await world.database.transaction(async (transaction) => {
      void applyMovements(transaction, [
        {
          ...this.key,
          kind: "shipment",
          onHand: -quantity,
          allocated: -quantity,
          occurredAt: timeOf(at),
          source: "orders",
          origin,
        },
      ]);
      releaseAllocations(transaction, [{ holderId, lineNumber: 1, quantity }]);
    });
    return quantity;
  }

  count({ asOf, seenUntil, quantity, damaged, ...terms }: Count): Promise<void> {
    const item = { sku: this.sku, location: this.location, quantity, ...(damaged === null ? {} : { damaged }) };
    return this.post("snapshots", {
      source: "erp",
      basis: terms.basis,
      asOf: timeOf(asOf),
      items: [item],
      seenUntil: Object.fromEntries(Object.entries(seenUntil).map(([source, at]) => [source, timeOf(at)])),
    });
  }
}

async function carryOut(steps: readonly Step[]): Promise<{ model: ModelPosition; real: RealPosition }> {
  const [model, real] = [new ModelPosition(), new RealPosition()];
  for (const next of steps) {
    switch (next.type) {
      case "fact": {
        const [onHand, damaged] = EFFECTS[next.kind].map((effect) => effect * next.quantity) as [number, number];
        model.tell({ source: next.source, at: next.at, onHand, damaged, allocated: 0 });
        const { kind, source, quantity } = next;
        await real.post("movements", {
          items: [{ kind, source, quantity, sku: real.sku, location: real.location, occurredAt: timeOf(next.at) }],
        });
        break;
      }
      case "promise":
        model.tell({ source: "orders", at: next.at, onHand: 0, damaged: 0, allocated: next.quantity });
        await real.promise(next.at, next.quantity);
        break;
      case "ship": {
        const units = await real.ship(next.at);
        if (units > 0) model.tell({ source: "orders", at: next.at, onHand: -units, damaged: 0, allocated: -units });
        break;
      }
      case "count": {
        const damaged =
          next.basis === "physical" && next.damaged !== null ? Math.min(next.damaged, next.quantity) : next.damaged;
        model.count({ ...next, damaged });
        await real.count({ ...next, damaged });
        break;
      }
    }
  }
  return { model, real };
}

test("whatever facts, promises, shipments and counts arrive in whatever order, positions follow the rule", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const { model, real } = await carryOut(steps);
      const { onHand, allocated, damaged } = model;
      expect((await world.position(real.sku, real.location)) ?? { onHand: 0, allocated: 0, damaged: 0 }).toMatchObject({
        onHand,
        allocated,
        damaged,
      });
    }),
  );
  await world.audit();
}, 120_000);

test("when counts tell the truth of their moment, the order of arrival does not matter: on hand ends as the truth", async () => {
  const facts = fc.uniqueArray(
    fc.record({ kind: fc.constantFrom("sale" as const, "receipt" as const, "loss" as const), at: minute, quantity }),
    { selector: (fact) => fact.at, maxLength: 10 },
  );
  const history = facts.chain((told) => {
    const steps: Step[] = told.map((fact) => ({ ...fact, type: "fact" as const, source: "pos" }));
    const until = (time: number) =>
      20 + told.filter((fact) => fact.at <= time).reduce((sum, fact) => sum + EFFECTS[fact.kind][0] * fact.quantity, 0);
    // At −41 somebody counted the 20 units that were there before the first fact.
    const counts = fc.uniqueArray(minute, { maxLength: 4 }).map((times): Step[] =>
      [-41, ...times].map((asOf) => ({
        type: "count",
        asOf,
        basis: "physical",
        quantity: until(asOf),
        damaged: null,
        seenUntil: {},
      })),
    );
    return counts.chain((counted) => {
      const truthful = counted.filter((count) => count.type === "count" && count.quantity >= 0);
      const all = [...steps, ...truthful];
      return fc.record({
        truth: fc.constant(until(0)),
        steps: fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
      });
    });
  });
  await fc.assert(
    fc.asyncProperty(history, async ({ truth, steps }) => {
      const { real } = await carryOut(steps);
      expect(await world.position(real.sku, real.location)).toMatchObject({ onHand: truth });
    }),
  );
}, 120_000);
