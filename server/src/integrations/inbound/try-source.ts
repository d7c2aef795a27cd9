import { type Static, Type } from "typebox";
import { orNull, textField } from "../../platform/http/described.ts";
import { Refusal } from "../../platform/refusals.ts";
import { checkSource, compileSource } from "./compile-source.ts";
import { type InboundPlan, meaningOf, readEvent } from "./read-event.ts";

export const SourceTrial = Type.Object(
  {
    content: Type.Unknown({ description: "A source, faulty or not; it need not be saved.", examples: [{ rules: [] }] }),
    body: Type.String({
      maxLength: 65_536,
      description: "The body of a sample event, as the sender would send it.",
      examples: ['{"id":"evt-81","type":"parcel.delivered"}'],
    }),
  },
  { additionalProperties: false, $id: "InboundTrial", description: "A source of events and a sample of one." },
);

const Fault = Type.Object({
  pointer: textField("JSON pointer; into the source, or into the body of the sample.", "/rules/0/when"),
  message: textField("What is wrong there.", "there is no evnt"),
});

const Plain = Type.Union([Type.String(), Type.Number(), Type.Boolean()], {
  description: "A text, number or flag.",
  examples: ["1Z"],
});

export const SourceTrialAnswer = Type.Object(
  {
    faults: Type.Array(Fault, { description: "What is wrong with the source; then nothing else is told." }),
    unreadable: Type.Array(Fault, { description: "What the sample lacks that every event has." }),
    event: orNull(
      Type.Object(
        {
          id: textField("The sender's ID of it.", "evt-81"),
          type: textField("Its type.", "parcel.delivered"),
          time: orNull(textField("When it happened.", "2026-11-20T14:05:00.000Z")),
          sequence: orNull(Type.Integer({ description: "Its number among those of its entity.", examples: [3] })),
          fields: Type.Object(
            {},
            { additionalProperties: Plain, description: "What the rules look at.", examples: [{ tracking: "1Z" }] },
          ),
        },
        { description: "What is read of it; null: it cannot be read." },
      ),
    ),
    outcome: orNull(
      Type.Enum(["planned", "ignored", "faulty"], {
        description: "planned: a rule applies · ignored: none does · faulty: it would be parked.",
        examples: ["planned"],
      }),
    ),
    reason: orNull(textField("Why it would be parked.", "The rule Delivered applies, but …")),
    plan: orNull(
      Type.Object(
        {
          rule: textField("The rule that decides.", "Delivered"),
          entity: textField("What kind of thing it is about.", "shipment"),
          by: textField("By what it is named.", "trackingNumber"),
          name: textField("How the sender names it.", "1Z"),
          event: textField("What it is told.", "deliver"),
          data: Type.Object(
            {},
            { additionalProperties: Plain, description: "What it is told with it.", examples: [{ reason: "fraud" }] },
          ),
        },
        { description: "What would be done; null: nothing." },
      ),
    ),
  },
  { $id: "InboundTrialAnswer", description: "What a source would make of an event; nothing was kept or done." },
);
type Answer = Static<typeof SourceTrialAnswer>;

/** Names the ID of a sample whose ID stands in a header. */
const SAMPLE_ID = "sample";

/** Reads a sample as the source would, and tells what would be done; nothing is kept or done. */
export function trySource({ content, body }: Static<typeof SourceTrial>): Answer {
  const nothing = { faults: [], unreadable: [], event: null, outcome: null, reason: null, plan: null };
  const faults = [...checkSource(content).faults];
  if (faults.length > 0) return { ...nothing, faults };
  const source = compileSource("sample", content);
  try {
    const facts = readEvent(source, body, SAMPLE_ID);
    const meaning = meaningOf(source, facts);
    const { id, type, time, sequence, fields } = facts;
    return {
      ...nothing,
      event: { id, type, time: time?.toISOString() ?? null, sequence, fields: { ...fields } },
      outcome: meaning.kind,
      reason: meaning.kind === "faulty" ? meaning.reason : null,
      plan: meaning.kind === "planned" ? planView(meaning.plan) : null,
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const told = error.faults;
    return {
      ...nothing,
      unreadable:
        told.length > 0
          ? told.map(({ pointer, message }) => ({ pointer, message }))
          : [{ pointer: "", message: error.message }],
    };
  }
}

function planView({ rule, about, name, event, data }: InboundPlan) {
  return { rule, entity: about.entity, by: about.by, name, event, data: { ...data } };
}
