import { Type } from "typebox";
import { declareEvents } from "../platform/events/declare-events.ts";
import { changeData } from "../platform/reference-data/change-event.ts";

export const catalogEvents = declareEvents({
  "sku.changed": {
    version: 1,
    description: "A SKU was created or changed.",
    data: changeData({ sku: Type.String({ description: "The SKU's code.", examples: ["SHIRT-RED-M"] }) }),
  },
});
