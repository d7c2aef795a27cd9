import type { OrderAggregate } from "./aggregate.ts";
import type { CapturePlan } from "./plan-capture.ts";

/** An order as it begins: every unit waits until the sources that were decided are given to it. */
export function newOrder(id: string, plan: CapturePlan, number: number, now: Date): OrderAggregate {
  const order: OrderAggregate = {
    id,
    number,
    channelId: plan.channel.id,
    status: "created",
    statusAt: plan.content.historical ? plan.orderedAt : now,
    currency: plan.content.currency,
    header: {
      type: plan.content.type,
      externalReference: plan.externalReference,
      itemTotal: plan.itemTotal,
      chargeTotal: plan.chargeTotal,
      customerReference: plan.content.customer.reference,
      customerTier: plan.content.customer.tier ?? null,
      metadata: plan.content.metadata,
    },
    priority: plan.content.priority,
    historical: plan.content.historical,
    orderedAt: plan.orderedAt,
    holds: 0,
    activeHolds: new Map(),
    attributes: {},
    sourcingDeferred: false,
    version: 1,
    eventSequence: 0,
    workflow: { definitionId: 0, state: "", entry: 0 },
    lines: new Map(),
    choices: new Map(plan.choices.map((choice) => [choice.number, choice])),
    fulfillmentOrders: new Map(),
    supplies: null,
    waited: false,
    changed: false,
  };
  for (const line of plan.lines) {
    order.lines.set(line.number, {
      number: line.number,
      skuId: line.sku.id,
      choiceNumber: line.choice.number,
      unitPrice: line.unitPrice,
      attributes: line.attributes,
      quantity: line.quantity,
      backordered: line.quantity,
      allocated: 0,
      shipped: 0,
      delivered: 0,
      cancelled: 0,
      supplied: false,
      lost: null,
      lostChanged: false,
      changed: false,
    });
  }
  return order;
}
