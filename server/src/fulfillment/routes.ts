import { Type } from "typebox";
import {
  type AdvanceAnswer,
  type FloorAction,
  FulfillmentOrder,
  itemAnswer,
  keyOf,
  ownersOfFulfillmentOrders,
  pastMoment,
  settleAll,
} from "../orders/public.ts";
import { bulkOf } from "../platform/http/bulk.ts";
import { pageOf } from "../platform/http/paging.ts";
import { route, type Route } from "../platform/http/route.ts";
import { actionRoutes } from "./action-routes.ts";
import {
  advanceOne,
  type FulfillmentDependencies,
  notFound,
  ownerOf,
  shipOne,
  sourceRejected,
} from "./answer-requests.ts";
import { deliverShipment } from "./deliver-shipments.ts";
import { knownShipments, noShipment, visibleShipment } from "./known-shipments.ts";
import { loseShipment } from "./lose-shipments.ts";
import { FulfillmentListQuery, getFulfillmentOrder, listFulfillmentOrders } from "./list-fulfillment-orders.ts";
import { floorRefusals } from "./refusals.ts";
import {
  Advanced,
  BULK_BODY_BYTES,
  closed,
  Delivered,
  DeliverItem,
  FloorActionItem,
  id,
  Lost,
  LostBody,
  MAX_BULK_ITEMS,
  occurredAt,
  Params,
  reason,
  ShipBody,
  ShipItem,
  Shipped,
} from "./schemas.ts";
import { collectFulfillmentOrder } from "./ship-fulfillment-orders.ts";

/** Work at locations: accept, reject, pick, pack, ship, deliver, collect; single and bulk. */
export function fulfillmentRoutes(dependencies: FulfillmentDependencies): Route[] {
  return [
    ...readRoutes(dependencies),
    ...actionRoutes(dependencies),
    ...floorRoutes(dependencies),
    ...shipmentRoutes(dependencies),
    ...bulkRoutes(dependencies),
  ];
}

function readRoutes({ database }: FulfillmentDependencies): Route[] {
  return [
    route({
      method: "GET",
      path: "/v1/fulfillment-orders",
      operationId: "listFulfillmentOrders",
      permission: "fulfillment:read",
      tag: "fulfillment",
      summary: "List fulfillment orders, the most urgent first",
      query: FulfillmentListQuery,
      responses: { 200: pageOf(FulfillmentOrder, { $id: "FulfillmentOrderPage" }) },
      handle: ({ query, principal }) => listFulfillmentOrders(database, query, principal),
    }),
    route({
      method: "GET",
      path: "/v1/fulfillment-orders/{id}",
      operationId: "getFulfillmentOrder",
      permission: "fulfillment:read",
      tag: "fulfillment",
      summary: "Get a fulfillment order",
      params: Params,
      responses: { 200: FulfillmentOrder },
      handle: ({ params, principal }) => getFulfillmentOrder(database, params.id, principal),
    }),
  ];
}

