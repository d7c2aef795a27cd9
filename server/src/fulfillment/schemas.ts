import { Type } from "typebox";
import { ItemProblem } from "../platform/http/bulk.ts";

/** The public models of work at locations. Quantities are units. */
export const closed = { additionalProperties: false } as const;
export const BULK_BODY_BYTES = 8 * 1024 * 1024;
export const MAX_BULK_ITEMS = 1_000;
export const id = (description: string) =>
  Type.String({ pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", description });
export const Params = Type.Object({ id: id("The fulfillment order.") }, closed);
export const occurredAt = Type.Optional(
  Type.String({
    format: "date-time",
    description: "When it happened; now when absent. In the past only with orders:migrate.",
  }),
);
export const reason = Type.String({
  minLength: 1,
  maxLength: 200,
  description: "Why.",
  examples: ["not found on the shelf"],
});

export const Advanced = Type.Object(
  {
    fulfillmentOrderId: Type.String(),
    orderId: Type.String(),
    orderNumber: Type.Integer(),
    status: Type.String({ description: "The fulfillment order's label now." }),
    orderStatus: Type.String({ description: "The order's label now." }),
    version: Type.Integer(),
  },
  { $id: "AdvancedFulfillmentOrder", description: "Where it stands after the change." },
);
export const shipmentFields = {
  reference: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: "Your reference of the shipment; made up when absent.",
      examples: ["SH-2041"],
    }),
  ),
  carrier: Type.Optional(Type.String({ maxLength: 100, description: "Who carries it.", examples: ["DPD"] })),
  trackingNumber: Type.Optional(Type.String({ maxLength: 100, description: "The carrier's number." })),
  trackingUrl: Type.Optional(
    Type.String({ maxLength: 500, pattern: "^https?://", description: "Where the customer follows it." }),
  ),
  estimatedDeliveryOn: Type.Optional(
    Type.String({ format: "date", description: "Local date of the expected delivery." }),
  ),
  shippedAt: occurredAt,
  lines: Type.Optional(
    Type.Array(
      Type.Object(
        {
          lineNumber: Type.Integer({ minimum: 1, maximum: 1_000_000, description: "The line." }),
          quantity: Type.Integer({ minimum: 1, maximum: 1_000_000, description: "Units that left." }),
        },
        closed,
      ),
      { minItems: 1, maxItems: 2_000, description: "What left; everything open when absent." },
    ),
  ),
};
export const ShipBody = Type.Object(shipmentFields, closed);
export const Shipped = Type.Object(
  {
    ...Advanced.properties,
    shipmentId: Type.String(),
    reference: Type.String(),
    lines: Type.Array(Type.Object({ lineNumber: Type.Integer(), quantity: Type.Integer() })),
  },
  { $id: "ShippedFulfillmentOrder", description: "The shipment that was recorded." },
);
export const Delivered = Type.Object(
  { ...Advanced.properties, shipmentId: Type.String(), deliveredAt: Type.String() },
  { $id: "DeliveredShipment" },
);
export const bulkOf = (result: ReturnType<typeof Type.Object>, $id: string) =>
  Type.Object(
    {
      items: Type.Array(
        Type.Object({
          index: Type.Integer(),
          status: Type.Union([Type.Literal("ok"), Type.Literal("refused")]),
          result: Type.Optional(result),
          problem: Type.Optional(ItemProblem),
        }),
      ),
    },
    { $id, description: "One result per item; items do not affect each other." },
  );
