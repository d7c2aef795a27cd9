import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fewestThenNearest } from "./decide-sourcing.ts";
import { distanceMeters } from "./distance.ts";
import type { SourcingCandidate, SourcingDecision, SourcingRequest } from "./policy.ts";

const BERLIN = { latitude: 52.52, longitude: 13.405 };
const POTSDAM = { latitude: 52.4, longitude: 13.07 };
const MUNICH = { latitude: 48.137, longitude: 11.575 };
const LISBON = { latitude: 38.722, longitude: -9.139 };

function candidate(
  locationId: number,
  place: { latitude: number; longitude: number },
  usable: number[],
  priority = 100,
) {
  return { locationId, ...place, priority, capacityLeft: null, usable };
}

const full = (one: SourcingCandidate): SourcingCandidate => ({ ...one, capacityLeft: 0 });

function lines(...quantities: number[]) {
  return quantities.map((quantity, index) => ({ lineNumber: index + 1, skuId: 500 + index, quantity }));
}

function places({ assignments }: SourcingDecision): string {
  return assignments.map(({ lineNumber, locationId, quantity }) => `${lineNumber}:${quantity}@${locationId}`).join(" ");
}

describe("the policy", () => {
  test("one location that has everything beats two nearer ones that share it", () => {
    const decision = fewestThenNearest({
      lines: lines(1, 1),
      destination: BERLIN,
      candidates: [candidate(1, BERLIN, [5, 0]), candidate(2, POTSDAM, [0, 5]), candidate(3, LISBON, [1, 1])],
    });
    expect(places(decision)).toBe("1:1@3 2:1@3");
    expect(decision.reason).toMatchObject({ why: "oneLocation", chosen: [3], fewestPossible: 1, exact: true });
  });

  test("among equals the nearest wins, then the smaller priority, then the smaller ID", () => {
    const choose = (...candidates: SourcingCandidate[]) =>
      fewestThenNearest({ lines: lines(1), destination: BERLIN, candidates }).reason.chosen;
    expect(choose(candidate(1, MUNICH, [1]), candidate(2, POTSDAM, [1]))).toEqual([2]);
    expect(choose(candidate(1, MUNICH, [1], 9), candidate(2, MUNICH, [1], 5))).toEqual([2]);
    expect(choose(candidate(2, MUNICH, [1]), candidate(1, MUNICH, [1]))).toEqual([1]);
  });

  test("of two pairs the one with the smaller sum of distances wins, even if its nearest is farther", () => {
    const decision = fewestThenNearest({
      lines: lines(1, 1),
      destination: BERLIN,
      candidates: [
        candidate(1, BERLIN, [1, 0]),
        candidate(2, LISBON, [0, 1]),
        candidate(3, POTSDAM, [1, 0]),
        candidate(4, MUNICH, [0, 1]),
      ],
    });
    expect(places(decision)).toBe("1:1@1 2:1@4");
  });

  test("a line is split only when no location has all of it", () => {
    const whole = [candidate(1, BERLIN, [2]), candidate(2, POTSDAM, [1]), candidate(3, LISBON, [3])];
    expect(places(fewestThenNearest({ lines: lines(3), destination: BERLIN, candidates: whole }))).toBe("1:3@3");
    const parts = [candidate(1, BERLIN, [2]), candidate(2, POTSDAM, [1]), candidate(3, LISBON, [2])];
    expect(places(fewestThenNearest({ lines: lines(3), destination: BERLIN, candidates: parts }))).toBe("1:2@1 1:1@2");
  });

  test("lines of the same SKU share its stock", () => {
    const decision = fewestThenNearest({
      lines: [
        { lineNumber: 10, skuId: 7, quantity: 2 },
        { lineNumber: 20, skuId: 7, quantity: 2 },
      ],
      destination: BERLIN,
      candidates: [candidate(1, BERLIN, [3, 3]), candidate(2, LISBON, [2, 2])],
    });
    expect(places(decision)).toBe("10:2@1 20:2@2");
  });

  test("what nobody has stays unassigned, and the rest is served", () => {
    const decision = fewestThenNearest({
      lines: lines(4, 1),
      destination: BERLIN,
      candidates: [candidate(1, BERLIN, [3, -2]), candidate(2, BERLIN, [0, 0])],
    });
    expect(places(decision)).toBe("1:3@1");
    expect(decision.unassigned).toEqual([
      { lineNumber: 1, quantity: 1 },
      { lineNumber: 2, quantity: 1 },
    ]);
    expect(decision.reason.excluded).toEqual([{ locationId: 2, why: "nothingUsable" }]);
    const none = fewestThenNearest({ lines: lines(1), destination: null, candidates: [] });
    expect(none).toMatchObject({ assignments: [], reason: { why: "nothingUsable", chosen: [] } });
  });

  test("a pickup comes from its location or from nowhere", () => {
    const decision = fewestThenNearest({
      lines: lines(2),
      destination: BERLIN,
      candidates: [candidate(1, BERLIN, [9]), candidate(2, MUNICH, [1])],
      constraints: { fixedLocationId: 2 },
    });
    expect(places(decision)).toBe("1:1@2");
    expect(decision.unassigned).toEqual([{ lineNumber: 1, quantity: 1 }]);
    expect(decision.reason).toMatchObject({
      why: "fixedLocation",
      excluded: [{ locationId: 1, why: "notTheFixedLocation" }],
    });
  });

  test("a full location is spared while others can serve the order, even if that takes more of them", () => {
    const decision = fewestThenNearest({
      lines: lines(1, 1),
      destination: BERLIN,
      candidates: [
        full(candidate(1, BERLIN, [5, 5])),
        { ...candidate(2, MUNICH, [5, 0]), capacityLeft: 3 },
        candidate(3, LISBON, [0, 5]),
      ],
    });
    expect(places(decision)).toBe("1:1@2 2:1@3");
    expect(decision.reason.excluded).toEqual([{ locationId: 1, why: "full" }]);
    expect(decision.reason.considered).toMatchObject([{ locationId: 2, capacityLeft: 3 }, { locationId: 3 }]);
  });

  test("a full location is asked for what nobody else has, and then for all that this saves a location for", () => {
    const decision = fewestThenNearest({
      lines: lines(1, 1),
      destination: BERLIN,
      candidates: [
        candidate(1, BERLIN, [5, 0]),
        full(candidate(2, MUNICH, [5, 5])),
        full(candidate(3, LISBON, [5, 5])),
      ],
    });
    expect(places(decision)).toBe("1:1@2 2:1@2");
    expect(decision.reason.considered).toMatchObject([{ locationId: 1 }, { locationId: 2, capacityLeft: 0 }]);
    expect(decision.reason.excluded).toEqual([{ locationId: 3, why: "full" }]);
  });

  test("a location without coordinates comes last, and without a destination distance does not count", () => {
    const unknown = { locationId: 1, latitude: null, longitude: null, priority: 1, capacityLeft: null, usable: [1] };
    const candidates = [unknown, candidate(2, LISBON, [1], 9)];
    expect(fewestThenNearest({ lines: lines(1), destination: BERLIN, candidates }).reason.chosen).toEqual([2]);
    expect(fewestThenNearest({ lines: lines(1), destination: null, candidates }).reason.chosen).toEqual([1]);
  });

  test("an explanation lists at most twenty candidates, and always the chosen ones", () => {
    const candidates = Array.from({ length: 60 }, (_, i) =>
      candidate(i + 1, { latitude: 40 + i / 10, longitude: 5 }, i === 59 ? [1, 1] : [1, 0]),
    );
    const { reason } = fewestThenNearest({
      lines: lines(1, 1),
      destination: { latitude: 40, longitude: 5 },
      candidates,
    });
    expect(reason.chosen).toEqual([60]);
    expect(reason.considered).toHaveLength(21);
    expect(reason.considered.at(-1)).toMatchObject({ locationId: 60, distanceKm: 656.1 });
    expect(reason.notListed).toBe(39);
  });
});

