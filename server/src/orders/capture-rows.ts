import type { Transaction } from "../platform/db/database.ts";
import type { Hold } from "../inventory/public.ts";
import { arrayLiteral, bulkInsert, statement } from "../platform/db/statements.ts";
import type { CheckoutRow } from "../promising/public.ts";
import type { OrderAggregate } from "./aggregate.ts";
import { contentHash } from "./order-content.ts";
import type { CapturePlan } from "./plan-capture.ts";
import { promiseOf } from "./take-held-units.ts";

export const drawNumbers = statement<{ number: number }>(
  "orders.drawNumbers",
  `select nextval('orders.order_numbers') as number from generate_series(1, $1::int)`,
);

const insertOrders = bulkInsert<{
  id: string;
  number: number;
  channel_id: number;
  external_reference: string;
  revision: number;
  content_hash: Buffer;
  type: string;
  status: string;
  currency: string;
  priority: number;
  historical: boolean;
  customer_reference: string | null;
  customer_name: string | null;
  customer_email: string | null;
  customer_phone: string | null;
  customer_tier: string | null;
  language: string | null;
  item_total: number;
  charge_total: number;
  grand_total: number;
  unit_count: number;
  ordered_at: Date;
  ordered_at_given: boolean;
  status_at: Date;
  metadata: object;
  holds: number;
  event_sequence: number;
}>("orders.insertOrders", "orders.orders", {
  id: "uuid",
  number: "bigint",
  channel_id: "int",
  external_reference: "text",
  revision: "smallint",
  content_hash: "bytea",
  type: "text",
  status: "text",
  currency: "text",
  priority: "smallint",
  historical: "boolean",
  customer_reference: "text",
  customer_name: "text",
  customer_email: "text",
  customer_phone: "text",
  customer_tier: "text",
  language: "text",
  item_total: "bigint",
  charge_total: "bigint",
  grand_total: "bigint",
  unit_count: "int",
  ordered_at: "timestamptz",
  ordered_at_given: "boolean",
  status_at: "timestamptz",
  metadata: "jsonb",
  holds: "smallint",
  event_sequence: "int",
});

const insertChoices = bulkInsert<{
  order_id: string;
  number: number;
  external_id: string;
  method: string;
  location_id: number | null;
  service: string | null;
  address: object | null;
  latitude: number | null;
  longitude: number | null;
  not_before: string | null;
  not_after: string | null;
  instructions: string | null;
  gift_message: string | null;
  collectors: string[] | null;
  promise: object | null;
}>("orders.insertChoices", "orders.fulfillment_choices", {
  order_id: "uuid",
  number: "smallint",
  external_id: "text",
  method: "text",
  location_id: "int",
  service: "text",
  address: "jsonb",
  latitude: "double precision",
  longitude: "double precision",
  not_before: "timestamptz",
  not_after: "timestamptz",
  instructions: "text",
  gift_message: "text",
  collectors: "jsonb",
  promise: "jsonb",
});

const insertLines = bulkInsert<{
  order_id: string;
  number: number;
  external_reference: string | null;
  choice_number: number;
  sku_id: number;
  quantity: number;
  unit_price: number;
  backordered: number;
  allocated: number;
  attributes: object | null;
}>("orders.insertLines", "orders.order_lines", {
  order_id: "uuid",
  number: "int",
  external_reference: "text",
  choice_number: "smallint",
  sku_id: "int",
  quantity: "int",
  unit_price: "bigint",
  backordered: "int",
  allocated: "int",
  attributes: "jsonb",
});

const insertCharges = bulkInsert<{
  order_id: string;
  number: number;
  line_number: number | null;
  type: string;
  description: string | null;
  amount: number;
}>("orders.insertCharges", "orders.charges", {
  order_id: "uuid",
  number: "smallint",
  line_number: "int",
  type: "text",
  description: "text",
  amount: "bigint",
});

const insertTenders = bulkInsert<{
  order_id: string;
  number: number;
  type: string;
  amount: number;
  installments: number | null;
  reference: string | null;
}>("orders.insertTenders", "orders.tenders", {
  order_id: "uuid",
  number: "smallint",
  type: "text",
  amount: "bigint",
  installments: "smallint",
  reference: "text",
});

export interface NewOrder {
  plan: CapturePlan;
  /** Its units are taken over; null also when its time was over. */
  hold: Hold | null;
  /** What offered it the promise that is kept with it; null where no units of it are taken over. */
  checkout: CheckoutRow | null;
  revision: number;
  order: OrderAggregate;
}

