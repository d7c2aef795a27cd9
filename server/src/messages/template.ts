import { type Static, Type } from "typebox";

export const MEDIA = ["email", "sms", "push"] as const;
export type Medium = (typeof MEDIA)[number];

const closed = { additionalProperties: false } as const;
const liquidText = (description: string, example: string) =>
  Type.String({ minLength: 1, maxLength: 4_000, description: `${description} Liquid.`, examples: [example] });
const filter = (description: string, example: string) =>
  Type.Union([Type.String({ minLength: 1, maxLength: 100 }), Type.Null()], { description, examples: [example] });

/** Rows that a list shows; what is beyond is told in words (`order.moreLines`). */
export const MAX_ROWS = 50;

/** A block whose texts come out empty is left out, so that `{% if shipment.trackingUrl %}` is all that a condition needs. */
export const Block = Type.Union(
  [
    Type.Object(
      { type: Type.Literal("heading"), text: liquidText("The heading.", "Thank you, {{ customer.name }}") },
      closed,
    ),
    Type.Object(
      {
        type: Type.Literal("text"),
        text: liquidText("Paragraphs; an empty line begins the next one.", "We are packing it."),
      },
      closed,
    ),
    Type.Object(
      { type: Type.Literal("note"), text: liquidText("Smaller and paler than text.", "Order {{ order.number }}") },
      closed,
    ),
    Type.Object(
      {
        type: Type.Literal("button"),
        label: liquidText("What it says.", "Follow your parcel"),
        url: liquidText("Where it leads: https or http.", "{{ shipment.trackingUrl }}"),
      },
      closed,
    ),
    Type.Object(
      {
        type: Type.Literal("rows"),
        each: Type.String({
          pattern: "^[a-zA-Z]+(\\.[a-zA-Z]+){0,4}$",
          description: `A list of the context; at most ${MAX_ROWS} rows are shown.`,
          examples: ["order.lines"],
        }),
        left: liquidText("Left side of each row; its fields are named row.", "{{ row.quantity }} × {{ row.name }}"),
        right: Type.Optional(liquidText("Right side of each row.", "{{ row.amount }}")),
      },
      closed,
    ),
    Type.Object(
      {
        type: Type.Literal("total"),
        left: liquidText("Left side.", "Total"),
        right: liquidText("Right side.", "{{ order.grandTotal }}"),
      },
      closed,
    ),
    Type.Object({ type: Type.Literal("divider") }, closed),
  ],
  { description: "A part of the message. The layout gives it its looks." },
);
export type Block = Static<typeof Block>;

/** The content of a document of kind message-template. */
export const MessageTemplate = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 200, description: "Its name for people.", examples: ["Shipped"] }),
    trigger: Type.String({ maxLength: 64, description: "What it tells of.", examples: ["shipped"] }),
    medium: Type.Enum(MEDIA, { description: "How it reaches the customer.", examples: ["email"] }),
    language: Type.String({
      pattern: "^[a-z]{2,3}(-[A-Z]{2})?$",
      description: "The language that it is written in; en also serves en-GB when there is none of its own.",
      examples: ["en"],
    }),
    brand: filter("Only for orders of this brand; null: for all that have none of their own.", "Orrery"),
    channel: filter("Only for orders of this channel; null: for all that have none of their own.", "web-uk"),
    subject: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 300,
        description: "Subject of an email, title of a push message. Liquid.",
        examples: ["Your order {{ order.number }} is on its way"],
      }),
    ),
    layout: Type.Optional(Type.Enum(["standard"], { description: "The looks of an email.", examples: ["standard"] })),
    blocks: Type.Optional(
      Type.Array(Block, { minItems: 1, maxItems: 40, description: "The parts of an email, from top to bottom." }),
    ),
    text: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1_000,
        description: "The text of an SMS or push message. Liquid.",
        examples: ["Order {{ order.number }} is ready at {{ pickup.name }}."],
      }),
    ),
  },
  {
    ...closed,
    $id: "MessageTemplateContent",
    description: "What a message says, for one trigger, medium and language.",
  },
);
export type MessageTemplate = Static<typeof MessageTemplate>;