const UNLIMITED = fc.constant(null);
const coordinate = fc.integer({ min: 0, max: 4 });
/** Few coordinates and priorities, so that ties are common. */
const requests = (
  most: { lines: number; candidates: number; units: number },
  capacities: fc.Arbitrary<number | null> = fc.constantFrom(null, 2, 0),
): fc.Arbitrary<SourcingRequest> =>
  fc.integer({ min: 1, max: most.lines }).chain((count) =>
    fc.record({
      lines: fc
        .array(fc.integer({ min: 1, max: 4 }), { minLength: count, maxLength: count })
        .map((quantities) => lines(...quantities)),
      destination: fc.option(fc.record({ latitude: coordinate, longitude: coordinate }), { freq: 5 }),
      candidates: fc
        .uniqueArray(
          fc.record({
            locationId: fc.integer({ min: 1, max: 50 }),
            latitude: coordinate,
            longitude: coordinate,
            priority: fc.integer({ min: 1, max: 2 }),
            capacityLeft: capacities,
            usable: fc.array(fc.integer({ min: -1, max: most.units }), { minLength: count, maxLength: count }),
          }),
          { maxLength: most.candidates, selector: ({ locationId }) => locationId },
        )
        .map((candidates) => candidates as SourcingCandidate[]),
    }),
  );

