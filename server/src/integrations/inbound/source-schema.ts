import { type Static, Type } from "typebox";

const closed = { additionalProperties: false } as const;

const Pointer = (description: string, example: string) =>
  Type.String({
    maxLength: 500,
    pattern: "^(/([^~/]|~0|~1)*)*$",
    description: `${description} A JSON pointer into the body.`,
    examples: [example],
  });
const FieldName = Type.String({
  pattern: "^[a-z][A-Za-z0-9]{0,63}$",
  description: "Name of one of `fields`.",
  examples: ["tracking"],
});

const StandardWebhooks = Type.Object(
  { scheme: Type.Literal("standardWebhooks") },
  { ...closed, description: "By Standard Webhooks: the headers webhook-id, webhook-timestamp, webhook-signature." },
);
const HmacSha256 = Type.Object(
  {
    scheme: Type.Literal("hmacSha256"),
    header: Type.String({
      pattern: "^[A-Za-z0-9-]{1,100}$",
      description: "The header that holds the HMAC-SHA256 of the body as it was sent.",
      examples: ["x-carrier-signature"],
    }),
    encoding: Type.Union([Type.Literal("hex"), Type.Literal("base64")], {
      description: "How the header writes it.",
      examples: ["hex"],
    }),
    prefix: Type.Optional(
      Type.String({ maxLength: 20, description: "What stands before it in the header.", examples: ["sha256="] }),
    ),
  },
  closed,
);

const About = Type.Union([
  Type.Object(
    {
      entity: Type.Literal("order"),
      by: Type.Union([Type.Literal("number"), Type.Literal("externalReference"), Type.Literal("id")]),
      field: FieldName,
      channel: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 64,
          description: "Code of the channel; needed with externalReference.",
          examples: ["web"],
        }),
      ),
    },
    closed,
  ),
  Type.Object({ entity: Type.Literal("fulfillmentOrder"), by: Type.Literal("id"), field: FieldName }, closed),
  Type.Object(
    {
      entity: Type.Literal("shipment"),
      by: Type.Union([Type.Literal("trackingNumber"), Type.Literal("id")]),
      field: FieldName,
    },
    closed,
  ),
]);

const Datum = Type.Union([
  Type.Object({ field: FieldName }, closed),
  Type.Object({ value: Type.Union([Type.String({ maxLength: 500 }), Type.Number(), Type.Boolean()]) }, closed),
]);

const Rule = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200, description: "For people.", examples: ["Delivered"] }),
    when: Type.String({
      minLength: 1,
      maxLength: 2_000,
      description: "A condition in CEL over `event`: its source, id, type, time and fields.",
      examples: ['event.type == "parcel.delivered"'],
    }),
    about: About,
    event: Type.String({
      pattern: "^[a-z][A-Za-z0-9]{0,63}$",
      description:
        "What to tell it: an action that its workflow offers in its state, or another event that its workflow waits for. Orders also take `hold`; shipments take `deliver` and `lose`.",
      examples: ["deliver"],
    }),
    data: Type.Optional(
      Type.Record(Type.String({ pattern: "^[A-Za-z][A-Za-z0-9]{0,63}$" }), Datum, {
        maxProperties: 50,
        additionalProperties: false,
        description: "What to tell with it, as the action's form names it.",
        examples: [{ reason: { value: "Suspected fraud" } }],
      }),
    ),
  },
  closed,
);

/** An event older than this is refused, whatever a source allows: its ID is known so long. */
export const LONGEST_TOLERANCE_SECONDS = 30 * 86_400;

export const InboundSource = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 200, description: "For people.", examples: ["Parcel carrier"] }),
    signature: Type.Union([StandardWebhooks, HmacSha256], { description: "How the sender proves who he is." }),
    toleranceSeconds: Type.Integer({
      minimum: 10,
      maximum: LONGEST_TOLERANCE_SECONDS,
      description:
        "How old a signed time may be: with Standard Webhooks that of the request, otherwise that of the event, so that it must be longer than the sender tries again.",
      examples: [300],
    }),
    event: Type.Object(
      {
        id: Type.Optional(Pointer("Its ID. Absent: the header webhook-id.", "/id")),
        type: Pointer("Its type.", "/type"),
        time: Type.Optional(Pointer("When it happened: ISO 8601, or seconds or milliseconds since 1970.", "/time")),
        sequence: Type.Optional(
          Pointer("Counts the events of each entity from 1 without gaps; they are then applied in this order.", "/seq"),
        ),
      },
      { ...closed, description: "Where the body tells what every event has." },
    ),
    fields: Type.Record(Type.String({ pattern: "^[a-z][A-Za-z0-9]{0,63}$" }), Pointer("Its place.", "/data/tracking"), {
      maxProperties: 50,
      additionalProperties: false,
      description: "What the rules look at: texts, numbers and flags of the body, by name.",
      examples: [{ tracking: "/data/tracking" }],
    }),
    rules: Type.Array(Rule, {
      maxItems: 100,
      description: "Tried in order; the first whose condition holds decides. Where none does the event is ignored.",
    }),
  },
  { ...closed, description: "A system that tells us events, and what they mean here." },
);
export type InboundSource = Static<typeof InboundSource>;
export type InboundRule = Static<typeof Rule>;