function floorRoutes(dependencies: FulfillmentDependencies): Route[] {
  const simple = (
    path: string,
    action: FloorAction,
    operationId: string,
    summary: string,
    description?: string,
  ): Route =>
    route({
      method: "POST",
      path: `/v1/fulfillment-orders/{id}/${path}`,
      operationId,
      key: "call",
      permission: "fulfillment:write",
      tag: "fulfillment",
      summary,
      ...(description === undefined ? {} : { description }),
      params: Params,
      body: Type.Object({ occurredAt }, closed),
      responses: { 200: Advanced },
      refuses: floorRefusals,
      handle: (call) =>
        advanceOne(
          dependencies,
          call,
          { fulfillmentOrderId: call.params.id, action, occurredAt: call.body.occurredAt },
          keyOf(call, operationId, [call.params.id, call.body]),
        ),
    });
  return [
    simple("accept", "accept", "acceptFulfillmentOrder", "Accept: the location will do it"),
    simple("start-picking", "startPicking", "startPicking", "Start picking"),
    simple("pack", "pack", "packFulfillmentOrder", "Packed and ready to leave"),
    simple(
      "ready",
      "ready",
      "readyFulfillmentOrder",
      "Ready for pickup at the counter",
      "It is kept until `expiresAt`. What nobody has collected by then expires: its units are free again, its lines cancelled.",
    ),
    simple(
      "extend",
      "extend",
      "extendPickup",
      "Keep a ready pickup longer",
      "The whole pickup window of its workflow (7 days as shipped) begins again now.",
    ),
    route({
      method: "POST",
      path: "/v1/fulfillment-orders/{id}/reject",
      operationId: "rejectFulfillmentOrder",
      key: "call",
      permission: "fulfillment:write",
      tag: "fulfillment",
      summary: "Reject: its units are sourced elsewhere",
      description: "The location is not asked again for this order. Units that no other location has wait for stock.",
      params: Params,
      body: Type.Object({ reason, occurredAt }, closed),
      responses: { 200: Advanced },
      refuses: floorRefusals,
      handle: async (call) => {
        const answer = await advanceOne(
          dependencies,
          call,
          { fulfillmentOrderId: call.params.id, action: "reject", ...call.body },
          keyOf(call, "rejectFulfillmentOrder", [call.params.id, call.body]),
        );
        await sourceRejected(dependencies, [answer.orderId]);
        return answer;
      },
    }),
    route({
      method: "POST",
      path: "/v1/fulfillment-orders/{id}/collect",
      operationId: "collectFulfillmentOrder",
      key: "call",
      permission: "fulfillment:write",
      tag: "fulfillment",
      summary: "The customer has collected it",
      params: Params,
      body: Type.Object({ occurredAt }, closed),
      responses: { 200: Shipped },
      refuses: floorRefusals,
      handle: async (call) =>
        collectFulfillmentOrder(dependencies.changeOrder, {
          orderId: await ownerOf(dependencies.database, call.principal, call.params.id),
          fulfillmentOrderId: call.params.id,
          collectedAt: pastMoment(call.body.occurredAt, call.principal),
          origin: call.origin,
          key: keyOf(call, "collectFulfillmentOrder", [call.params.id, call.body]),
        }),
    }),
  ];
}

function shipmentRoutes(dependencies: FulfillmentDependencies): Route[] {
  const { database, changeOrder } = dependencies;
  return [
    route({
      method: "POST",
      path: "/v1/fulfillment-orders/{id}/shipments",
      operationId: "shipFulfillmentOrder",
      key: "call",
      permission: "fulfillment:write",
      tag: "fulfillment",
      summary: "Record a shipment, of everything or of a part",
      params: Params,
      body: ShipBody,
      responses: { 201: Shipped },
      refuses: floorRefusals,
      handle: async (call) =>
        shipOne(
          changeOrder,
          await ownerOf(database, call.principal, call.params.id),
          call.params.id,
          call.body,
          call,
          keyOf(call, "shipFulfillmentOrder", [call.params.id, call.body]),
        ),
    }),
    route({
      method: "POST",
      path: "/v1/shipments/{id}/deliver",
      operationId: "deliverShipment",
      key: "call",
      permission: "fulfillment:deliver",
      tag: "fulfillment",
      summary: "Record that a shipment arrived",
      params: Type.Object({ id: id("The shipment.") }, closed),
      body: Type.Object({ deliveredAt: occurredAt }, closed),
      responses: { 200: Delivered },
      refuses: floorRefusals,
      handle: async (call) => {
        const shipment = await visibleShipment(database, call.principal, call.params.id);
        return deliverShipment(changeOrder, {
          shipment,
          deliveredAt: pastMoment(call.body.deliveredAt, call.principal),
          origin: call.origin,
          key: keyOf(call, "deliverShipment", [call.params.id, call.body]),
        });
      },
    }),
    route({
      method: "POST",
      path: "/v1/shipments/{id}/lost",
      operationId: "loseShipment",
      key: "call",
      permission: "fulfillment:deliver",
      tag: "fulfillment",
      summary: "Record that a shipment is lost",
      description:
        "Its units stay shipped, and an exception for customer service owns what follows. A lost shipment that turns up is delivered like any other, which ends the exception.",
      params: Type.Object({ id: id("The shipment.") }, closed),
      body: LostBody,
      responses: { 200: Lost },
      refuses: floorRefusals,
      handle: async (call) => {
        const shipment = await visibleShipment(database, call.principal, call.params.id);
        return loseShipment(changeOrder, {
          shipment,
          reason: call.body.reason ?? null,
          lostAt: pastMoment(call.body.occurredAt, call.principal),
          origin: call.origin,
          key: keyOf(call, "loseShipment", [call.params.id, call.body]),
        });
      },
    }),
  ];
}

