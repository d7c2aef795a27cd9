import fc from "fast-check";
import { expect, test } from "vitest";
import { decideTelling, type Figure, isNews, Room } from "./decide-telling.ts";
import type { FeedSettings } from "./feed-document.ts";

const everything: FeedSettings = {
  levels: [],
  minimumUnits: null,
  minimumPercent: null,
  pauseMs: 0,
  changesPerSecond: null,
  asEvents: false,
  alertAfterMs: 60_000,
};
const LOW = 5;
const figure = (quantity: number): Figure => ({
  quantity,
  label: quantity === 0 ? "out_of_stock" : quantity <= LOW ? "low_stock" : "in_stock",
});

test("without thresholds every difference is news, and nothing else is", () => {
  expect(isNews(null, figure(0), everything)).toBe(false);
  expect(isNews(null, figure(1), everything)).toBe(true);
  expect(isNews(figure(7), figure(7), everything)).toBe(false);
  expect(isNews(figure(7), figure(8), everything)).toBe(true);
  // The channel calls another quantity low.
  expect(isNews({ quantity: 7, label: "low_stock" }, figure(7), everything)).toBe(true);
});

test("with thresholds a figure is news across a level, from a difference on, and always to and from zero or another label", () => {
  const thresholds = { ...everything, levels: [20, 100], minimumUnits: 30, minimumPercent: 50 };
  const between = (one: number, other: number): boolean[] => [
    isNews(figure(one), figure(other), thresholds),
    isNews(figure(other), figure(one), thresholds),
  ];
  expect(between(100, 90)).toEqual([true, true]);
  expect(between(120, 101)).toEqual([false, false]);
  expect(between(300, 330)).toEqual([true, true]);
  expect(between(300, 329)).toEqual([false, false]);
  expect(between(12, 19)).toEqual([true, false]);
  expect(between(1, 0)).toEqual([true, true]);
  expect(between(LOW, LOW + 1)).toEqual([true, true]);
});

test("what is not told is never further from the truth than the thresholds allow", () => {
  const quantities = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(quantities, fc.integer({ min: 1, max: 50 }), (steps, minimumUnits) => {
      const settings = { ...everything, minimumUnits };
      let told: Figure | null = null;
      for (const step of steps) {
        const now = figure(step);
        if (isNews(told, now, settings)) told = now;
        const believed: Figure = told ?? figure(0);
        expect(Math.abs(believed.quantity - now.quantity)).toBeLessThan(minimumUnits);
        expect(believed.label).toBe(now.label);
      }
    }),
  );
});

test("a figure rests after the one before it, but no best seller does; without room both wait", () => {
  const paced = { ...everything, pauseMs: 1_000 };
  const state = { told: figure(9), toldAgo: 400, now: figure(8), lane: "others", hasRoom: true } as const;
  expect(decideTelling(state, paced)).toBe("wait");
  expect(decideTelling({ ...state, toldAgo: 1_000 }, paced)).toBe("tell");
  expect(decideTelling({ ...state, lane: "bestSellers" }, paced)).toBe("tell");
  expect(decideTelling({ ...state, lane: "bestSellers", hasRoom: false }, paced)).toBe("wait");
  expect(decideTelling({ ...state, told: null }, paced)).toBe("tell");
  expect(decideTelling({ ...state, now: figure(9) }, paced)).toBe("leave");
});

test("a channel is given so many a second, and a quarter of them is left to best sellers", () => {
  const room = new Room(8, 0);
  const fill = (lane: "bestSellers" | "others", at: number): number => {
    let count = 0;
    for (; room.has(lane, at); count++) room.take();
    return count;
  };
  expect([fill("others", 0), fill("bestSellers", 0)]).toEqual([6, 2]);
  expect([fill("others", 500), fill("bestSellers", 500)]).toEqual([2, 2]);
  expect(fill("others", 60_000)).toBe(6);
});
