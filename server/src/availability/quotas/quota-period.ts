import { DAY_MS, instantOf, localTimeOf } from "../../network/public.ts";
import type { Control } from "../controls/control.ts";
import type { QuotaRule } from "./quota.ts";

const DAYS_OF = { day: 1, week: 7 } as const;

/** The rule in its period at a moment: days and weeks (from Monday) are those of its time zone, whatever clocks do there. */
export function quotaRuleAt(control: Control, at: Date): QuotaRule {
  const { units = 0, period, timeZone = "UTC" } = control.effect;
  if (period === undefined) {
    const begins = control.validFrom === undefined ? "" : ` ${new Date(control.validFrom).toISOString()}`;
    return { control, units, period: `all${begins}`, endsAt: null };
  }
  const { date, weekday } = localTimeOf(at, timeZone);
  const first = period === "day" ? date : plusDays(date, -weekday);
  const endsAt = instantOf(plusDays(first, DAYS_OF[period]), "00:00", timeZone);
  return { control, units, period: `${period} ${first}`, endsAt };
}

function plusDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
