import type { ExpressionContext } from "../platform/expressions/compile-expression.ts";
import type { GuardInput, StepRun } from "../workflow/public.ts";
import { fulfillmentOrderConditions, orderConditions } from "./order-context.ts";
import { askCustomer } from "./steps/ask-customer.ts";
import { callWebhook } from "./steps/call-webhook.ts";
import { emitEvent } from "./steps/emit-event.ts";
import { hold } from "./steps/hold.ts";
import { unitStepsOfFulfillmentOrders, unitStepsOfOrders } from "./steps/move-units.ts";
import { openTask } from "./steps/open-task.ts";
import { raiseException } from "./steps/raise-exception.ts";
import { sendMessage } from "./steps/send-message.ts";
import { setAttributes } from "./steps/set-attributes.ts";
import { sourcingSteps } from "./steps/source-units.ts";
import { type GenericStep, type OwnStep, stepOver } from "./steps/step.ts";
import { unhold } from "./steps/unhold.ts";
import { waitUntil } from "./steps/wait-until.ts";

/** For every workflow of orders and fulfillment orders (W1, W3). A new one is a file in `steps/`, its test, and a name here. */
export const genericSteps: readonly GenericStep[] = [
  hold,
  unhold,
  setAttributes,
  raiseException,
  openTask,
  waitUntil,
  callWebhook,
  sendMessage,
  emitEvent,
];

/** Of orders alone: `askCustomer` asks once for all that waits. */
export const stepsOfOrders: Readonly<Record<string, OwnStep>> = {
  ...unitStepsOfOrders,
  ...sourcingSteps,
  ...over(orderConditions),
  ...over(orderConditions, [askCustomer]),
};

export const stepsOfFulfillmentOrders: Readonly<Record<string, OwnStep>> = {
  ...unitStepsOfFulfillmentOrders,
  ...over(fulfillmentOrderConditions),
};

/** As the engine finds them. Each runs once for all entities of a batch, and what it collects is written once per table. */
export const orderSteps: ReadonlyMap<string, StepRun> = new Map([
  ...Object.entries(stepsOfOrders).map(([name, { run }]) => [`order.${name}`, run] as const),
  ...Object.entries(stepsOfFulfillmentOrders).map(([name, { run }]) => [`fulfillmentOrder.${name}`, run] as const),
]);

function over<Context>(
  conditions: ExpressionContext<GuardInput<Context>>,
  steps = genericSteps,
): Record<string, OwnStep> {
  // The engine pairs an entity type with its own contexts, so expressions get what they were declared for.
  const own = conditions as ExpressionContext<GuardInput<never>>;
  return Object.fromEntries(steps.map((step) => [step.name, stepOver(own, step)]));
}
