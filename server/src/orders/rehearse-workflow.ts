import { Type, type Static } from "typebox";
import type { ExpressionContext } from "../platform/expressions/compile-expression.ts";
import { valuesIn } from "../platform/expressions/values-in.ts";
import { momentField, orNull, textField, wholeField } from "../platform/http/described.ts";
import { LocalTextAnswer } from "../platform/local-text.ts";
import type { Principal } from "../platform/http/route.ts";
import { common } from "../platform/refusals.ts";
import {
  type AskedGuard,
  type GuardInput,
  START,
  watchGuards,
  type Workflow,
  type WorkflowEvent,
} from "../workflow/public.ts";
import type { OrderAggregate } from "./aggregate.ts";
import { locationCode, type OrderRun, skuCode } from "./order-run.ts";
import { fulfillmentOrderConditions, orderConditions } from "./order-context.ts";
import { SeenRequests } from "./seen-requests.ts";
import { openTrialRun, type TrialDependencies, trialEntity } from "./trial-run.ts";

const MAX_EVENTS = 20;

export const Rehearsal = Type.Object(
  {
    content: Type.Unknown({
      description: "The workflow, as its draft says it; without faults.",
      examples: [{ id: "standard-order" }],
    }),
    order: Type.String({ maxLength: 200, description: "ID or number of the order.", examples: ["100001"] }),
    fulfillmentOrder: Type.Optional(
      Type.String({
        format: "uuid",
        description: "For a workflow of fulfillment orders: which one of the order.",
        examples: ["0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"],
      }),
    ),
    from: Type.Optional(
      Type.Enum(["now", "start"], {
        description:
          "now: from the state in which it stands. start: an order as it was captured, with the stock that it has now.",
        examples: ["now"],
      }),
    ),
    events: Type.Array(
      Type.Object(
        {
          type: Type.String({ minLength: 1, maxLength: 200, description: "The event.", examples: ["cancel"] }),
          data: Type.Optional(
            Type.Record(Type.String(), Type.Unknown(), { description: "What comes with it.", examples: [{}] }),
          ),
        },
        { additionalProperties: false },
      ),
      { maxItems: MAX_EVENTS, description: "What happens to it, one after the other; timers by their name." },
    ),
  },
  { additionalProperties: false, $id: "WorkflowRehearsal", description: "What a workflow is to be tried with." },
);

export const ValueSeen = Type.Object({
  name: textField(
    "As the condition names it; size(…) for a list of things; texts in a list are joined by commas.",
    "order.total",
  ),
  value: Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()], {
    description: "What it is; null: missing.",
    examples: [4497],
  }),
});

const AskedGuardView = Type.Object({
  pointer: textField("The transition that it guards, as a JSON pointer into the workflow.", "/states/created/always/0"),
  event: textField("What happened.", "start"),
  from: orNull(textField("State in which it was asked.", "created")),
  to: textField("Where the transition leads.", "review"),
  guard: textField("Its name; of a condition its text.", "order.total > 100000"),
  holds: orNull(Type.Boolean({ description: "Whether it holds; null: it failed.", examples: [false] })),
  values: Type.Array(ValueSeen, { description: "What a condition looked at." }),
});

const StepRequest = Type.Object({
  kind: Type.Enum(["task", "exception", "call", "wait"], {
    description: "task: of people · exception: somebody must look at it · call: of another system · wait: of the clock",
    examples: ["task"],
  }),
  name: {
    ...LocalTextAnswer,
    description: "The task's title, kind of exception, what is called, event that the clock sends.",
  },
  dueAt: orNull(momentField("When it is due; null: at once, or when a rule says.")),
});

export const RehearsalAnswer = Type.Object(
  {
    steps: Type.Array(
      Type.Object({
        entityType: textField("Whose step it is.", "order"),
        entityId: textField("ID of the order or fulfillment order.", "0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"),
        step: textField("The step.", "createFulfillmentOrders"),
        events: Type.Array(
          Type.Object({
            type: textField("What it would tell.", "fulfillmentOrder.created"),
            data: Type.Record(Type.String(), Type.Unknown(), { description: "Its data.", examples: [{}] }),
          }),
          { description: "Events that it would record." },
        ),
        movements: Type.Array(
          Type.Object({
            sku: textField("Code of the SKU.", "SHIRT-RED-M"),
            location: textField("Code of the location.", "store-leeds"),
            kind: textField("What kind of movement.", "allocation"),
            onHand: wholeField("Change of the stock there, in units.", 0),
            allocated: wholeField("Change of what is promised from it, in units.", 2),
          }),
          { description: "Movements of stock that it would write." },
        ),
        requests: Type.Array(StepRequest, { description: "What it would ask of people, other systems and the clock." }),
      }),
      { description: "Every step that would run, in order." },
    ),
    entities: Type.Array(
      Type.Object({
        entityType: textField("order or fulfillmentOrder.", "order"),
        entityId: textField("Its ID; a new one has one that is not kept.", "0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"),
        state: orNull(textField("Where it would stand.", "processing")),
        label: orNull(textField("What it would show.", "processing")),
        moves: Type.Array(
          Type.Object({
            event: textField("What moved it.", "start"),
            from: orNull(textField("From which state; null: it is new.", "created")),
            to: textField("To which state.", "processing"),
          }),
          { description: "The transitions that it would take." },
        ),
        ignored: Type.Array(Type.String(), {
          description: "Events that its state does not take.",
          examples: [["progressed"]],
        }),
        failure: orNull(textField("What would fail.", "No such key: risk")),
        guards: Type.Array(AskedGuardView, { description: "Guards that were asked on its way, in order." }),
        timers: Type.Array(
          Type.Object({
            event: textField("The timer; send it as an event to see what follows.", "xstate.after.serviceWindow.x"),
            dueAt: momentField("When it would be due."),
          }),
          { description: "Timers that would begin." },
        ),
      }),
      { description: "What would become of everything that takes part." },
    ),
  },
  { $id: "WorkflowRehearsalAnswer", description: "What a workflow would do; nothing was written." },
);

