import { Type } from "typebox";
import { declareEvents } from "../platform/events/declare-events.ts";

const Units = (description: string) => Type.Integer({ description, examples: [5] });

const Short = Type.Object(
  {
    sku: Type.String({ description: "The SKU's code.", examples: ["SHIRT-RED-M"] }),
    location: Type.String({ description: "The location's code.", examples: ["DC-EAST"] }),
    quantity: Units("Units that are promised but not there."),
    reason: Type.String({ description: "Kind of the movement, or its reason, that opened it.", examples: ["sale"] }),
    source: Type.String({ description: "Who told the movement that opened it.", examples: ["pos"] }),
  },
  { additionalProperties: false },
);

/** Units after the change: [sku, onHand, reserved, allocated, damaged, version]. Arrays, because files change a million. */
const StockChange = Type.Tuple(
  [
    Type.String({ description: "The SKU's code." }),
    Units("On hand."),
    Units("Reserved."),
    Units("Allocated."),
    Units("Damaged."),
    Type.Integer({ description: "The position's version; the higher one is newer." }),
  ],
  { description: "sku, onHand, reserved, allocated, damaged, version; all after the change." },
);

export const MAX_CHANGES_PER_EVENT = 500;

export const inventoryEvents = declareEvents({
  "short.opened": { version: 1, description: "More is promised from a position than is there.", data: Short },
  "short.changed": { version: 1, description: "Another number of units is promised but not there.", data: Short },
  "short.closed": { version: 1, description: "All that is promised from the position is there again.", data: Short },
  "stock.changed": {
    version: 1,
    description: "Facts, adjustments or counts changed positions of one location; entity is the batch of changes.",
    data: Type.Object(
      {
        location: Type.String({ description: "The location's code.", examples: ["DC-EAST"] }),
        changes: Type.Array(StockChange, { maxItems: MAX_CHANGES_PER_EVENT, description: "What is there now." }),
      },
      { additionalProperties: false },
    ),
  },
});
