import { expect, test } from "vitest";
import { fewestThenNearest } from "../../sourcing/public.ts";
import { type PastOrder, simulateSplits, type StockedLocation } from "./simulate-splits.ts";

const orderOn = (day: number, ...skus: string[]): PastOrder => ({
  occurredAt: new Date(Date.UTC(2026, 0, day)),
  skus,
  destination: { latitude: 53.8, longitude: -1.5 },
});
const location = (locationId: number, latitude: number, units: Record<string, number>): StockedLocation => ({
  locationId,
  latitude,
  longitude: -1.5,
  priority: 0,
  units: new Map(Object.entries(units)),
});

/** A tent goes with a stove more than with a mat; beside them other things are bought. 75 orders, and 25 later ones. */
const learned = [
  ...Array.from({ length: 30 }, (_, day) => orderOn(day, "tent", day % 3 === 0 ? "mat" : "stove")),
  ...Array.from({ length: 35 }, (_, day) => orderOn(day, "lamp")),
  ...Array.from({ length: 10 }, (_, day) => orderOn(day, "mat")),
];
const later = Array.from({ length: 25 }, (_, day) => orderOn(40 + day, "tent"));

test("what lies elsewhere splits the orders that take it; what lies beside the first item splits none", () => {
  const near = location(1, 53.8, { tent: 9, mat: 9 });
  const far = location(2, 51.5, { stove: 9, lamp: 9 });
  const report = simulateSplits([...learned, ...later], [near, far], fewestThenNearest);
  expect(report).toEqual({
    learnedFrom: 75,
    orders: 25,
    split: 0,
    splitWithStrongest: 1,
    splitWithColocated: 0,
    served: 1,
  });
});

test("where nothing that goes with it lies beside it, the order stays as it was", () => {
  const near = location(1, 53.8, { tent: 9, lamp: 9 });
  const far = location(2, 51.5, { stove: 9 });
  const report = simulateSplits([...learned, ...later], [near, far], fewestThenNearest);
  expect(report).toMatchObject({ orders: 25, splitWithStrongest: 1, splitWithColocated: 0, served: 0 });
});

test("an empty history is a report of nothing", () => {
  expect(simulateSplits([], [], fewestThenNearest)).toMatchObject({ learnedFrom: 0, orders: 0, split: 0 });
});
