import { Type } from "typebox";
import { bulkOf, itemProblem } from "../platform/http/bulk.ts";
import { requestHash, type RequestKey } from "../platform/http/idempotency.ts";
import { pageOf } from "../platform/http/paging.ts";
import { type Call, type Principal, route, type Route } from "../platform/http/route.ts";
import { common, Refusal } from "../platform/refusals.ts";
import {
  CancelledOrder,
  CapturedOrder,
  Hold,
  Order,
  OrderSummary,
  OrderTimeline,
  ReleasedHold,
} from "./answer-schemas.ts";
import { cancelOrder, type CancelRequest } from "./cancel-orders.ts";
import { captureOrders, type OrdersDependencies } from "./capture-requests.ts";
import { exportOrders, listOrders, OrderFilterQuery, OrderListQuery } from "./list-orders.ts";
import { getOrder } from "./get-order.ts";
import { holdOrder, releaseHold } from "./hold-orders.ts";
import { MAX_BULK_ITEMS } from "./limits.ts";
import { readTimeline } from "./read-timeline.ts";
import { CAPTURE_REFUSALS, orderRefusals } from "./refusals.ts";
import { CaptureOrder } from "./schemas.ts";
import { findVisibleOrder, findVisibleOrders, idAmong } from "./visible-orders.ts";
import { supplyRoutes } from "./list-supply-requests.ts";

const closed = { additionalProperties: false } as const;
const BULK_BODY_BYTES = 16 * 1024 * 1024;

export const OrderReference = Type.Object(
  {
    id: Type.String({
      minLength: 1,
      maxLength: 170,
      description: "Order ID, order number, or channel:externalReference.",
      examples: ["100001"],
    }),
  },
  closed,
);

const CancelLines = Type.Array(
  Type.Object(
    {
      lineNumber: Type.Integer({ minimum: 1, maximum: 1_000_000, description: "Number of the line.", examples: [1] }),
      quantity: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 1_000_000,
          description: "Units; all that has not left when absent.",
          examples: [1],
        }),
      ),
    },
    closed,
  ),
  { minItems: 1, maxItems: 2_000, description: "Lines or units; the whole order when absent." },
);
const reason = Type.String({
  minLength: 1,
  maxLength: 200,
  description: "Why, for the timeline and the event; no personal data.",
  examples: ["customer changed their mind"],
});
const occurredAt = Type.Optional(
  Type.String({
    format: "date-time",
    description: "When it happened; now when absent. In the past only for historical orders.",
  }),
);

const LIMITED_TO_LOCATIONS =
  "Whoever is limited to locations is refused when open units of what it concerns are handed over elsewhere or wait for stock.";

/** Everything that can be done with orders. */
export function orderRoutes(dependencies: OrdersDependencies): Route[] {
  return [
    ...captureRoutes(dependencies),
    ...readRoutes(dependencies),
    ...changeRoutes(dependencies),
    ...supplyRoutes(dependencies),
  ];
}

function captureRoutes(dependencies: OrdersDependencies): Route[] {
  return [
    route({
      method: "POST",
      path: "/v1/orders",
      operationId: "captureOrder",
      key: "call",
      permission: "orders:write",
      tag: "orders",
      summary: "Capture an order",
      description:
        "Answers after the commit and says what was reserved where. Idempotent on channel and external reference, and on Idempotency-Key: the same content is answered again with 200, other content is refused with its places.",
      body: CaptureOrder,
      responses: { 201: CapturedOrder, 200: CapturedOrder },
      refuses: pick(...CAPTURE_REFUSALS),
      handle: async (call) => {
        const [answer] = await captureOrders(dependencies, call.principal, call.origin, [
          { input: call.body, key: keyOf(call, "captureOrder", call.body) },
        ]);
        if (answer instanceof Error) throw answer;
        call.reply.code(answer!.replayed ? 200 : 201);
        return answer!;
      },
    }),
    route({
      method: "POST",
      path: "/v1/orders/bulk",
      operationId: "captureOrders",
      key: "items",
      perItem: () => true,
      permission: "orders:write",
      tag: "orders",
      summary: "Capture up to 1,000 orders",
      description:
        "One result per order. With an Idempotency-Key, order i has the key KEY#i: repeating the call answers what is done and finishes the rest.",
      body: Type.Object(
        {
          items: Type.Array(CaptureOrder, {
            minItems: 1,
            maxItems: MAX_BULK_ITEMS,
            description: "The orders; each is captured or refused on its own.",
          }),
        },
        closed,
      ),
      responses: { 200: bulkOf(CapturedOrder, "CapturedOrders") },
      bodyLimitBytes: BULK_BODY_BYTES,
      handle: async (call) => {
        const answers = await captureOrders(
          dependencies,
          call.principal,
          call.origin,
          call.body.items.map((input, index) => ({
            input,
            key: keyOf(call, "captureOrder", input, index),
          })),
        );
        return { items: answers.map(itemAnswer) };
      },
    }),
  ];
}

