import { type Static, Type } from "typebox";
import { ItemProblem } from "../../platform/http/bulk.ts";
import { orNull } from "../../platform/http/described.ts";
import { CODE_PATTERN } from "../../platform/reference-data/codes.ts";
import { LocationCode, Moment, SkuCode, StockPosition } from "../fact-schemas.ts";
import { MAX_QUANTITY } from "../limits.ts";
import { SUPPLY_KINDS } from "./supply.ts";

export const MAX_BULK_SUPPLIES = 1_000;
const MAX_LINE = 1_000_000;
const closed = { additionalProperties: false } as const;

export const Day = (description: string) => Type.String({ format: "date", description, examples: ["2026-12-04"] });
export const Kind = Type.Enum([...SUPPLY_KINDS], {
  description: "What announces it: a purchase order, a shipping notice (ASN), a transfer between locations, a return.",
  examples: ["purchase_order"],
});
const Reference = Type.String({
  minLength: 1,
  maxLength: 64,
  description: "Number of the purchase order, notice, transfer or return.",
  examples: ["PO-4711"],
});
const Line = Type.Integer({ minimum: 1, maximum: MAX_LINE, description: "Line in it.", examples: [1] });
const Supplier = Type.String({
  pattern: CODE_PATTERN,
  description: "Code of whoever sends it.",
  examples: ["acme"],
});
const Quantity = (description: string, minimum: 0 | 1 = 1) =>
  Type.Integer({ minimum, maximum: MAX_QUANTITY, description, examples: [24] });
const Confidence = Type.Integer({
  minimum: 0,
  maximum: 100,
  description: "Per cent of what is to come that may be promised; 0: none of it before it is there.",
  examples: [100],
});
const Reason = Type.String({
  minLength: 1,
  maxLength: 200,
  description: "Why, for the ledger.",
  examples: ["delayed by customs"],
});
const Id = Type.String({
  format: "uuid",
  description: "The supply's ID.",
  examples: ["0190a0c2-1111-7000-8000-000000000000"],
});
const named = { kind: Kind, reference: Reference, line: Line };

export const SupplyAnnouncement = Type.Object(
  {
    ...named,
    sku: SkuCode,
    location: LocationCode,
    expectedOn: Day("When it is expected, by the calendar of the location."),
    quantity: Quantity("Units expected, those included that have been received already."),
    confidence: Type.Optional(Confidence),
    supplier: Type.Optional(Supplier),
    reason: Type.Optional(Reason),
  },
  closed,
);
export const SupplyChange = Type.Object(
  {
    expectedOn: Type.Optional(Day("Another day.")),
    quantity: Type.Optional(Quantity("Units expected in all, those included that have been received already.", 0)),
    confidence: Type.Optional(Confidence),
    reason: Reason,
  },
  { ...closed, minProperties: 2, $id: "SupplyChange", description: "What is expected instead, and why." },
);
/** A supply by its ID, or by what the outside calls it. */
const which = {
  id: Type.Optional(Id),
  kind: Type.Optional(Kind),
  reference: Type.Optional(Reference),
  line: Type.Optional(Line),
};
export const SupplyReceipt = Type.Object(
  {
    ...which,
    quantity: Quantity("Units that have come, damaged ones included; more than expected is taken too.", 0),
    damaged: Type.Optional(Quantity("Units among them that cannot be sold.", 0)),
    complete: Type.Optional(Type.Boolean({ default: false, description: "The rest will not come.", examples: [true] })),
    occurredAt: Type.Optional(Moment("When it came; now when absent.")),
    reason: Type.Optional(Reason),
  },
  closed,
);
export const SupplyCancellation = Type.Object(
  {
    ...which,
    quantity: Type.Optional(Quantity("Units that will not come; all that are due when absent.")),
    reason: Reason,
  },
  closed,
);

const itemsOf = <Item extends ReturnType<typeof Type.Object>>(item: Item, $id: string, description: string) =>
  Type.Object(
    { items: Type.Array(item, { minItems: 1, maxItems: MAX_BULK_SUPPLIES, description }) },
    { ...closed, $id, description },
  );
export const SupplyAnnouncements = itemsOf(SupplyAnnouncement, "SupplyAnnouncements", "What is expected.");
export const SupplyReceipts = itemsOf(SupplyReceipt, "SupplyReceipts", "What has come.");
export const SupplyCancellations = itemsOf(SupplyCancellation, "SupplyCancellations", "What will not come.");

const Counter = (description: string, example: number) => Type.Integer({ description, examples: [example] });
export const supplyFields = {
  id: Id,
  ...named,
  supplier: orNull(Supplier),
  sku: SkuCode,
  location: LocationCode,
  expectedOn: Day("When it is expected, by the calendar of the location."),
  confidence: Confidence,
  quantity: Counter("Units expected in all.", 24),
  received: Counter("Units that have come; may be more than were expected.", 0),
  cancelled: Counter("Units that will not come.", 0),
  due: Counter("Units still to come.", 24),
  promised: Counter("Of those, units promised to orders.", 5),
  promisable: Counter("Units that may still be promised.", 19),
  version: Counter("Number of its movements.", 1),
};
export const SupplyView = Type.Object(supplyFields, { $id: "Supply", description: "An expected receipt of one SKU." });

export const SupplyEffect = Type.Enum(["announced", "changed", "unchanged", "received", "cancelled"], {
  description: "What it did.",
  examples: ["announced"],
});
export const SupplyAnswer = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          index: Type.Integer({ description: "Place in the request, from 0.", examples: [0] }),
          status: Type.Enum(["ok", "refused"], { description: "Whether the item was taken.", examples: ["ok"] }),
          effect: Type.Optional(SupplyEffect),
          supply: Type.Optional(SupplyView),
          position: Type.Optional(StockPosition),
          problem: Type.Optional(ItemProblem),
        },
        { description: "What became of one item." },
      ),
      { description: "One result per item, in the order of the request." },
    ),
  },
  { $id: "SupplyAnswer", description: "Results; each item was taken or refused by itself." },
);

export type SupplyAnnouncementInput = Static<typeof SupplyAnnouncement>;
export type SupplyChangeInput = Static<typeof SupplyChange>;
export type SupplyReceiptInput = Static<typeof SupplyReceipt>;
export type SupplyCancellationInput = Static<typeof SupplyCancellation>;
export type SupplyView = Static<typeof SupplyView>;
export type SupplyAnswer = Static<typeof SupplyAnswer>;
