import { deliverShipment, knownShipments, loseShipment } from "../../fulfillment/public.ts";
import { type ActionDependencies, holdOrder, takeAction } from "../../orders/public.ts";
import type { Database } from "../../platform/db/database.ts";
import { type Statement, statement } from "../../platform/db/statements.ts";
import { requestHash, type RequestKey } from "../../platform/http/idempotency.ts";
import type { Principal } from "../../platform/http/route.ts";
import { isId } from "../../platform/ids.ts";
import { common } from "../../platform/refusals.ts";
import type { InboundPlan } from "./read-event.ts";

export interface ApplyDependencies {
  actions: ActionDependencies;
}

/** Whose word it is. */
export interface SentEvent {
  source: string;
  senderId: string;
  occurredAt: Date | null;
}

/** What became of what, for the list of events. */
export type Applied = Record<string, unknown> & { orderId: string; event: string };

/** What published rules may do in the name of a source; actions of workflows that ask for more are refused. */
const PERMISSIONS: ReadonlySet<string> = new Set([
  "orders:write",
  "orders:cancel",
  "orders:hold",
  "fulfillment:write",
  "fulfillment:deliver",
]);

/** Does what the event means, once: its ID is the key of the change, which answers again what it answered first. */
export async function applyPlan(
  { actions }: ApplyDependencies,
  plan: InboundPlan,
  { source, senderId, occurredAt }: SentEvent,
): Promise<Applied> {
  const principal = principalOf(source);
  const origin = { actor: principal.actor, requestId: null };
  const key: RequestKey = { principal: principal.actor, key: senderId, hash: requestHash("inbound", source, senderId) };
  const { about, name, event, data } = plan;
  const { database, changeOrder } = actions;
  if (about.entity === "shipment") {
    const ids = about.by === "id" ? [name] : await idsOf(database, findByTracking, [name]);
    const id = onlyOne(ids, `shipment ${name}`);
    const shipment = (await knownShipments(database, principal, [id])).get(id);
    if (shipment === undefined) throw absent(`shipment ${name}`);
    const told = { shipment, origin, key };
    const answer =
      event === "deliver"
        ? await deliverShipment(changeOrder, { ...told, deliveredAt: occurredAt })
        : await loseShipment(changeOrder, { ...told, lostAt: occurredAt, reason: textOf(data["reason"]) });
    return { orderId: shipment.orderId, event, shipmentId: id, status: answer.status };
  }
  const [orderId, fulfillmentOrderId] =
    about.entity === "order"
      ? [await orderOf(database, plan), null]
      : [
          onlyOne(isId(name) ? await idsOf(database, findOrderOfFulfillment, [name]) : [], `fulfillment order ${name}`),
          name,
        ];
  if (about.entity === "order" && event === "hold") {
    const reason = textOf(data["reason"]);
    if (reason === null || reason.length > LONGEST_REASON)
      throw common.refuse("invalidInput", {
        message: `A hold needs a reason of at most ${LONGEST_REASON} characters.`,
      });
    const held = await holdOrder(changeOrder, { orderId, reason, note: null, limit: null, origin, key });
    return { orderId, event, holdId: held.id };
  }
  const request = { orderId, fulfillmentOrderId, action: event, data, principal, origin, key, asEvent: true };
  const { status, orderStatus } = await takeAction(actions, request);
  return { orderId, event, fulfillmentOrderId, status, orderStatus };
}

const LONGEST_REASON = 64;

function principalOf(source: string): Principal {
  const actor = `source:${source}`;
  return { actor, name: source, permissions: PERMISSIONS, locationCodes: null, channelCodes: null, credential: actor };
}

function textOf(value: string | number | boolean | undefined): string | null {
  return value === undefined || value === "" ? null : String(value);
}

const findByNumber = statement<{ id: string }>(
  "integrations.findOrderByNumber",
  "select id from orders.orders where number = $1::bigint",
);
const findByReference = statement<{ id: string }>(
  "integrations.findOrderByReference",
  `select o.id from orders.orders o join network.channels c on c.id = o.channel_id
   where o.external_reference = $1 and c.code = $2 order by o.revision desc limit 1`,
);
const findByTracking = statement<{ id: string }>(
  "integrations.findShipmentByTracking",
  "select id from fulfillment.shipments where tracking_number = $1 limit 2",
);
const findOrderOfFulfillment = statement<{ id: string }>(
  "integrations.findOrderOfFulfillment",
  "select order_id as id from orders.fulfillment_orders where id = $1::uuid",
);

async function orderOf(database: Database, { about, name }: InboundPlan): Promise<string> {
  if (about.by === "id") return onlyOne(isId(name) ? [name] : [], `order ${name}`);
  if (about.by === "number")
    return onlyOne(ORDER_NUMBER.test(name) ? await idsOf(database, findByNumber, [name]) : [], `order ${name}`);
  const channel = "channel" in about ? (about.channel ?? "") : "";
  return onlyOne(await idsOf(database, findByReference, [name, channel]), `order ${name} of ${channel}`);
}

const ORDER_NUMBER = /^\d{1,15}$/;

async function idsOf(database: Database, find: Statement<{ id: string }>, parameters: string[]): Promise<string[]> {
  return (await database.read(find, parameters)).map(({ id }) => id);
}

function onlyOne(ids: readonly string[], what: string): string {
  const [id, other] = ids;
  if (id === undefined || !isId(id)) throw absent(what);
  if (other !== undefined) throw common.refuse("invalidInput", { message: `There is more than one ${what}.` });
  return id;
}

/** It may come to be: the event is tried again. */
function absent(what: string): Error {
  return common.refuse("notFound", { message: `There is no ${what}.` });
}