/** Lets a real order run through a draft, in memory: each step with what it would write, nothing of it written (X5). */
export async function rehearseWorkflow(
  dependencies: TrialDependencies,
  request: Static<typeof Rehearsal>,
  principal: Principal,
): Promise<Static<typeof RehearsalAnswer>> {
  const { engine } = dependencies;
  const asked = new AskedGuards();
  const compiled = engine.compile(request.content);
  const workflow = watchGuards(compiled, (guard) => asked.note(guard, compiled.entityType));
  const run = await openTrialRun(dependencies, request.order, principal);
  const { work } = run;
  const begins = request.from === "start";
  if (begins) beginAgain(run, workflow);
  const entity = trialEntity(run, workflow.entityType, request.fulfillmentOrder);
  if (!begins && !workflow.states.has(entity.place.state))
    throw common.refuse("invalidInput", {
      faults: [{ pointer: "/from", message: `the workflow has no state ${entity.place.state}, in which it stands` }],
    });
  const events: WorkflowEvent[] = [...(begins ? [START] : []), ...request.events];
  const seen = { events: 0, movements: 0 };
  const requested = new SeenRequests(work);
  const steps: Static<typeof RehearsalAnswer>["steps"] = [];
  const { progress } = await engine.rehearse(
    events.map((event) => ({ entity, event })),
    (one) => (one.id === entity.id ? workflow : null),
    (step, { id, entityType }) => {
      const told = work.facts.events.slice(seen.events);
      const moved = work.movements.slice(seen.movements);
      seen.events += told.length;
      seen.movements += moved.length;
      steps.push({
        entityType,
        entityId: id,
        step,
        events: told.map(({ type, data }) => ({ type, data })),
        movements: moved.map(({ skuId, locationId, kind, onHand = 0, allocated = 0 }) => ({
          sku: skuCode(run, skuId),
          location: locationCode(run, locationId),
          kind,
          onHand,
          allocated,
        })),
        requests: requested.news(),
      });
    },
    work.now,
  );
  const entities = progress.map(({ subject, state, label, moves, ignored, failure }) => ({
    entityType: subject.entity.entityType,
    entityId: subject.id,
    state,
    label,
    moves: moves.map(({ transition, event }) => ({ event: event.type, from: transition.from, to: transition.to.path })),
    ignored: ignored.map(({ event }) => event),
    failure: failure === null ? null : failure.error instanceof Error ? failure.error.message : String(failure.error),
    guards: subject.id === entity.id ? asked.views : [],
    timers: (moves.findLast(({ transition }) => transition.enters)?.transition.to.timers ?? []).map((timer) => ({
      event: timer.event,
      dueAt: new Date(work.now.getTime() + timer.delayMs).toISOString(),
    })),
  }));
  return { steps, entities };
}

/** Each once for what happened: a refusal asks them all again for its reasons. */
class AskedGuards {
  readonly views: Static<typeof AskedGuardView>[] = [];
  readonly #seen: Pick<AskedGuard, "transition" | "guard" | "event">[] = [];

  /** When it is asked: what a condition looks at may be something else after the next step. */
  note({ transition, guard, context, event, holds }: AskedGuard, entityType: string): void {
    if (this.#seen.some((one) => one.transition === transition && one.guard === guard && one.event === event)) return;
    this.#seen.push({ transition, guard, event });
    const conditions: ExpressionContext<GuardInput<never>> =
      entityType === "order" ? orderConditions : fulfillmentOrderConditions;
    this.views.push({
      pointer: transition.pointer,
      event: event.type,
      from: transition.from,
      to: transition.to.path,
      guard,
      holds,
      values: valuesIn(conditions, guard, { context: context as never, event }),
    });
  }
}

/** The order as it was captured: what its locations were told is promised again, the rest waits. */
function beginAgain(run: OrderRun, workflow: Workflow): void {
  if (workflow.entityType !== "order")
    throw common.refuse("invalidInput", {
      faults: [{ pointer: "/from", message: "only orders are tried from their start" }],
    });
  const { order } = run;
  run.pendingSources = sourcesOf(order);
  order.fulfillmentOrders.clear();
  order.workflow = { definitionId: 0, state: "", entry: 0 };
  order.attributes = {};
  for (const line of order.lines.values()) {
    Object.assign(line, {
      backordered: line.quantity,
      allocated: 0,
      shipped: 0,
      delivered: 0,
      cancelled: 0,
      lost: null,
    });
  }
}

function sourcesOf(order: OrderAggregate): OrderRun["pendingSources"] {
  return [...order.fulfillmentOrders.values()].flatMap(({ choiceNumber, locationId, lines }) =>
    [...lines.values()]
      .filter(({ quantity, withdrawn }) => quantity > withdrawn)
      .map(({ lineNumber, skuId, quantity, withdrawn }) => ({
        choiceNumber,
        lineNumber,
        skuId,
        locationId,
        quantity: quantity - withdrawn,
      })),
  );
}
