import type { WorkflowJson } from "./statechart.ts";

export const units = ["minutes", "hours", "days"] as const;
export type Unit = (typeof units)[number];
export type Duration = { readonly count: number; readonly unit: Unit };

const lengths: Readonly<Record<Unit, number>> = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 };

export function isUnit(word: string | null): word is Unit {
  return units.some((unit) => unit === word);
}

/** How long a timer runs: its delay is in milliseconds, or a name that the workflow explains. Null: nobody explains it. */
export function durationOf(workflow: WorkflowJson, delay: string): Duration | null {
  if (/^\d+$/.test(delay)) return shortest(Number(delay));
  const iso = workflow.meta.delays?.[delay];
  return typeof iso === "string" ? readIso(iso) : null;
}

function shortest(milliseconds: number): Duration {
  const unit = units.toReversed().find((each) => milliseconds % lengths[each] === 0) ?? "minutes";
  return { count: milliseconds / lengths[unit], unit };
}

export function readIso(iso: string): Duration | null {
  const found = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(iso);
  if (!found) return null;
  const [weeks, days, hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return shortest(
    (weeks * 7 + days) * lengths.days + hours * lengths.hours + minutes * lengths.minutes + seconds * 1000,
  );
}

export function toIso({ count, unit }: Duration): string {
  return unit === "days" ? `P${count}D` : `PT${count}${unit === "hours" ? "H" : "M"}`;
}

export function toMilliseconds({ count, unit }: Duration): string {
  return String(count * lengths[unit]);
}
