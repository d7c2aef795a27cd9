import { type Static, Type } from "typebox";
import { ItemProblem } from "../platform/http/bulk.ts";
import { CODE_PATTERN } from "../platform/reference-data/codes.ts";
import { MAX_QUANTITY } from "./limits.ts";

export const MAX_BULK_FACTS = 5_000;
/** 5,000 items with long documents and reasons. */
export const BULK_BODY_BYTES = 8 * 1_048_576;

const closed = { additionalProperties: false } as const;

export const SkuCode = Type.String({
  pattern: CODE_PATTERN,
  description: "The SKU's code.",
  examples: ["SHIRT-RED-M"],
});
export const LocationCode = Type.String({
  pattern: CODE_PATTERN,
  description: "The location's code.",
  examples: ["DC-EAST"],
});
export const SourceCode = Type.String({
  pattern: CODE_PATTERN,
  description: "The system that tells it.",
  examples: ["pos"],
});
export const Moment = (description: string) =>
  Type.String({ format: "date-time", maxLength: 40, description, examples: ["2026-11-20T14:05:00Z"] });
const Units = (description: string, example: number) =>
  Type.Integer({
    minimum: -MAX_QUANTITY,
    maximum: MAX_QUANTITY,
    description: `${description} In units.`,
    examples: [example],
  });
const Document = Type.String({
  minLength: 1,
  maxLength: 128,
  description:
    "Receipt, delivery note, file line … of the source. The same document, SKU, location and kind again is the same fact.",
  examples: ["receipt-4711"],
});
const Reason = Type.String({
  minLength: 1,
  maxLength: 200,
  description: "Why, for the ledger.",
  examples: ["found behind the shelf"],
});

export const FACT_KINDS = ["sale", "return", "receipt", "shipment", "damage", "repair", "loss", "found"] as const;
export type FactKind = (typeof FACT_KINDS)[number];

export const StockFact = Type.Object(
  {
    kind: Type.Enum([...FACT_KINDS], {
      description:
        "sale, shipment, loss take units off; return, receipt, found add them; damage and repair tell which of those there can be sold.",
      examples: ["sale"],
    }),
    sku: SkuCode,
    location: LocationCode,
    quantity: Type.Integer({ minimum: 1, maximum: MAX_QUANTITY, description: "Units.", examples: [2] }),
    occurredAt: Moment(
      "When it happened, by the clock of the source. At or before the last count, the count has seen it.",
    ),
    source: SourceCode,
    document: Type.Optional(Document),
    reason: Type.Optional(Reason),
  },
  closed,
);

export const StockAdjustment = Type.Object(
  {
    sku: SkuCode,
    location: LocationCode,
    onHand: Type.Optional(Units("Change of what is there, damaged units included.", -1)),
    damaged: Type.Optional(Units("Change of how many of them are damaged.", 1)),
    reason: Reason,
    occurredAt: Type.Optional(Moment("When it was so; now when absent.")),
    source: Type.Optional(SourceCode),
    document: Type.Optional(Document),
  },
  closed,
);

const itemsOf = <Item extends ReturnType<typeof Type.Object>>(item: Item, description: string) =>
  Type.Object({ items: Type.Array(item, { minItems: 1, maxItems: MAX_BULK_FACTS, description }) }, closed);
export const StockFacts = Type.Object(
  { items: Type.Array(StockFact, { minItems: 1, maxItems: MAX_BULK_FACTS, description: "What happened, in order." }) },
  closed,
);
export const StockAdjustments = itemsOf(StockAdjustment, "What to correct, in order.");

const Counter = (description: string, example: number) => Type.Integer({ description, examples: [example] });

/** The counters of one position, as every answer of this module shows them. */
export const PositionFields = {
  sku: SkuCode,
  location: LocationCode,
  onHand: Counter("Units there, damaged ones included; negative where truth was missed.", 12),
  reserved: Counter("Units held for a while, for example by baskets.", 0),
  allocated: Counter("Units promised to orders.", 3),
  damaged: Counter("Units there that cannot be sold.", 1),
  available: Counter("On hand less damaged, reserved and allocated; negative while short.", 8),
  short: Counter("Units that are promised but not there.", 0),
  version: Counter("Number of movements so far.", 7),
};
export const StockPosition = Type.Object(PositionFields, {
  $id: "StockPosition",
  description: "A position after the change.",
});

export const FactEffect = Type.Enum(["applied", "repeated", "alreadyCounted"], {
  description:
    "applied: it moved the counters. repeated: this fact has been told before. alreadyCounted: a later count had seen it, so what is available stays.",
  examples: ["applied"],
});

export const FactAnswer = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          index: Type.Integer({ description: "Place in the request, from 0.", examples: [0] }),
          status: Type.Enum(["ok", "refused"], { description: "Whether the item was taken.", examples: ["ok"] }),
          effect: Type.Optional(FactEffect),
          position: Type.Optional(StockPosition),
          problem: Type.Optional(ItemProblem),
        },
        { description: "What became of one item." },
      ),
      { description: "One result per item, in the order of the request." },
    ),
  },
  { $id: "StockFactAnswer", description: "Results; each item was taken or refused by itself." },
);

export type StockFactInput = Static<typeof StockFact>;
export type StockAdjustmentInput = Static<typeof StockAdjustment>;
export type FactAnswer = Static<typeof FactAnswer>;
