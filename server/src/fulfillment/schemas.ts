import { Type } from "typebox";
import { idField, momentField, textField, versionField, wholeField } from "../platform/http/described.ts";

/** The public models of work at locations. Quantities are units. */
export const closed = { additionalProperties: false } as const;
export const BULK_BODY_BYTES = 8 * 1024 * 1024;
export const MAX_BULK_ITEMS = 1_000;
export const id = (description: string) =>
  Type.String({
    pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
    description,
    examples: ["0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"],
  });
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
    fulfillmentOrderId: idField("The fulfillment order's ID (UUIDv7)."),
    orderId: idField("The order's ID (UUIDv7)."),
    orderNumber: wholeField("The order's number, for people.", 100001),
    status: textField("The fulfillment order's label now.", "picking"),
    orderStatus: textField("The order's label now.", "processing"),
    version: versionField("the fulfillment order"),
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
  trackingNumber: Type.Optional(
    Type.String({ maxLength: 100, description: "The carrier's number of the parcel.", examples: ["15501234567890"] }),
  ),
  trackingUrl: Type.Optional(
    Type.String({
      maxLength: 500,
      pattern: "^https?://",
      description: "Where the customer follows it.",
      examples: ["https://track.example.com/15501234567890"],
    }),
  ),
  estimatedDeliveryOn: Type.Optional(
    Type.String({ format: "date", description: "Local date of the expected delivery." }),
  ),
  shippedAt: occurredAt,
  lines: Type.Optional(
    Type.Array(
      Type.Object(
        {
          lineNumber: Type.Integer({
            minimum: 1,
            maximum: 1_000_000,
            description: "Number of the line inside the order.",
            examples: [1],
          }),
          quantity: Type.Integer({ minimum: 1, maximum: 1_000_000, description: "Units that left.", examples: [2] }),
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
    shipmentId: idField("The shipment's ID (UUIDv7)."),
    reference: textField("The shipment's reference: yours, or the one that was made up.", "SH-2041"),
    lines: Type.Array(
      Type.Object({
        lineNumber: wholeField("Number of the line inside the order.", 1),
        quantity: wholeField("Units of the line in this shipment.", 2),
      }),
      { description: "What left." },
    ),
  },
  { $id: "ShippedFulfillmentOrder", description: "The shipment that was recorded." },
);
export const LostBody = Type.Object(
  {
    reason: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 400,
        description: "What is known of it; no personal data.",
        examples: ["the carrier has searched for it"],
      }),
    ),
    occurredAt,
  },
  closed,
);
export const Lost = Type.Object(
  {
    ...Advanced.properties,
    shipmentId: idField("The shipment's ID (UUIDv7)."),
    lostAt: momentField("When it was lost."),
  },
  { $id: "LostShipment", description: "The shipment that was lost." },
);
export const Delivered = Type.Object(
  {
    ...Advanced.properties,
    shipmentId: idField("The shipment's ID (UUIDv7)."),
    deliveredAt: momentField("When it arrived."),
  },
  { $id: "DeliveredShipment", description: "The shipment that arrived." },
);
export const FloorActionItem = Type.Object(
  {
    fulfillmentOrderId: Params.properties.id,
    action: Type.Union(
      [
        Type.Literal("accept"),
        Type.Literal("reject"),
        Type.Literal("startPicking"),
        Type.Literal("pack"),
        Type.Literal("ready"),
        Type.Literal("extend"),
        Type.Literal("collect"),
      ],
      { description: "What happened." },
    ),
    reason: Type.Optional(reason),
    occurredAt,
  },
  closed,
);
export const ShipItem = Type.Object({ fulfillmentOrderId: Params.properties.id, ...shipmentFields }, closed);
export const DeliverItem = Type.Object({ shipmentId: id("The shipment."), deliveredAt: occurredAt }, closed);
