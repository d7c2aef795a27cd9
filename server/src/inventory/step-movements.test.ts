import fc from "fast-check";
import { expect, test } from "vitest";
import type { LockedPosition } from "./lock-positions.ts";
import type { MovementRequest } from "./movement.ts";
import { stepMovements } from "./step-movements.ts";

const row = (skuId: number, more: Partial<LockedPosition> = {}): LockedPosition => ({
  skuId,
  locationId: 1,
  onHand: 20,
  reserved: 1,
  allocated: 5,
  damaged: 2,
  version: 7,
  countedAt: null,
  damagedCountedAt: null,
  countedAvailable: false,
  countedSources: null,
  ...more,
});
const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 20, 12, minute));
const movement = (skuId: number, more: Partial<MovementRequest>): MovementRequest => ({
  skuId,
  locationId: 1,
  kind: "adjustment",
  occurredAt: at(30),
  source: "wms",
  origin: { actor: "system:test", requestId: null },
  ...more,
});

test("movements of a position step one by one: versions are dense, the last step is the sum of all", () => {
  const units = fc.integer({ min: -3, max: 3 });
  const steps = fc.array(
    fc.record({
      sku: fc.integer({ min: 1, max: 3 }),
      onHand: units,
      reserved: units,
      allocated: units,
      damaged: units,
    }),
  );
  fc.assert(
    fc.property(steps, (told) => {
      const rows = [1, 2, 3].map((sku) => row(sku));
      const results = stepMovements(
        told.map(({ sku, ...deltas }) => movement(sku, deltas)),
        rows,
      );
      for (const before of rows) {
        const own = results.filter(({ skuId }) => skuId === before.skuId);
        expect(own.map(({ version }) => version)).toEqual(own.map((_, index) => before.version + 1 + index));
        expect(own.map(({ last }) => last)).toEqual(own.map((_, index) => index === own.length - 1));
        const sum = (of: "onHand" | "reserved" | "allocated" | "damaged"): number =>
          told.filter(({ sku }) => sku === before.skuId).reduce((total, delta) => total + delta[of], before[of]);
        const end = own.at(-1);
        if (end === undefined) continue;
        expect([end.onHand, end.reserved, end.allocated, end.damaged]).toEqual([
          sum("onHand"),
          sum("reserved"),
          sum("allocated"),
          sum("damaged"),
        ]);
      }
    }),
  );
});

test.each([
  ["before a physical count: the count has seen it", { countedAt: at(30) }, 20, -3],
  ["after the count: takes full effect", { countedAt: at(29) }, 17, null],
  [
    "of a source whose facts the count had seen only until earlier",
    { countedAt: at(40), countedSources: { wms: at(29).toISOString() } },
    17,
    null,
  ],
  [
    "of a source whose facts it had seen even later",
    { countedAt: at(20), countedSources: { wms: at(31).toISOString() } },
    20,
    -3,
  ],
  // What is available stays: the allocation that ends was not in the count.
  ["before a count of available units", { countedAt: at(30), countedAvailable: true }, 18, -1],
])("a shipment %s", (_, counted, onHand, alreadyCounted) => {
  const [step] = stepMovements([movement(1, { onHand: -3, allocated: -2 })], [row(1, counted)]);
  expect(step).toMatchObject({ onHand, allocated: 3, alreadyCounted });
});

test("damage that a count of damaged units has seen is not added again", () => {
  const [step] = stepMovements(
    [movement(1, { damaged: 2 })],
    [row(1, { countedAt: at(30), damagedCountedAt: at(30) })],
  );
  expect(step).toMatchObject({ onHand: 20, damaged: 2, deltaDamaged: 0 });
});

test("a promise takes full effect whatever was counted meanwhile", () => {
  const [step] = stepMovements(
    [movement(1, { allocated: 4 })],
    [row(1, { countedAt: at(40), countedAvailable: true })],
  );
  expect(step).toMatchObject({ onHand: 20, allocated: 9, deltaOnHand: 0, alreadyCounted: null });
});
