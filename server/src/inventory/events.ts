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

const Day = (description: string) => Type.String({ format: "date", description, examples: ["2026-12-04"] });
/** What is expected after the change. */
const SupplyData = Type.Object(
  {
    kind: Type.Enum(["purchase_order", "asn", "transfer", "return"], {
      description: "What announces it.",
      examples: ["purchase_order"],
    }),
    reference: Type.String({ description: "Number of the purchase order, notice …", examples: ["PO-4711"] }),
    line: Type.Integer({ description: "Line in it.", examples: [1] }),
    supplier: Type.Union([Type.String(), Type.Null()], { description: "Who sends it.", examples: ["acme"] }),
    sku: Type.String({ description: "The SKU's code.", examples: ["SHIRT-RED-M"] }),
    location: Type.String({ description: "The location's code.", examples: ["DC-EAST"] }),
    expectedOn: Day("When it is expected, by the calendar of the location."),
    confidence: Type.Integer({ description: "Per cent of it that may be promised.", examples: [100] }),
    quantity: Units("Units expected in all."),
    received: Units("Units that have come."),
    cancelled: Units("Units that will not come."),
    promised: Units("Units promised of what is still to come."),
    receivedNow: Units("Units that have come with this change."),
    cancelledNow: Units("Units that will not come, by this change."),
    noLongerPromised: Units("Units that this change took from those who were promised them."),
    reason: Type.Union([Type.String(), Type.Null()], { description: "Why.", examples: ["delayed by customs"] }),
  },
  { additionalProperties: false },
);
const supplyEvent = (description: string) => ({
  version: 1,
  description,
  data: SupplyData,
});

export const MAX_CHANGES_PER_EVENT = 500;

export const inventoryEvents = declareEvents({
  "short.opened": { version: 1, description: "More is promised from a position than is there.", data: Short },
  "short.changed": { version: 1, description: "Another number of units is promised but not there.", data: Short },
  "short.closed": { version: 1, description: "All that is promised from the position is there again.", data: Short },
  "supply.announced": supplyEvent("A receipt is expected."),
  "supply.changed": supplyEvent("Another day, quantity or confidence is expected."),
  "supply.received": supplyEvent("Units of an expected receipt have come."),
  "supply.late": supplyEvent("The day of an expected receipt has passed, and not all of it has come."),
  "supply.cancelled": supplyEvent("Units that were expected will not come."),
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

const SupplyRequest = Type.Object(
  {
    sku: Type.String({ description: "The SKU's code.", examples: ["SHIRT-RED-M"] }),
    quantity: Type.Integer({ description: "Units that wait and that nothing is to come for.", examples: [12] }),
    orders: Type.Integer({ description: "Orders that wait for them.", examples: [7] }),
  },
  { additionalProperties: false },
);

export const supplyRequestEvents = declareEvents({
  "supply.requested": {
    version: 1,
    entityType: "supplyRequest",
    description: "Orders wait for units of a SKU of which nothing is to come, or for another number of them.",
    data: SupplyRequest,
  },
  "supply.requestEnded": {
    version: 1,
    entityType: "supplyRequest",
    description: "Nobody waits any more for units of which nothing is to come.",
    data: SupplyRequest,
  },
});