function readRoutes({ database, shipments }: OrdersDependencies): Route[] {
  return [
    route({
      method: "GET",
      path: "/v1/orders",
      operationId: "listOrders",
      permission: "orders:read",
      tag: "orders",
      summary: "List orders, newest first",
      query: OrderListQuery,
      responses: { 200: pageOf(OrderSummary, { $id: "OrderPage" }) },
      handle: ({ query, principal }) => listOrders(database, shipments, query, principal),
    }),
    route({
      method: "GET",
      path: "/v1/orders.csv",
      operationId: "exportOrders",
      permission: "orders:export",
      tag: "orders",
      summary: "Export the filtered list as CSV",
      query: OrderFilterQuery,
      produces: "text/csv; charset=utf-8",
      responses: { 200: null },
      handle: ({ query, principal, reply }) => {
        reply.header("content-disposition", 'attachment; filename="orders.csv"');
        return exportOrders(database, shipments, query, principal);
      },
    }),
    route({
      method: "GET",
      path: "/v1/orders/{id}",
      operationId: "getOrder",
      permission: "orders:read",
      tag: "orders",
      summary: "Get an order with all that belongs to it",
      params: OrderReference,
      responses: { 200: Order },
      handle: async ({ params, principal, reply }) => {
        const order = await getOrder(database, shipments, params.id, principal);
        reply.header("etag", `"${order.version}"`);
        return order;
      },
    }),
    route({
      method: "GET",
      path: "/v1/orders/{id}/timeline",
      operationId: "getOrderTimeline",
      permission: "orders:read",
      tag: "orders",
      summary: "Everything that happened to an order: who, what, when, why",
      params: OrderReference,
      responses: {
        200: OrderTimeline,
      },
      handle: async ({ params, principal }) => ({
        data: await readTimeline(database, await findVisibleOrder(database, params.id, principal), principal),
      }),
    }),
  ];
}

