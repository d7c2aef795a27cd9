import { defineContext, variable } from "../../platform/expressions/compile-expression.ts";
import { defineView, moment, record, text } from "../../platform/expressions/context.ts";

/** What an event tells, as far as rules may look at it. */
export interface EventFacts {
  source: string;
  id: string;
  type: string;
  time: Date | null;
  sequence: number | null;
  fields: Readonly<Record<string, string | number | boolean>>;
}

const inboundEvent = defineView<EventFacts>("InboundEvent", {
  source: text("Code of the source.", "carrier", ({ source }) => source),
  id: text("The sender's ID of it.", "evt-1", ({ id }) => id),
  type: text("Its type.", "parcel.delivered", ({ type }) => type),
  time: moment("When it happened; absent when the sender does not tell.", "2026-11-20T14:05:00Z", ({ time }) => time),
  fields: record("What the source's `fields` name, as far as it is there.", { tracking: "1Z" }, ({ fields }) => fields),
});

export const inboundConditions = defineContext<EventFacts>({
  event: variable("The event.", inboundEvent, (facts) => facts),
});