/** Inserts captured orders with all that the channel sent: five statements for any number of orders. */
export function insertCapturedOrders(transaction: Transaction, captured: readonly NewOrder[], now: Date): void {
  transaction.insert(
    insertOrders,
    captured.map(({ plan, revision, order }) => ({
      id: order.id,
      number: order.number,
      channel_id: order.channelId,
      external_reference: plan.externalReference,
      revision,
      content_hash: contentHash(plan.content),
      type: plan.content.type,
      status: order.status,
      currency: order.currency,
      priority: order.priority,
      historical: order.historical,
      customer_reference: plan.content.customer.reference,
      customer_name: plan.content.customer.name,
      customer_email: plan.content.customer.email,
      customer_phone: plan.content.customer.phone,
      customer_tier: plan.content.customer.tier ?? null,
      language: plan.content.language ?? null,
      item_total: plan.itemTotal,
      charge_total: plan.chargeTotal,
      grand_total: plan.itemTotal + plan.chargeTotal,
      unit_count: plan.unitCount,
      ordered_at: plan.orderedAt,
      ordered_at_given: plan.content.orderedAt !== null,
      status_at: order.historical ? plan.orderedAt : now,
      metadata: plan.content.metadata,
      holds: order.holds,
      event_sequence: order.eventSequence,
    })),
  );
  transaction.insert(
    insertChoices,
    captured.flatMap(({ plan, order, checkout }) =>
      plan.content.fulfillmentChoices.map((choice, index) => ({
        order_id: order.id,
        number: index + 1,
        external_id: choice.id,
        method: choice.method,
        location_id: plan.choices[index]!.locationId,
        service: choice.service,
        address: choice.address,
        latitude: plan.choices[index]!.latitude,
        longitude: plan.choices[index]!.longitude,
        not_before: choice.notBefore,
        not_after: choice.notAfter,
        instructions: choice.instructions,
        gift_message: choice.giftMessage,
        collectors: choice.collectors.length > 0 ? choice.collectors : null,
        promise: checkout === null ? null : promiseOf(checkout, choice),
      })),
    ),
  );
  transaction.insert(
    insertLines,
    captured.flatMap(({ plan, order }) =>
      plan.lines.map((line, index) => {
        const content = plan.content.lines[index]!;
        const state = order.lines.get(line.number)!;
        return {
          order_id: order.id,
          number: line.number,
          external_reference: content.externalReference,
          choice_number: line.choice.number,
          sku_id: line.sku.id,
          quantity: line.quantity,
          unit_price: line.unitPrice,
          // What its workflow has done or cancelled at once is written after this, as a change.
          backordered: line.quantity - state.allocated,
          allocated: state.allocated,
          attributes: Object.keys(content.attributes).length > 0 ? content.attributes : null,
        };
      }),
    ),
  );
  transaction.insert(
    insertCharges,
    captured.flatMap(({ plan, order }) =>
      plan.content.charges.map((charge, index) => ({
        order_id: order.id,
        number: index + 1,
        line_number: charge.line,
        type: charge.type,
        description: charge.description,
        amount: charge.amount,
      })),
    ),
  );
  transaction.insert(
    insertTenders,
    captured.flatMap(({ plan, order }) =>
      plan.content.tenders.map((tender, index) => ({
        order_id: order.id,
        number: index + 1,
        type: tender.type,
        amount: tender.amount,
        installments: tender.installments,
        reference: tender.reference,
      })),
    ),
  );
}

const copyPromises = statement(
  "orders.keepPromises",
  `update orders.fulfillment_choices as new set promise = old.promise
   from unnest($1::uuid[], $2::uuid[]) as given (earlier, later)
   join orders.fulfillment_choices old on old.order_id = given.earlier and old.promise is not null
   where new.order_id = given.later and new.external_id = old.external_id and new.promise is null
     and (new.method, new.location_id, new.service, new.address->>'country', new.address->>'postalCode')
       is not distinct from (old.method, old.location_id, old.service, old.address->>'country', old.address->>'postalCode')`,
);

/** What was promised for a choice stands as long as a later version of the order has the same one and no other checkout offers it. */
export function keepPromises(transaction: Transaction, versions: readonly { earlier: string; later: string }[]): void {
  if (versions.length === 0) return;
  transaction.write(copyPromises, [
    arrayLiteral(
      "uuid",
      versions.map(({ earlier }) => earlier),
    ),
    arrayLiteral(
      "uuid",
      versions.map(({ later }) => later),
    ),
  ]);
}
