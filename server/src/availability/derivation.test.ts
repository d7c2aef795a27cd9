import fc from "fast-check";
import { expect, test } from "vitest";
import type { SkuEntry } from "../catalog/public.ts";
import type { ChannelEntry, LocationEntry, NetworkDirectory } from "../network/public.ts";
import type { Control } from "./controls/control.ts";
import { ControlSet } from "./controls/control-set.ts";
import { quantitiesOn } from "./dated-quantities.ts";
import { deriveLocation, type Figure } from "./derivation.ts";
import { SkuStock } from "./sku-stock.ts";

const LOCATIONS = [1, 2, 3];
const TODAY = "2026-11-20";
const DAYS = ["2026-11-19", TODAY, "2026-11-25", "2026-12-10"];
const location = (id: number) =>
  ({
    id,
    code: `L${id}`,
    name: `L${id}`,
    type: id === 3 ? "store" : "warehouse",
    groups: [],
    timeZone: "UTC",
  }) as unknown as LocationEntry;
const network = {
  locationById: location,
  channelById: () => channel,
} as unknown as NetworkDirectory;
const channel = { id: 1, code: "web", market: "GB", locationSet: new Set(LOCATIONS) } as unknown as ChannelEntry;
const sku = { id: 1, code: "S", categoryPath: "", active: true, attributes: null } as unknown as SkuEntry;

const units = (max: number) => fc.integer({ min: 0, max });
const world = fc.record({
  positions: fc.array(
    fc.record({
      onHand: fc.integer({ min: -5, max: 30 }),
      reserved: units(5),
      damaged: units(4),
      allocations: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 4 }),
    }),
    { maxLength: 3 },
  ),
  supplies: fc.array(
    fc.record({
      locationId: fc.constantFrom(...LOCATIONS),
      day: fc.constantFrom("2026-11-18", ...DAYS),
      due: fc.integer({ min: 1, max: 20 }),
      confidence: units(100),
      promised: units(20),
    }),
    { maxLength: 5 },
  ),
  rules: fc.array(
    fc.oneof(
      fc.record({
        type: fc.constantFrom("safetyStock" as const, "buffer" as const, "minimum" as const),
        units: units(8),
      }),
      fc.record({ type: fc.constant("buffer" as const), percent: units(100) }),
      fc.record({ type: fc.constant("exclude" as const) }),
    ),
    { maxLength: 4 },
  ),
  ruleOf: fc.array(fc.constantFrom(undefined, "L1", "L2"), { minLength: 4, maxLength: 4 }),
});

const leavesOf = (figure: Figure): Figure[] =>
  figure.children === undefined ? [figure] : figure.children.flatMap(leavesOf);

test("the leaves of every derivation add up to what is answered, for now and for any day, under any rules, supplies and promises", () => {
  fc.assert(
    fc.property(world, ({ positions, supplies, rules, ruleOf }) => {
      const controls = new ControlSet(
        rules.map(
          (effect, index): Control => ({
            name: `Rule ${index}`,
            effect,
            ...(ruleOf[index] === undefined ? {} : { scope: { locations: [ruleOf[index]] } }),
          }),
        ),
        network,
        new Date(`${TODAY}T12:00:00Z`),
      );
      const rows = positions.map((position, index) => ({
        ...position,
        locationId: LOCATIONS[index]!,
        allocated: position.allocations.reduce((sum, one) => sum + one, 0),
      }));
      const told = supplies.map((supply, index) => ({
        ...supply,
        id: `${index}`,
        promised: Math.min(supply.promised, supply.due),
      }));
      const stock = new SkuStock(sku.id);
      for (const { locationId, onHand, reserved, damaged, allocated } of rows)
        stock.put(locationId, onHand - damaged - reserved - allocated, 1);
      for (const { id, locationId, day, due, confidence, promised } of told)
        stock.putSupply({
          id,
          locationId,
          expectedOn: day,
          version: 1,
          units: Math.max(0, Math.floor((due * confidence) / 100) - promised),
        });
      const answers = quantitiesOn({ sku, stock, channel, controls, days: DAYS, todayAt: () => TODAY });
      const terms = controls.of(sku, channel);
      for (const [index, day] of [null, ...DAYS].entries())
        for (const locationId of LOCATIONS) {
          const row = rows.find((one) => one.locationId === locationId);
          const derived = deriveLocation(
            {
              code: `L${locationId}`,
              name: `L${locationId}`,
              position: row === undefined ? null : { id: "p", version: 1, ...row },
              allocations: (row?.allocations ?? [])
                .slice(0, 2)
                .map((one) => ({ id: "a", orderId: "o", table: "t", units: one })),
              supplies: told
                .filter((one) => one.locationId === locationId)
                .map((one) => ({ ...one, reference: "PO", line: 1, expectedOn: one.day, version: 1 })),
              terms: terms.at(locationId),
              today: TODAY,
            },
            day,
          );
          const answer =
            day === null
              ? terms.promisable(locationId, stock.freeOf(locationId))
              : (answers.find((one) => one.locationId === locationId)?.quantities[index - 1] ?? 0);
          expect(leavesOf(derived).reduce((sum, leaf) => sum + leaf.units, 0)).toBe(answer);
          expect(derived.units).toBe(answer);
        }
    }),
    { numRuns: 400 },
  );
});

test("what may be promised never falls with time, so its minimum over all later days is that of the day itself", () => {
  fc.assert(
    fc.property(world, ({ positions, supplies }) => {
      const controls = new ControlSet([], network, new Date(`${TODAY}T12:00:00Z`));
      const stock = new SkuStock(sku.id);
      for (const [index, { onHand, damaged }] of positions.entries()) stock.put(LOCATIONS[index]!, onHand - damaged, 1);
      for (const [index, { locationId, day, due }] of supplies.entries())
        stock.putSupply({ id: `${index}`, locationId, expectedOn: day, version: 1, units: due });
      for (const { quantities } of quantitiesOn({ sku, stock, channel, controls, days: DAYS, todayAt: () => TODAY }))
        expect(quantities).toEqual(quantities.toSorted((one, other) => one - other));
    }),
  );
});