function bulkRoutes(dependencies: FulfillmentDependencies): Route[] {
  const { database, changeOrder } = dependencies;
  return [
    route({
      method: "POST",
      path: "/v1/fulfillment-orders/actions",
      operationId: "advanceFulfillmentOrders",
      key: "items",
      perItem: () => true,
      permission: "fulfillment:write",
      tag: "fulfillment",
      summary: "Accept, reject, pick, pack, make ready, keep longer or collect up to 1,000 fulfillment orders",
      bodyLimitBytes: BULK_BODY_BYTES,
      body: Type.Object(
        {
          items: Type.Array(FloorActionItem, {
            minItems: 1,
            maxItems: MAX_BULK_ITEMS,
            description: "The changes; each is made or refused on its own.",
          }),
        },
        closed,
      ),
      responses: { 200: bulkOf(Advanced, "AdvancedFulfillmentOrders") },
      handle: async (call) => {
        const owners = await ownersOfFulfillmentOrders(
          database,
          call.principal,
          call.body.items.map((item) => item.fulfillmentOrderId),
        );
        const rejected = new Set<string>();
        const results = await settleAll(call.body.items, async (item, index): Promise<AdvanceAnswer> => {
          const orderId = owners.get(item.fulfillmentOrderId);
          if (orderId === undefined) throw notFound(item.fulfillmentOrderId);
          const { action } = item;
          if (action === "reject") rejected.add(orderId);
          const key = keyOf(call, "advanceFulfillmentOrder", item, index);
          if (action !== "collect") return advanceOne(dependencies, call, { ...item, action }, key, orderId);
          return collectFulfillmentOrder(changeOrder, {
            orderId,
            fulfillmentOrderId: item.fulfillmentOrderId,
            collectedAt: pastMoment(item.occurredAt, call.principal),
            origin: call.origin,
            key,
          });
        });
        if (rejected.size > 0) await sourceRejected(dependencies, [...rejected]);
        return { items: results.map(itemAnswer) };
      },
    }),
    route({
      method: "POST",
      path: "/v1/shipments/bulk",
      operationId: "shipFulfillmentOrders",
      key: "items",
      perItem: () => true,
      permission: "fulfillment:write",
      tag: "fulfillment",
      summary: "Record up to 1,000 shipments",
      bodyLimitBytes: BULK_BODY_BYTES,
      body: Type.Object(
        {
          items: Type.Array(ShipItem, {
            minItems: 1,
            maxItems: MAX_BULK_ITEMS,
            description: "What left; each is recorded or refused on its own.",
          }),
        },
        closed,
      ),
      responses: { 200: bulkOf(Shipped, "ShippedFulfillmentOrders") },
      handle: async (call) => {
        const owners = await ownersOfFulfillmentOrders(
          database,
          call.principal,
          call.body.items.map((item) => item.fulfillmentOrderId),
        );
        const results = await settleAll(call.body.items, async ({ fulfillmentOrderId, ...body }, index) => {
          const orderId = owners.get(fulfillmentOrderId);
          if (orderId === undefined) throw notFound(fulfillmentOrderId);
          return shipOne(
            changeOrder,
            orderId,
            fulfillmentOrderId,
            body,
            call,
            keyOf(call, "shipFulfillmentOrder", [fulfillmentOrderId, body], index),
          );
        });
        return { items: results.map(itemAnswer) };
      },
    }),
    route({
      method: "POST",
      path: "/v1/shipments/deliveries",
      operationId: "deliverShipments",
      key: "items",
      perItem: () => true,
      permission: "fulfillment:deliver",
      tag: "fulfillment",
      summary: "Record up to 1,000 deliveries",
      bodyLimitBytes: BULK_BODY_BYTES,
      body: Type.Object(
        {
          items: Type.Array(DeliverItem, {
            minItems: 1,
            maxItems: MAX_BULK_ITEMS,
            description: "What arrived; each is recorded or refused on its own.",
          }),
        },
        closed,
      ),
      responses: { 200: bulkOf(Delivered, "DeliveredShipments") },
      handle: async (call) => {
        const shipments = await knownShipments(
          database,
          call.principal,
          call.body.items.map((item) => item.shipmentId),
        );
        const results = await settleAll(call.body.items, async (item, index) => {
          const shipment = shipments.get(item.shipmentId);
          if (shipment === undefined) throw noShipment(item.shipmentId);
          return deliverShipment(changeOrder, {
            shipment,
            deliveredAt: pastMoment(item.deliveredAt, call.principal),
            origin: call.origin,
            key: keyOf(call, "deliverShipment", item, index),
          });
        });
        return { items: results.map(itemAnswer) };
      },
    }),
  ];
}
