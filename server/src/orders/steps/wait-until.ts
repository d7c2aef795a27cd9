import { Type } from "typebox";
import { parseDurationMs } from "../../workflow/public.ts";
import type { Choice, FulfillmentOrder } from "../aggregate.ts";
import type { OrderRun } from "../order-run.ts";
import { defineStep, faultsOfDuration, type StepEntry } from "./step.ts";

const WAIT_OVER = "waitOver";
const MOMENTS = ["now", "ordered", "due", "requestedFrom", "requestedUntil", "release"] as const;
type Moment = (typeof MOMENTS)[number];

/** A state's own `after` waits for a fixed time; this waits until a moment that the order itself has. */
export const waitUntil = defineStep({
  name: "waitUntil",
  description:
    "Sends waitOver at a moment of the order, if the entity is still in the state that it enters. Put it into the entry steps of the state that waits.",
  params: Type.Object(
    {
      moment: Type.Enum([...MOMENTS], {
        description:
          "now · ordered: when the customer ordered · due: the cut-off (an order's: the first of its fulfillment orders) · requestedFrom, requestedUntil: the customer's wish · release: when it comes out (the day or moment in the attribute releaseOn, else in the channel's metadata, else requestedFrom).",
        examples: ["requestedFrom"],
      }),
      offset: Type.Optional(
        Type.String({
          pattern: "^-?P",
          maxLength: 40,
          description: "How long after that moment, or before it with a minus. ISO 8601.",
          examples: ["-PT2H", "P1D"],
        }),
      ),
      otherwise: Type.Optional(
        Type.String({
          maxLength: 40,
          description: "How long to wait when the order has no such moment; not at all when absent. ISO 8601.",
          examples: ["PT4H"],
        }),
      ),
    },
    { additionalProperties: false },
  ),
  emits: [WAIT_OVER],
  check: ({ offset, otherwise }) => [
    ...faultsOfDuration("/offset", offset?.replace(/^-/, "")),
    ...faultsOfDuration("/otherwise", otherwise),
  ],
  forHistorical: false,
  run: (entry) => {
    const { run, entity, params, item } = entry;
    const moment = momentOf(params.moment, entry);
    const now = run.work.now.getTime();
    const at = moment === null ? now + durationMs(params.otherwise) : moment + durationMs(params.offset);
    const timer = { entityId: entity.id, name: WAIT_OVER, dueAt: new Date(Math.max(at, now)) };
    run.work.waits.push({ timer, transition: item.transition });
  },
});

function durationMs(text: string | undefined): number {
  if (text === undefined) return 0;
  return text.startsWith("-") ? -parseDurationMs(text.slice(1))! : parseDurationMs(text)!;
}

function momentOf(moment: Moment, { run, fulfillmentOrder }: StepEntry<unknown>): number | null {
  switch (moment) {
    case "now":
      return run.work.now.getTime();
    case "ordered":
      return run.order.orderedAt.getTime();
    case "due":
      return first(fulfillmentOrdersOf(run, fulfillmentOrder).map(({ dueAt }) => dueAt?.getTime() ?? null));
    case "requestedFrom":
      return first(choicesOf(run, fulfillmentOrder).map(({ notBefore }) => timeOf(notBefore)));
    case "requestedUntil":
      return first(choicesOf(run, fulfillmentOrder).map(({ notAfter }) => timeOf(notAfter)));
    case "release":
      return (
        releaseIn(run.order.attributes) ??
        releaseIn(run.order.header.metadata) ??
        first(choicesOf(run, fulfillmentOrder).map(({ notBefore }) => timeOf(notBefore)))
      );
  }
}

function fulfillmentOrdersOf({ order }: OrderRun, own: FulfillmentOrder | null): FulfillmentOrder[] {
  return own === null ? [...order.fulfillmentOrders.values()] : [own];
}

function choicesOf({ order }: OrderRun, own: FulfillmentOrder | null): Choice[] {
  const choices = [...order.choices.values()];
  return own === null ? choices : choices.filter(({ number }) => number === own.choiceNumber);
}

function first(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function timeOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}

/** A day counts from its first moment in UTC. */
function releaseIn({ releaseOn }: Readonly<Record<string, unknown>>): number | null {
  const time = typeof releaseOn === "string" ? Date.parse(releaseOn) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}
