import type { Audience, MessageSource, MessageSubject, Occasion } from "../messages/public.ts";
import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { Principal } from "../platform/http/route.ts";
import type { BoughtBasket, Recommendation } from "../promising/public.ts";
import { isPassing, Refusal } from "../platform/refusals.ts";
import type { OrderAnswer } from "./answer-schemas.ts";
import { getOrder } from "./get-order.ts";
import {
  cancellationContext,
  MAX_RECOMMENDATIONS,
  orderContext,
  pickupContext,
  type PickupPlace,
  questionContext,
  shipmentContext,
} from "./message-context.ts";
import {
  type AskedFacts,
  type CancelledFacts,
  orderMessageTriggers,
  type OrderMessageTrigger,
} from "./message-triggers.ts";
import type { ShipmentQueries } from "./shipment-queries.ts";
import { findVisibleOrder } from "./visible-orders.ts";

const EVERYTHING: Principal = {
  actor: "system:messages",
  name: "messages",
  permissions: new Set(),
  locationCodes: null,
  channelCodes: null,
  credential: "system",
};

const readAudience = statement<Audience & { id: string }>(
  "orders.readAudience",
  `select o.id, o.number as "orderNumber", c.code as channel, o.historical,
     o.customer_email is not null as "hasEmail", o.customer_phone is not null as "hasPhone", o.customer_reference is not null as "hasReference",
     exists (select from orders.orders newer where newer.external_reference = o.external_reference
       and newer.channel_id = o.channel_id and newer.revision > o.revision) as superseded
   from unnest($1::uuid[]) as given (id) join orders.orders o on o.id = given.id
     join network.channels c on c.id = o.channel_id`,
);

const readPlace = statement<PickupPlace>(
  "orders.readPickupPlace",
  `select name, address, time_zone as "timeZone", coalesce(calendar -> 'openingHours', '{}') as "openingHours"
   from network.locations where code = $1`,
);

/** What goes with an order, for its confirmation; `limit` at most. */
export type RecommendForOrder = (basket: BoughtBasket, limit: number) => Promise<readonly Recommendation[]>;

/** A confirmation does not wait for what only adorns it: where that fails, it goes without. */
export function orNone(recommend: RecommendForOrder, onError: (error: unknown) => void): RecommendForOrder {
  return async (basket, limit) => {
    try {
      return await recommend(basket, limit);
    } catch (error) {
      onError(error);
      return [];
    }
  };
}

/** Orders as messages tell of them. */
export function orderMessages(
  database: Database,
  shipments: ShipmentQueries,
  recommend: RecommendForOrder,
): MessageSource {
  return {
    triggers: orderMessageTriggers,
    audienceOf: async (transaction, orderIds) => {
      const rows = await transaction.read(readAudience, [arrayLiteral("uuid", [...new Set(orderIds)])]);
      return new Map(rows.map(({ id, ...audience }) => [id, audience]));
    },
    latestOccasion: async (trigger, orderId) => {
      const order = await findOrder(database, shipments, orderId);
      return order === null ? null : occasionIn(order, trigger as OrderMessageTrigger);
    },
    findOrder: (reference, principal) => findVisibleOrder(database, reference, principal),
    subjectOf: async (trigger, occasion) => {
      const order = await findOrder(database, shipments, occasion.orderId);
      if (order === null) return null;
      const of = await partOf({ database, recommend }, order, trigger as OrderMessageTrigger, occasion);
      return of === null ? null : { ...recipientOf(order), contextFor: of };
    },
  };
}

async function findOrder(database: Database, shipments: ShipmentQueries, orderId: string): Promise<OrderAnswer | null> {
  try {
    return await getOrder(database, shipments, orderId, EVERYTHING);
  } catch (error) {
    if (error instanceof Refusal && !isPassing(error)) return null;
    throw error;
  }
}

