import { Type } from "typebox";
import { declareEvents } from "../platform/events/declare-events.ts";

export const availabilityEvents = declareEvents({
  "availability.changed": {
    version: 1,
    description:
      "A channel was told what it can promise of some SKUs, if its feed says that it is told by events as well; entity is the feed.",
    data: Type.Object(
      {
        channel: Type.String({ description: "The channel's code.", examples: ["web"] }),
        changes: Type.Array(
          Type.Object(
            {
              sku: Type.String({ description: "The SKU's code.", examples: ["SHIRT-RED-M"] }),
              quantity: Type.Integer({ description: "Units that can be promised now.", examples: [17] }),
              label: Type.String({ description: "in_stock, low_stock or out_of_stock.", examples: ["in_stock"] }),
            },
            { additionalProperties: false },
          ),
          { maxItems: 500, description: "In the order in which they were told." },
        ),
      },
      { additionalProperties: false },
    ),
  },
});
