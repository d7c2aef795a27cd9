import type { QuotaRule } from "../quotas/quota.ts";
import type { Control } from "./control.ts";

/** What the rules say of a SKU at a location in a channel: one rule of each slot at most. */
export interface Terms {
  readonly excludedBy: Control | null;
  readonly safetyStock: Control | null;
  readonly buffer: Control | null;
  /** A buffer that was measured there and accepted: of the two the larger one is kept back. */
  readonly measured: Control | null;
  readonly minimum: Control | null;
  /** Caps what the channel sells from here and elsewhere together: no number of one location (`UnitsWithinQuotas`). */
  readonly quota: QuotaRule | null;
}

/** What one rule takes from what the one before it has left. */
export interface Withheld {
  readonly control: Control;
  readonly units: number;
}

/** Units that may be promised of those that are free at a location; never negative. */
export function promisableOf(terms: Terms, free: number): number {
  if (free <= 0 || terms.excludedBy !== null) return 0;
  const afterSafety = free - unitsOf(terms.safetyStock);
  if (afterSafety <= 0) return 0;
  const left = afterSafety - Math.max(bufferOf(terms.buffer, afterSafety), unitsOf(terms.measured));
  return left <= 0 || left < unitsOf(terms.minimum) ? 0 : left;
}

/** The same, said step by step: what is free and what every rule takes add up to what may be promised. */
export function withheldBy(terms: Terms, free: number): Withheld[] {
  const withheld: Withheld[] = [];
  let left = Math.max(0, free);
  const keep = (control: Control | null, units: number): void => {
    const kept = Math.min(left, units);
    if (control === null || kept === 0) return;
    withheld.push({ control, units: kept });
    left -= kept;
  };
  keep(terms.excludedBy, left);
  keep(terms.safetyStock, unitsOf(terms.safetyStock));
  const [byRule, measured] = [bufferOf(terms.buffer, left), unitsOf(terms.measured)];
  if (measured > byRule) keep(terms.measured, measured);
  else keep(terms.buffer, byRule);
  if (left < unitsOf(terms.minimum)) keep(terms.minimum, left);
  return withheld;
}

function unitsOf(control: Control | null): number {
  return control?.effect.units ?? 0;
}

function bufferOf(control: Control | null, free: number): number {
  const percent = control?.effect.percent;
  return percent === undefined ? unitsOf(control) : Math.ceil((free * percent) / 100);
}
