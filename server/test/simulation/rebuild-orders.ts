import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { expect } from "vitest";
import { orderEvents } from "../../src/orders/events.ts";
import type { Caller } from "../harness/caller.ts";

export interface CloudEvent {
  id: string;
  type: string;
  subject: string;
  entitytype: string;
  sequence: number;
  data: Record<string, unknown>;
}

export interface RebuiltOrder {
  status: string;
  lines: RebuiltLine[];
}

interface RebuiltLine {
  lineNumber: number;
  quantity: number;
  backordered: number;
  allocated: number;
  shipped: number;
  delivered: number;
  cancelled: number;
}

const ajv = new Ajv({ strict: false });
addFormats.default(ajv);
const validators = new Map(
  Object.entries(orderEvents.declarations).map(([type, { data }]) => [type, ajv.compile(data)]),
);

/** Workers look once a second whether something waits; after this long without news they have nothing to do. */
const QUIET_MS = 2_500;

/** Knows nothing but the events that it is told, each once and each entity's in their order (X10). */
export class OrderRebuild {
  readonly orders = new Map<string, RebuiltOrder>();
  readonly #sequences = new Map<string, number>();

  take(event: CloudEvent): void {
    const last = this.#sequences.get(event.subject) ?? 0;
    if (event.sequence !== last + 1)
      throw new Error(`${event.subject} skips from its event ${last} to ${event.sequence}.`);
    this.#sequences.set(event.subject, event.sequence);
    if (event.entitytype === "order") apply(this.orders, event);
  }
}

/**
 * A consumer that knows nothing but the feed: every event once, in order, folded into the state of all orders (X10).
 * Follows it until nothing has happened for a while.
 */
export async function rebuildOrders(caller: Caller, quietMs = QUIET_MS): Promise<Map<string, RebuiltOrder>> {
  const rebuild = new OrderRebuild();
  const seen = new Set<string>();
  for (let after = "1.0"; ; ) {
    const page: { data: CloudEvent[]; next: string; caughtUp: boolean } = await caller.get(
      `/v1/events?limit=200&waitMs=${quietMs}&after=${after}`,
    );
    for (const event of page.data) {
      if (seen.has(event.id)) throw new Error(`The event ${event.id} came twice.`);
      seen.add(event.id);
      rebuild.take(event);
    }
    after = page.next;
    if (page.caughtUp && page.data.length === 0) return rebuild.orders;
  }
}

function apply(orders: Map<string, RebuiltOrder>, event: CloudEvent): void {
  const validate = validators.get(event.type);
  if (validate === undefined || !validate(event.data))
    throw new Error(
      `${event.type} is not as declared: ${JSON.stringify(event.data)} ${ajv.errorsText(validate?.errors)}`,
    );
  const data = event.data as {
    status: string;
    to: string;
    lines: { lineNumber: number; quantity: number; waiting: number }[];
  };
  if (event.type === "order.captured") {
    const lines = data.lines.map(({ lineNumber, quantity }) => ({
      lineNumber,
      quantity,
      backordered: quantity,
      allocated: 0,
      shipped: 0,
      delivered: 0,
      cancelled: 0,
    }));
    orders.set(event.subject, { status: data.status, lines });
    return;
  }
  const order = orders.get(event.subject)!;
  const each = (change: (line: RebuiltLine, units: { quantity: number; waiting: number }) => void): void => {
    for (const units of data.lines) change(order.lines.find((line) => line.lineNumber === units.lineNumber)!, units);
  };
  switch (event.type) {
    case "order.statusChanged":
      order.status = data.to;
      break;
    case "order.unitsCancelled":
      each((line, { waiting }) => move(line, "backordered", "cancelled", waiting));
      break;
    case "order.unitsPerformed":
      each((line, { quantity }) => {
        move(line, "backordered", "shipped", quantity);
        line.delivered += quantity;
      });
      break;
    case "fulfillmentOrder.created":
      each((line, { quantity }) => move(line, "backordered", "allocated", quantity));
      break;
    case "fulfillmentOrder.unitsWithdrawn":
      each((line, { quantity }) => move(line, "allocated", data.to as "cancelled" | "backordered", quantity));
      break;
    case "fulfillmentOrder.unitsShipped":
      each((line, { quantity }) => move(line, "allocated", "shipped", quantity));
      break;
    case "fulfillmentOrder.unitsDelivered":
      each((line, { quantity }) => {
        line.delivered += quantity;
      });
      break;
  }
}

function move(
  line: RebuiltLine,
  from: "backordered" | "allocated",
  to: "allocated" | "backordered" | "shipped" | "cancelled",
  quantity: number,
): void {
  line[from] -= quantity;
  line[to] += quantity;
}

/** The order as the API tells it is the one that the feed tells. */
export function expectRebuilt(orders: ReadonlyMap<string, RebuiltOrder>, answer: RebuiltOrder & { id: string }): void {
  const lines = answer.lines.map(({ lineNumber, quantity, backordered, allocated, shipped, delivered, cancelled }) => ({
    lineNumber,
    quantity,
    backordered,
    allocated,
    shipped,
    delivered,
    cancelled,
  }));
  expect({ id: answer.id, ...orders.get(answer.id) }).toEqual({ id: answer.id, status: answer.status, lines });
}
