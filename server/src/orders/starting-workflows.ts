import type { FulfillmentOrder } from "./aggregate.ts";

/** The workflows that new orders and fulfillment orders start with. */
export const startingWorkflows = ["standard-order", "pickup-order", "delivery-fulfillment", "pickup-fulfillment"];

export function workflowOfOrder(type: string): string {
  return type === "pickup" ? "pickup-order" : "standard-order";
}

export function workflowOfFulfillmentOrder({ method }: Pick<FulfillmentOrder, "method">): string {
  return method === "pickup" ? "pickup-fulfillment" : "delivery-fulfillment";
}
