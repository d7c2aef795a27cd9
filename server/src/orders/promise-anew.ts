import { dayAfter } from "../network/public.ts";
import type { Supply, SupplyPromise } from "../inventory/public.ts";
import { type OrderRun, recordFact, skuCode } from "./order-run.ts";
import { isLate, promiseFromSupplies, type SuppliedUnits, type SupplyNeed } from "./promise-from-supplies.ts";

/** A promise that was broken: units of it are lost, or come later than the customer was told. */
interface Upset {
  promise: SupplyPromise;
  /** Units that still wait, on another day than promised or on none that is known. */
  later: number;
}

/** A line of which units come later than promised, or of which nobody knows when. */
export interface LaterLine {
  lineNumber: number;
  promisedOn: string;
}

/** What became of the promises of a locked order, and has not been told yet. */
export function upsetOf(run: OrderRun): Upset[] {
  const { id, supplies, lines } = run.order;
  return [...lines.keys()]
    .flatMap((number) => supplies!.promisesOf(id, number))
    .filter(({ upset }) => upset)
    .map((promise) => {
      const isLater = dayOf(run, supplies!.get(promise.supplyId)!) > promise.promisedOn;
      return { promise, later: isLater ? promise.waiting : 0 };
    });
}

/** Later than any day: nobody knows when it comes. */
const UNKNOWN = "9999-99-99";

function dayOf({ work }: OrderRun, supply: Supply): string {
  return isLate(supply, work.network, work.now) ? UNKNOWN : supply.expectedOn;
}

/**
 * Promises of what is to come: what comes too late now of what comes earlier, then what nobody has promised. What is late may
 * come tomorrow: it is left only for what comes by the day that was promised, so that those who wait longest are not put
 * behind those who wait for the same receipt.
 */
export function promiseAnew(run: OrderRun, upset: readonly Upset[], needs: readonly SupplyNeed[]): SuppliedUnits[] {
  const supplies = run.order.supplies!;
  const { origin, work } = run;
  const basis = { network: work.network, now: work.now, origin };
  const moved = upset.flatMap(({ promise, later }) => {
    const need = needs.find(({ lineNumber }) => lineNumber === promise.lineNumber);
    if (need === undefined || later === 0) return [];
    const supply = supplies.get(promise.supplyId)!;
    const before = isLate(supply, work.network, work.now) ? dayAfter(promise.promisedOn) : supply.expectedOn;
    const taken = [...promiseFromSupplies(supplies, [{ ...need, units: later, before }], basis).values()].flat();
    const units = taken.reduce((sum, { quantity }) => sum + quantity, 0);
    if (units > 0) supplies.release(promise, units, origin);
    return taken;
  });
  return [...moved, ...[...promiseFromSupplies(supplies, needs, basis).values()].flat()];
}

/**
 * Says what became of promises, and keeps the new days. Answers the lines of which the customer gets something later than he
 * was told: units that are promised of another receipt in time are no news for him.
 */
export function tellUpset(
  run: OrderRun,
  upset: readonly Upset[],
  promised: readonly Pick<SuppliedUnits, "lineNumber" | "quantity" | "expectedOn">[],
): LaterLine[] {
  if (upset.length === 0) return [];
  const supplies = run.order.supplies!;
  recordFact(run, "order.supplyChanged", {
    lines: upset.map(({ promise: { supplyId, lineNumber, skuId, promisedOn, waiting, lost } }) => ({
      lineNumber,
      sku: skuCode(run, skuId),
      supplyId,
      promisedOn,
      expectedOn: supplies.get(supplyId)!.expectedOn,
      waiting,
      lost,
    })),
  });
  const ofLines = Map.groupBy(upset, ({ promise }) => promise.lineNumber);
  const later = [...ofLines].flatMap(([lineNumber, own]) => {
    const due = own.map(({ promise, later: units }) => ({ day: promise.promisedOn, units: units + promise.lost }));
    const coming = [
      ...promised
        .filter((one) => one.lineNumber === lineNumber)
        .map((one) => ({ day: one.expectedOn, units: one.quantity })),
      ...own
        .filter((one) => one.later > 0)
        .map(({ promise }) => ({ day: dayOf(run, supplies.get(promise.supplyId)!), units: promise.waiting })),
    ];
    const days = due.filter(({ units }) => units > 0).map(({ day }) => day);
    return isInTime(due, coming) ? [] : [{ lineNumber, promisedOn: days.sort()[0]! }];
  });
  for (const { promise } of upset) supplies.settleUpset(promise);
  return later;
}

interface UnitsOfDay {
  day: string;
  units: number;
}

/** Whether all units can be there by their days: the earliest days are served first by what comes first. */
export function isInTime(due: readonly UnitsOfDay[], coming: readonly UnitsOfDay[]): boolean {
  const byDay = (one: UnitsOfDay, other: UnitsOfDay): number =>
    one.day < other.day ? -1 : one.day > other.day ? 1 : 0;
  let needed = 0;
  return due.toSorted(byDay).every(({ day, units }) => {
    needed += units;
    const there = coming.filter((one) => one.day <= day).reduce((sum, one) => sum + one.units, 0);
    return units === 0 || there >= needed;
  });
}