describe("for any request", () => {
  test("nobody gives more than it has, and every unit is either assigned or unassigned", () => {
    fc.assert(
      fc.property(requests({ lines: 5, candidates: 8, units: 4 }), fc.nat(2), (request, shared) => {
        // Some lines repeat the SKU of the first one, and with it its stock.
        const same = request.lines.map((line, index) => (index <= shared ? { ...line, skuId: 500 } : line));
        const candidates = request.candidates.map((location) => ({
          ...location,
          usable: location.usable.map((units, index) => (index <= shared ? (location.usable[0] ?? 0) : units)),
        }));
        const { assignments, unassigned } = fewestThenNearest({ ...request, lines: same, candidates });
        for (const { locationId, usable } of candidates) {
          const given = new Map<number, number>();
          for (const assignment of assignments.filter((one) => one.locationId === locationId)) {
            const skuId = same[assignment.lineNumber - 1]?.skuId ?? 0;
            given.set(skuId, (given.get(skuId) ?? 0) + assignment.quantity);
          }
          same.forEach(({ skuId }, index) =>
            expect(given.get(skuId) ?? 0).toBeLessThanOrEqual(Math.max(0, usable[index] ?? 0)),
          );
        }
        for (const { lineNumber, quantity } of same) {
          const units = [...assignments, ...unassigned].filter((one) => one.lineNumber === lineNumber);
          expect(units.reduce((sum, one) => sum + one.quantity, 0)).toBe(quantity);
          expect(units.every((one) => one.quantity > 0)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("as much is assigned as there is", () => {
    fc.assert(
      fc.property(requests({ lines: 4, candidates: 6, units: 3 }), (request) => {
        const { assignments } = fewestThenNearest(request);
        request.lines.forEach(({ lineNumber, quantity }, index) => {
          const there = request.candidates.reduce((sum, { usable }) => sum + Math.max(0, usable[index] ?? 0), 0);
          const assigned = assignments.filter((one) => one.lineNumber === lineNumber);
          expect(assigned.reduce((sum, one) => sum + one.quantity, 0)).toBe(Math.min(quantity, there));
        });
      }),
      { numRuns: 300 },
    );
  });

  test("the order of the candidates changes nothing", () => {
    const shuffled = requests({ lines: 5, candidates: 8, units: 4 }).chain((request) =>
      fc.tuple(
        fc.constant(request),
        fc.shuffledSubarray([...request.candidates], { minLength: request.candidates.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([request, candidates]) => {
        expect(fewestThenNearest({ ...request, candidates })).toEqual(fewestThenNearest(request));
      }),
      { numRuns: 300 },
    );
  });

  test("trying every set of locations finds none that is better", () => {
    fc.assert(
      fc.property(requests({ lines: 4, candidates: 8, units: 5 }, UNLIMITED), (request) => {
        const { reason } = fewestThenNearest(request);
        const best = bestSet(request);
        expect(reason.exact).toBe(true);
        expect([...reason.chosen].sort((a, b) => a - b)).toEqual(best);
        expect(reason.fewestPossible).toBe(best.length);
      }),
      { numRuns: 1000 },
    );
  });

  test("no more full locations are asked than it takes to serve what the others do not have", () => {
    fc.assert(
      fc.property(requests({ lines: 4, candidates: 7, units: 1 }), (several) => {
        const request = { ...several, lines: several.lines.map((line) => ({ ...line, quantity: 1 })) };
        const have = (candidates: readonly SourcingCandidate[], line: number): boolean =>
          candidates.some(({ usable }) => (usable[line] ?? 0) > 0);
        const serve = (candidates: readonly SourcingCandidate[]): boolean =>
          request.lines.every((_, line) => have(candidates, line) || !have(request.candidates, line));
        const roomy = request.candidates.filter(({ capacityLeft }) => capacityLeft !== 0);
        const { reason } = fewestThenNearest(request);
        const asked = request.candidates.filter(
          ({ locationId, capacityLeft }) => capacityLeft === 0 && reason.chosen.includes(locationId),
        );
        if (serve(roomy)) expect(asked).toEqual([]);
        for (const one of asked) expect(serve([...roomy, ...asked.filter((other) => other !== one)])).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test("beyond twelve lines the bound holds and every line is still served", () => {
    fc.assert(
      fc.property(requests({ lines: 18, candidates: 7, units: 6 }, UNLIMITED), (request) => {
        const { reason } = fewestThenNearest(request);
        const best = bestSet(request);
        expect(reason.fewestPossible).toBeLessThanOrEqual(best.length);
        expect(reason.chosen.length).toBeGreaterThanOrEqual(best.length);
      }),
      { numRuns: 200 },
    );
  });
});

/** Every subset of the locations, the best by the stated order: number, distances, priorities, IDs. */
function bestSet({ lines: wanted, destination, candidates }: SourcingRequest): number[] {
  const giving = candidates.filter(({ usable }) => usable.some((units) => units > 0));
  let best: { key: number[]; ids: number[] } | null = null;
  for (let bits = 0; bits < 1 << giving.length; bits++) {
    const set = giving.filter((_, index) => bits & (1 << index));
    const serves = wanted.every(({ quantity }, line) => {
      const unitsIn = (locations: readonly SourcingCandidate[]) =>
        locations.map(({ usable }) => Math.max(0, usable[line] ?? 0));
      const sum = (units: number[]) => units.reduce((total, one) => total + one, 0);
      const whole = Math.max(0, ...unitsIn(giving)) >= quantity;
      if (whole) return Math.max(0, ...unitsIn(set)) >= quantity;
      return sum(unitsIn(set)) >= Math.min(quantity, sum(unitsIn(giving)));
    });
    if (!serves) continue;
    const ids = set.map(({ locationId }) => locationId).sort((a, b) => a - b);
    const distance = (location: SourcingCandidate) =>
      destination
        ? distanceMeters(destination, { latitude: location.latitude ?? 0, longitude: location.longitude ?? 0 })
        : 0;
    const total = (value: (location: SourcingCandidate) => number) =>
      set.reduce((sum, location) => sum + value(location), 0);
    const key = [set.length, total(distance), total(({ priority }) => priority), ...ids];
    if (!best || isBefore(key, best.key)) best = { key, ids };
  }
  return best?.ids ?? [];
}

function isBefore(one: number[], other: number[]): boolean {
  const index = one.findIndex((value, i) => value !== other[i]);
  return index !== -1 && (one[index] ?? 0) < (other[index] ?? 0);
}

describe("distance", () => {
  test("agrees with known distances, and with itself in both directions", () => {
    expect(distanceMeters(BERLIN, MUNICH) / 1000).toBeCloseTo(504, -1);
    expect(distanceMeters({ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 180 })).toBe(20_015_114);
    expect(distanceMeters(BERLIN, BERLIN)).toBe(0);
    const place = fc.record({
      latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    });
    fc.assert(
      fc.property(place, place, (one, other) => {
        expect(distanceMeters(one, other)).toBe(distanceMeters(other, one));
        expect(distanceMeters(one, other)).toBeLessThanOrEqual(20_015_115);
      }),
    );
  });
});
