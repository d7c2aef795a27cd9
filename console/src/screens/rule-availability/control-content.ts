import type { DocumentName } from "../change-documents/documents.ts";

/** Availability rules, as their document says them (server/src/availability/controls/control.ts). */
export interface Controls {
  readonly title: string;
  readonly rules: readonly Control[];
}

export interface Control {
  readonly name: string;
  readonly effect: Effect;
  readonly scope?: Scope;
  readonly validFrom?: string;
  readonly validUntil?: string;
}

export interface Effect {
  readonly type: "exclude" | "include" | "safetyStock" | "buffer" | "minimum" | "quota";
  readonly units?: number;
  readonly percent?: number;
  /** Of a quota; absent: as long as the rule holds. */
  readonly period?: "day" | "week";
  readonly timeZone?: string;
}

/** What a rule names by lists. */
export const listDimensions = [
  "channels",
  "markets",
  "categories",
  "skus",
  "locations",
  "locationTypes",
  "locationGroups",
  "vendors",
] as const;
export type ListDimension = (typeof listDimensions)[number];
export type Scope = { readonly [Dimension in ListDimension]?: readonly string[] } & {
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
};

export const controlsName: DocumentName = { kind: "availability-controls", code: "availability" };

/** What can be edited as rules; null: it has another shape. */
export function asControls(content: unknown): Controls | null {
  const { title, rules } = (content ?? {}) as Partial<Controls>;
  return typeof title === "string" && Array.isArray(rules) ? (content as Controls) : null;
}

/** An effect as people choose it: buffers in units and in percent are two, quotas in all, a day and a week three. */
export const effectKinds = [
  "exclude",
  "include",
  "safetyStock",
  "bufferUnits",
  "bufferPercent",
  "minimum",
  "quota",
  "quotaDay",
  "quotaWeek",
] as const;
export type EffectKind = (typeof effectKinds)[number];

/** Kinds that keep units back at each location, rather than leaving things out or capping what a channel sells in all. */
export function keepsBack({ type }: Effect): boolean {
  return type === "safetyStock" || type === "buffer" || type === "minimum";
}

export function kindOf({ type, percent, period }: Effect): EffectKind {
  if (type === "quota") return period === undefined ? "quota" : period === "day" ? "quotaDay" : "quotaWeek";
  if (type !== "buffer") return type;
  return percent === undefined ? "bufferUnits" : "bufferPercent";
}

export function amountOf({ units, percent }: Effect): number | undefined {
  return percent ?? units;
}

export function effectOf(kind: EffectKind, amount = 1, timeZone = ownTimeZone()): Effect {
  switch (kind) {
    case "exclude":
    case "include":
      return { type: kind };
    case "bufferPercent":
      return { type: "buffer", percent: Math.min(amount, 100) };
    case "bufferUnits":
      return { type: "buffer", units: amount };
    case "safetyStock":
    case "minimum":
    case "quota":
      return { type: kind, units: amount };
    case "quotaDay":
      return { type: "quota", units: amount, period: "day", timeZone };
    case "quotaWeek":
      return { type: "quota", units: amount, period: "week", timeZone };
  }
}

/** Whose midnight ends a period unless somebody says otherwise: that of whoever writes the rule. */
function ownTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** A scope without what is undefined; none at all when nothing is left. */
export function withScope({ scope: _, ...control }: Control, scope: Scope): Control {
  const named = Object.entries(scope).filter(([, value]) => value !== undefined);
  return named.length === 0 ? control : { ...control, scope: Object.fromEntries(named) };
}

/** Moments from now on at which other rules begin or end, ascending. */
export function edgesAfter(rules: readonly Control[], now: number): string[] {
  const edges = rules
    .flatMap(({ validFrom, validUntil }) => [validFrom, validUntil])
    .filter((edge) => edge !== undefined)
    .map((edge) => Date.parse(edge))
    .filter((edge) => edge > now);
  return [...new Set(edges)].toSorted((one, other) => one - other).map((edge) => new Date(edge).toISOString());
}