function recipientOf(order: OrderAnswer): Omit<MessageSubject, "contextFor"> {
  return {
    orderNumber: order.number,
    channel: order.channel,
    email: order.customer.email,
    phone: order.customer.phone,
    customerReference: order.customer.reference,
    language: order.language,
    currency: order.currency,
  };
}

/** What the trigger tells of beside the order; null: it is not there. */
async function partOf(
  { database, recommend }: { database: Database; recommend: RecommendForOrder },
  order: OrderAnswer,
  trigger: OrderMessageTrigger,
  { subjectId, facts }: Occasion,
): Promise<MessageSubject["contextFor"] | null> {
  switch (trigger) {
    case "orderConfirmed": {
      const recommended = await recommend(basketOf(order), MAX_RECOMMENDATIONS);
      const recommendations = recommended.map(({ name, sku }) => ({ name, sku }));
      return (formats) => ({ ...orderContext(order, formats), recommendations });
    }
    case "delivered":
      return (formats) => orderContext(order, formats);
    case "delayed": {
      const expectedOn = typeof facts["expectedOn"] === "string" ? facts["expectedOn"] : null;
      return (formats) => ({
        ...orderContext(order, formats),
        delay: { expectedOn: expectedOn === null ? null : formats.localDay(expectedOn) },
      });
    }
    case "laterThanPromised":
      return (formats) => ({
        ...orderContext(order, formats),
        question: questionContext(order, facts as unknown as AskedFacts, formats),
      });
    case "cancelled": {
      const { lines } = facts as CancelledFacts;
      return (formats) => ({
        ...orderContext(order, formats),
        cancellation: cancellationContext(order, lines, formats),
      });
    }
    case "shipped": {
      const shipment = order.fulfillmentOrders.flatMap((one) => one.shipments).find(({ id }) => id === subjectId);
      if (shipment === undefined) return null;
      return (formats) => ({ ...orderContext(order, formats), shipment: shipmentContext(order, shipment, formats) });
    }
    case "readyForPickup": {
      const fulfillmentOrder = order.fulfillmentOrders.find(({ id }) => id === subjectId);
      if (fulfillmentOrder === undefined) return null;
      const [place] = await database.read(readPlace, [fulfillmentOrder.location]);
      return (formats) => ({
        ...orderContext(order, formats),
        pickup: pickupContext(order, fulfillmentOrder, place!, formats),
      });
    }
  }
}

function basketOf({ channel, lines, fulfillmentOrders }: OrderAnswer): BoughtBasket {
  const locations = fulfillmentOrders.map(({ location }) => location);
  return { channel, skus: lines.map(({ sku }) => sku), locations: [...new Set(locations)] };
}

/** What the order has to tell of the trigger: the last shipment, pickup or cancelled units. */
function occasionIn(order: OrderAnswer, trigger: OrderMessageTrigger): Occasion | null {
  const about = (subjectId: string | undefined): Occasion | null =>
    subjectId === undefined ? null : { orderId: order.id, subjectId, facts: {} };
  switch (trigger) {
    case "orderConfirmed":
    case "delivered":
    case "delayed":
      return { orderId: order.id, subjectId: null, facts: {} };
    case "laterThanPromised": {
      const question = order.questions.at(-1);
      if (question === undefined) return null;
      const { id, answerBy, silence, lines } = question;
      return { orderId: order.id, subjectId: id, facts: { answerBy, silence, lines } };
    }
    case "shipped":
      return about(order.fulfillmentOrders.flatMap((one) => one.shipments).at(-1)?.id);
    case "readyForPickup":
      return about(order.fulfillmentOrders.findLast(({ method }) => method === "pickup")?.id);
    case "cancelled": {
      const cancelled = order.lines.filter((line) => line.cancelled > 0);
      const lines = cancelled.map((line) => ({ lineNumber: line.lineNumber, quantity: line.cancelled }));
      return lines.length === 0 ? null : { orderId: order.id, subjectId: null, facts: { lines } };
    }
  }
}
