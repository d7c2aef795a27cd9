import { Type } from "typebox";
import { recordFactOf } from "../order-run.ts";
import { defineStep, Name, plainValues, pointersTo, Values } from "./step.ts";

export const emitEvent = defineStep({
  name: "emitEvent",
  description:
    "Tells other systems that something has happened: the event order.signaled, in the feed and by webhooks.",
  params: Type.Object(
    { name: Name("What has happened.", "giftWrapped"), data: Type.Optional(Values("What to say of it.")) },
    { additionalProperties: false },
  ),
  valuesIn: ({ data }) => pointersTo("/data", data),
  forHistorical: false,
  run: ({ run, fulfillmentOrder, params, valueOf }) => {
    const data = plainValues(params.data, valueOf);
    recordFactOf(run, fulfillmentOrder, "order.signaled", { name: params.name, data });
  },
});
