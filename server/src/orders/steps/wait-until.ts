import { Type } from "typebox";
import type { Transaction } from "../../platform/db/database.ts";
import { closeExceptions, raiseExceptions } from "../../tasks/public.ts";
import { parseDurationMs } from "../../workflow/public.ts";
import type { Choice, FulfillmentOrder } from "../aggregate.ts";
import { collect, type OrderRun } from "../order-run.ts";
import { readMoment } from "./read-moment.ts";
import { defineStep, faultsOfDuration, type StepEntry, subjectOf } from "./step.ts";

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
          "now · ordered: when the customer ordered · due: the cut-off (an order's: the first of its fulfillment orders) · requestedFrom, requestedUntil: the customer's wish · release: when it comes out (the day or moment in the attribute releaseOn, else in the channel's metadata, else requestedFrom). A day begins at midnight where the order is handed over if that is a location, else in UTC; what is no ISO 8601 day or moment is an exception, and nothing is sent.",
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
    const moment = params.moment === "release" ? releaseOf(entry) : momentOf(params.moment, entry);
    if (moment === "unclear") return;
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

function momentOf(moment: Exclude<Moment, "release">, { run, fulfillmentOrder }: StepEntry<unknown>): number | null {
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

const UNCLEAR = "releaseUnclear";
const UNCLEAR_DEADLINE_MS = 24 * 60 * 60 * 1000;

/** Who guesses a day releases too early: an unclear one waits until somebody has said it anew. */
function releaseOf(entry: StepEntry<unknown>): number | "unclear" | null {
  const { run, fulfillmentOrder, entity } = entry;
  const { attributes, header } = run.order;
  const said = attributes["releaseOn"] ?? header.metadata["releaseOn"] ?? null;
  if (said === null) return momentOf("requestedFrom", entry);
  const moment = readMoment(said, zoneOf(run, fulfillmentOrder));
  if (moment !== null) {
    collect(run.work, endUnclear, entity.id);
    return moment;
  }
  collect(run.work, raiseExceptions, {
    kind: UNCLEAR,
    entityType: entity.entityType,
    entityId: entity.id,
    reason: `It is not clear when it comes out: releaseOn is ${JSON.stringify(said)}`.slice(0, 500),
    nextAction: "Set the day, written like 2031-03-01, and tell the channel; until then nothing of it is released.",
    details: subjectOf(entry),
    ownerTeam: "customer-service",
    dueAt: new Date(run.work.now.getTime() + UNCLEAR_DEADLINE_MS),
  });
  return "unclear";
}

/** Where it is handed over, if the customer or the sourcing has chosen a location. */
function zoneOf(run: OrderRun, own: FulfillmentOrder | null): string {
  const chosen = [own, ...run.order.choices.values()].map((one) => one?.locationId ?? null);
  const locationId = chosen.find((id) => id !== null) ?? null;
  return (locationId === null ? undefined : run.work.network.locationById(locationId)?.timeZone) ?? "UTC";
}

function endUnclear(transaction: Transaction, entityIds: readonly string[]): void {
  const resolution = "The day is clear.";
  closeExceptions(
    transaction,
    entityIds.map((entityId) => ({ kind: UNCLEAR, entityId, resolution })),
    { actor: "system:workflow", requestId: null },
  );
}
