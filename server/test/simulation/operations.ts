import fc from "fast-check";

// What people and systems do to a retailer, at random. Numbers name things loosely (`order: 7` is some recent order), so
// that every operation has a meaning whatever happened before it, and what it meets in the database decides.

export const LOCATIONS = ["leeds", "york", "dc", "london"] as const;
export const CHANNELS = ["web", "shop", "market"] as const;
/** Of these SKUs the first half is counted by snapshots now and then; of the others every unit is accounted for by facts. */
export const SKUS = 12;
export const isCounted = (sku: number): boolean => sku < SKUS / 2;

export const FACTS = ["receipt", "sale", "return", "loss", "found", "damage", "repair"] as const;
const FLOOR = ["accept", "start-picking", "pack", "ready", "extend", "collect", "reject"] as const;

export type Operation = { process: number } & (
  | {
      kind: "capture";
      channel: (typeof CHANNELS)[number];
      reference: number | null;
      lines: { sku: number; quantity: number }[];
      pickupAt: number | null;
      priority: number;
      keyed: boolean;
    }
  | { kind: "cancel"; order: number; quantity: number | null; keyed: boolean }
  | { kind: "advance"; order: number; work: number; action: (typeof FLOOR)[number] }
  | { kind: "ship"; order: number; work: number; quantity: number | null; keyed: boolean }
  | { kind: "deliver"; shipment: number }
  | { kind: "hold"; order: number }
  | { kind: "release"; hold: number }
  | {
      kind: "fact";
      fact: (typeof FACTS)[number];
      sku: number;
      location: number;
      quantity: number;
      minutesAgo: number;
    }
  | { kind: "document"; document: number; minutesAgo: number }
  | { kind: "adjust"; sku: number; location: number; onHand: number }
  | { kind: "snapshot"; location: number; minutesAgo: number; available: boolean; quantities: (number | null)[] }
  | { kind: "repeat"; request: number }
  | { kind: "look"; order: number }
);

const index = fc.nat({ max: 1_000_000 });
const sku = fc.nat({ max: SKUS - 1 });
const location = fc.nat({ max: LOCATIONS.length - 1 });
const process = fc.nat({ max: 7 });
const some = fc.integer({ min: 1, max: 3 });
const keyed = fc.boolean();
const minutesAgo = fc.nat({ max: 90 });
const mostly = <Value>(usual: Value, rare: fc.Arbitrary<number>): fc.Arbitrary<Value | number> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: rare });
const record = <Kind extends Operation["kind"], Rest extends object>(
  kind: Kind,
  rest: { [Name in keyof Rest]: fc.Arbitrary<Rest[Name]> },
) => fc.record({ kind: fc.constant(kind), process, ...rest }) as unknown as fc.Arbitrary<Operation>;

export const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 24,
    arbitrary: record("capture", {
      channel: fc.constantFrom(...CHANNELS),
      // A few references are used again and again: the same content, other content, or a new version.
      reference: mostly(null, fc.nat({ max: 40 })),
      lines: fc.array(fc.record({ sku, quantity: some }), { minLength: 1, maxLength: 3 }),
      pickupAt: mostly(null, location),
      priority: fc.nat({ max: 3 }),
      keyed,
    }),
  },
  { weight: 8, arbitrary: record("cancel", { order: index, quantity: fc.option(some), keyed }) },
  { weight: 14, arbitrary: record("advance", { order: index, work: index, action: fc.constantFrom(...FLOOR) }) },
  { weight: 12, arbitrary: record("ship", { order: index, work: index, quantity: fc.option(some), keyed }) },
  { weight: 7, arbitrary: record("deliver", { shipment: index }) },
  { weight: 2, arbitrary: record("hold", { order: index }) },
  { weight: 3, arbitrary: record("release", { hold: index }) },
  {
    weight: 16,
    arbitrary: record("fact", {
      fact: fc.constantFrom("receipt", "receipt", "receipt", ...FACTS),
      sku,
      location,
      quantity: fc.integer({ min: 1, max: 24 }),
      minutesAgo,
    }),
  },
  { weight: 3, arbitrary: record("document", { document: fc.nat({ max: 40 }), minutesAgo }) },
  { weight: 3, arbitrary: record("adjust", { sku, location, onHand: fc.integer({ min: -2, max: 4 }) }) },
  {
    weight: 2,
    arbitrary: record("snapshot", {
      location,
      minutesAgo,
      available: fc.boolean(),
      quantities: fc.array(fc.option(fc.nat({ max: 12 })), { minLength: SKUS / 2, maxLength: SKUS / 2 }),
    }),
  },
  { weight: 4, arbitrary: record("repeat", { request: index }) },
  { weight: 6, arbitrary: record("look", { order: index }) },
);
