import fc from "fast-check";
import { expect, test } from "vitest";
import type { Control } from "../controls/control.ts";
import { quotaRuleAt } from "./quota-period.ts";

const quota = (effect: Partial<Control["effect"]>, more: Partial<Control> = {}): Control => ({
  name: "Cap",
  effect: { type: "quota", units: 5, ...effect },
  ...more,
});
const periodOf = (control: Control, at: string): [string, string | null] => {
  const { period, endsAt } = quotaRuleAt(control, new Date(at));
  return [period, endsAt?.toISOString() ?? null];
};

test("a quota lasts as long as its rule, a day or a week from Monday, by the clocks of its time zone", () => {
  expect(periodOf(quota({}), "2026-11-22T12:00:00Z")).toEqual(["all", null]);
  expect(periodOf(quota({}, { validFrom: "2026-11-27T00:00:00+01:00" }), "2026-11-28T12:00:00Z")).toEqual([
    "all 2026-11-26T23:00:00.000Z",
    null,
  ]);
  const inZone = (period: "day" | "week", timeZone: string) => quota({ period, timeZone });
  expect(periodOf(quota({ period: "day" }), "2026-11-22T23:59:59Z")).toEqual([
    "day 2026-11-22",
    "2026-11-23T00:00:00.000Z",
  ]);
  // A Sunday in London is a Monday in Auckland.
  expect(periodOf(inZone("week", "Europe/London"), "2026-11-22T12:00:00Z")).toEqual([
    "week 2026-11-16",
    "2026-11-23T00:00:00.000Z",
  ]);
  expect(periodOf(inZone("week", "Pacific/Auckland"), "2026-11-22T12:00:00Z")).toEqual([
    "week 2026-11-23",
    "2026-11-29T11:00:00.000Z",
  ]);
  // 23 and 25 hours; midnight itself is skipped in Asuncion.
  expect(periodOf(inZone("day", "Europe/London"), "2026-03-29T12:00:00Z")[1]).toBe("2026-03-29T23:00:00.000Z");
  expect(periodOf(inZone("day", "Europe/London"), "2026-10-25T12:00:00Z")[1]).toBe("2026-10-26T00:00:00.000Z");
  expect(periodOf(inZone("day", "America/Asuncion"), "2023-09-30T12:00:00Z")[1]).toBe("2023-10-01T04:00:00.000Z");
});

test("every moment is in one period, which ends later and where the next one begins, in all zones and years", () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date("2020-01-01"), max: new Date("2035-01-01"), noInvalidDate: true }),
      fc.constantFrom("UTC", "Europe/London", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe"),
      fc.constantFrom<("day" | "week")[]>("day", "week"),
      (at, timeZone, period) => {
        const rule = quota({ period, timeZone });
        const { period: now, endsAt } = quotaRuleAt(rule, at);
        expect(endsAt!.getTime()).toBeGreaterThan(at.getTime());
        expect(quotaRuleAt(rule, new Date(endsAt!.getTime() - 1)).period).toBe(now);
        expect(quotaRuleAt(rule, endsAt!).period > now).toBe(true);
      },
    ),
  );
});