function changeRoutes({ database, changeOrder }: OrdersDependencies): Route[] {
  return [
    route({
      method: "POST",
      path: "/v1/orders/{id}/cancel",
      operationId: "cancelOrder",
      key: "call",
      permission: "orders:cancel",
      tag: "orders",
      summary: "Cancel an order, lines or units",
      description: `Stock is released in the same step. What has left can no longer be cancelled. ${LIMITED_TO_LOCATIONS}`,
      params: OrderReference,
      body: Type.Object({ reason, lines: Type.Optional(CancelLines), occurredAt }, closed),
      responses: { 200: CancelledOrder },
      refuses: pick("transitionNotAllowed", "workflowFailed", "tooLate", "tooMany", "nothingToDo", "unitsElsewhere"),
      handle: async (call) =>
        cancelOrder(changeOrder, {
          orderId: await findVisibleOrder(database, call.params.id, call.principal),
          ...cancellation(call.body, call),
          key: keyOf(call, "cancelOrder", [call.params.id, call.body]),
        }),
    }),
    route({
      method: "POST",
      path: "/v1/orders/cancel",
      operationId: "cancelOrders",
      key: "items",
      perItem: () => true,
      permission: "orders:cancel",
      tag: "orders",
      summary: "Cancel up to 1,000 orders",
      description: `One result per item, each as by itself. ${LIMITED_TO_LOCATIONS}`,
      body: Type.Object(
        {
          items: Type.Array(
            Type.Object(
              { order: OrderReference.properties.id, reason, lines: Type.Optional(CancelLines), occurredAt },
              closed,
            ),
            {
              minItems: 1,
              maxItems: MAX_BULK_ITEMS,
              description: "The cancellations; each is made or refused on its own.",
            },
          ),
        },
        closed,
      ),
      responses: { 200: bulkOf(CancelledOrder, "CancelledOrders") },
      bodyLimitBytes: BULK_BODY_BYTES,
      handle: async (call) => {
        const { items } = call.body;
        const references = items.map((item) => item.order);
        const visible = await findVisibleOrders(database, references, call.principal);
        const answers = await settleAll(items, async (item, index) =>
          cancelOrder(changeOrder, {
            orderId: idAmong(visible, item.order),
            ...cancellation(item, call),
            key: keyOf(call, "cancelOrder", item, index),
          }),
        );
        return { items: answers.map(itemAnswer) };
      },
    }),
    route({
      method: "POST",
      path: "/v1/orders/{id}/holds",
      operationId: "holdOrder",
      key: "call",
      permission: "orders:hold",
      tag: "orders",
      summary: "Hold an order: nothing is released until the hold ends",
      description: LIMITED_TO_LOCATIONS,
      params: OrderReference,
      body: Type.Object(
        {
          reason,
          note: Type.Optional(
            Type.String({
              maxLength: 1000,
              description: "More about it, for the staff.",
              examples: ["Address and card country differ."],
            }),
          ),
        },
        closed,
      ),
      responses: { 201: Type.Partial(Hold) },
      refuses: pick("unitsElsewhere"),
      handle: async (call) =>
        holdOrder(changeOrder, {
          orderId: await findVisibleOrder(database, call.params.id, call.principal),
          reason: call.body.reason,
          note: call.body.note ?? null,
          limit: call.principal.locationCodes,
          origin: call.origin,
          key: keyOf(call, "holdOrder", [call.params.id, call.body]),
        }),
    }),
    route({
      method: "POST",
      path: "/v1/orders/{id}/holds/{holdId}/release",
      operationId: "releaseHold",
      key: "call",
      permission: "orders:hold",
      tag: "orders",
      summary: "End a hold",
      description: LIMITED_TO_LOCATIONS,
      params: Type.Object(
        { ...OrderReference.properties, holdId: Type.String({ format: "uuid", description: "The hold." }) },
        closed,
      ),
      responses: { 200: ReleasedHold },
      refuses: pick("holdNotActive", "unitsElsewhere"),
      handle: async (call) =>
        releaseHold(changeOrder, {
          orderId: await findVisibleOrder(database, call.params.id, call.principal),
          holdId: call.params.holdId,
          limit: call.principal.locationCodes,
          origin: call.origin,
          key: keyOf(call, "releaseHold", call.params),
        }),
    }),
  ];
}

function cancellation(
  body: { reason: string; lines?: { lineNumber: number; quantity?: number }[]; occurredAt?: string },
  call: { origin: Call<never, never, never>["origin"]; principal: Principal },
): Pick<CancelRequest, "reason" | "lines" | "limit" | "occurredAt" | "origin"> {
  return {
    reason: body.reason,
    lines: body.lines ?? null,
    limit: call.principal.locationCodes,
    occurredAt: pastMoment(body.occurredAt, call.principal),
    origin: call.origin,
  };
}

/** Dating a change back is for migrations; everybody else's changes happen when they are recorded. */
export function pastMoment(text: string | undefined, principal: Principal): Date | null {
  if (text === undefined) return null;
  if (principal.permissions.has("orders:migrate")) return new Date(text);
  throw common.refuse("forbidden", {
    message: "Only with the permission orders:migrate can a change be dated back.",
    faults: [{ pointer: "/occurredAt", message: "needs the permission orders:migrate" }],
  });
}

/** The key of this call, or of item `index` of a bulk call (KEY#index). */
export function keyOf(
  call: { idempotencyKey: string | null; principal: Principal; places: readonly number[] | null },
  operationId: string,
  content: unknown,
  index?: number,
): RequestKey | null {
  if (call.idempotencyKey === null) return null;
  return {
    principal: call.principal.actor,
    key: index === undefined ? call.idempotencyKey : `${call.idempotencyKey}#${call.places?.[index] ?? index}`,
    hash: requestHash(operationId, content),
  };
}

/** All items at once, so that they share batches; a refusal stays with its item, anything else fails the call. */
export async function settleAll<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<(Result | Refusal)[]> {
  return await Promise.all(
    items.map(async (item, index) => {
      try {
        return await work(item, index);
      } catch (error) {
        if (error instanceof Refusal) return error;
        throw error;
      }
    }),
  );
}

export function itemAnswer(result: object, index: number): object {
  return result instanceof Refusal
    ? { index, status: "refused", problem: itemProblem(result, index) }
    : { index, status: "ok", result };
}

function pick(...codes: (keyof typeof orderRefusals)[]): Partial<typeof orderRefusals> {
  return Object.fromEntries(codes.map((code) => [code, orderRefusals[code]]));
}
