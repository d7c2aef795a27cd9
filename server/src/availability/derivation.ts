import type { Terms } from "./controls/terms.ts";
import { withheldBy } from "./controls/terms.ts";

/** Where a figure comes from: a row, and its version or the rule in it. */
export interface FigureSource {
  table: string;
  id: string;
  version?: number;
  rule?: string;
  /** The order that the row is about. */
  orderId?: string;
}

/** A figure of an answer: its children add up to it, and what has none was read somewhere. */
export interface Figure {
  code: string;
  label: string;
  units: number;
  source?: FigureSource;
  children?: Figure[];
}

/** What is known of a SKU at one location. */
export interface LocationFacts {
  code: string;
  name: string;
  position: {
    id: string;
    onHand: number;
    reserved: number;
    allocated: number;
    damaged: number;
    version: number;
  } | null;
  /** The largest promises of the position; what is allocated beyond them is told together. */
  allocations: readonly { id: string; orderId: string; units: number; table: string }[];
  supplies: readonly SupplyFacts[];
  /** What the rules of the channel say of it. */
  terms: Terms | null;
  /** The day that it is there now. */
  today: string;
}

export interface SupplyFacts {
  id: string;
  reference: string;
  line: number;
  expectedOn: string;
  due: number;
  confidence: number;
  promised: number;
  version: number;
}

const CONTROLS = "availability-controls/availability";

/**
 * Why so many units of a SKU can be promised at a location: figures that add up to the answer (X8). `day` is null for now,
 * when nothing counts but what is there.
 */
export function deriveLocation(facts: LocationFacts, day: string | null): Figure {
  const children = [...positionFigures(facts), ...supplyFigures(facts, day)];
  const free = sumOf(children);
  if (free < 0)
    children.push({
      code: "short",
      label: "promised beyond what is there, made good by nobody else's stock",
      units: -free,
    });
  const withheld = facts.terms === null ? [] : withheldBy(facts.terms, free);
  for (const { control, units } of withheld)
    children.push({
      code: "withheld",
      label: `kept back by the rule “${control.name}”`,
      units: -units,
      source: { table: "platform.documents", id: CONTROLS, rule: control.name },
    });
  return figure("location", facts.name, children, { table: "network.locations", id: facts.code });
}

function positionFigures({ position, allocations }: LocationFacts): Figure[] {
  if (position === null) return [];
  const { id, onHand, reserved, allocated, damaged, version } = position;
  const source = { table: "inventory.positions", id, version };
  const figures: Figure[] = [{ code: "onHand", label: "on hand", units: onHand, source }];
  if (damaged > 0) figures.push({ code: "damaged", label: "damaged", units: -damaged, source });
  if (reserved > 0) figures.push({ code: "reserved", label: "held by baskets", units: -reserved, source });
  if (allocated > 0) figures.push(allocatedFigure(allocations, allocated, source));
  return figures;
}

function allocatedFigure(allocations: LocationFacts["allocations"], allocated: number, source: FigureSource): Figure {
  const children = allocations.map(
    ({ id, orderId, units, table }): Figure => ({
      code: "allocatedToOrder",
      label: "promised to an order",
      units: -units,
      source: { table, id, orderId },
    }),
  );
  const rest = allocated + sumOf(children);
  if (rest !== 0) children.push({ code: "allocatedToOthers", label: "promised to other orders", units: -rest, source });
  return figure("allocated", "promised to orders", children, source);
}

function supplyFigures({ supplies, today }: LocationFacts, day: string | null): Figure[] {
  if (day === null) return [];
  return supplies.flatMap((supply): Figure[] => {
    const { id, reference, line, expectedOn, due, confidence, promised, version } = supply;
    if (expectedOn > day) return [];
    const source = { table: "inventory.supplies", id, version };
    const isLate = expectedOn < today;
    const children: Figure[] = [{ code: "due", label: `expected on ${expectedOn}`, units: due, source }];
    const doubtful = due - Math.floor((due * confidence) / 100);
    if (isLate) children.push({ code: "late", label: "late: it has no day any more", units: -due, source });
    else {
      if (doubtful > 0)
        children.push({
          code: "doubtful",
          label: `only ${confidence} % of it may be promised`,
          units: -doubtful,
          source,
        });
      if (promised > 0)
        children.push({ code: "promised", label: "promised to orders that wait for it", units: -promised, source });
      const beyond = -Math.min(0, due - doubtful - promised);
      if (beyond > 0)
        children.push({ code: "promisedBefore", label: "promised before it became doubtful", units: beyond, source });
    }
    return [figure(isLate ? "supplyLate" : "supply", `${reference}, line ${line}`, children, source)];
  });
}

export function figure(code: string, label: string, children: Figure[], source?: FigureSource): Figure {
  return { code, label, units: sumOf(children), ...(source === undefined ? {} : { source }), children };
}

export function sumOf(figures: readonly Figure[]): number {
  return figures.reduce((sum, { units }) => sum + units, 0);
}
