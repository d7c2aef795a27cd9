import { type Static, Type } from "typebox";
import type { DocumentCheck, DocumentKind } from "../platform/documents/document-kind.ts";
import { faultsOfSchema } from "../platform/documents/faults-of-schema.ts";

export const SENDER_KIND = "message-sender";

const closed = { additionalProperties: false } as const;
const filter = (description: string, example: string) =>
  Type.Union([Type.String({ minLength: 1, maxLength: 100 }), Type.Null()], { description, examples: [example] });
const orNone = (description: string, example: string, maxLength = 300, pattern?: string) =>
  Type.Union([Type.String({ minLength: 1, maxLength, ...(pattern === undefined ? {} : { pattern }) }), Type.Null()], {
    description,
    examples: [example],
  });

const ADDRESS = '^[^\\s@<>",;]+@[^\\s@<>",;]+$';

/** The content of a document of kind message-sender: in whose name messages go out, and how they look. */
export const MessageSender = Type.Object(
  {
    title: Type.String({
      minLength: 1,
      maxLength: 200,
      description: "Its name for people.",
      examples: ["Web shop UK"],
    }),
    brand: filter("Only for orders of this brand; null: for all that have none of their own.", "Orrery"),
    channel: filter("Only for orders of this channel; null: for all that have none of their own.", "web-uk"),
    name: orNone("Who writes, as the customer knows it; null: the brand of the order's channel.", "Harbour & Co", 100),
    address: orNone(
      "The address that emails come from; null: the one of the installation.",
      "orders@harbour.example",
      254,
      ADDRESS,
    ),
    replyTo: orNone("Where answers go; null: to the sender.", "service@harbour.example", 254, ADDRESS),
    language: Type.String({
      pattern: "^[a-z]{2,3}(-[A-Z]{2})?$",
      description: "The language of customers whose order does not tell theirs.",
      examples: ["en-GB"],
    }),
    timeZone: Type.String({
      maxLength: 64,
      description: "IANA time zone of dates in messages.",
      examples: ["Europe/London"],
    }),
    shopUrl: orNone("Where the shop is.", "https://harbour.example", 500, "^https?://"),
    supportEmail: orNone("Where customers write for help.", "service@harbour.example", 254, ADDRESS),
    supportPhone: orNone("Where customers call for help.", "+44 113 496 0000", 40),
    logoUrl: orNone(
      "A picture at the top of emails; null: the name.",
      "https://harbour.example/logo.png",
      500,
      "^https://",
    ),
    accentColor: Type.String({ pattern: "^#[0-9a-fA-F]{6}$", description: "Color of buttons.", examples: ["#1f5f8b"] }),
    imprint: orNone(
      "The lines at the foot of emails that the law wants.",
      "Harbour & Co Ltd, 12 Harbour Street, Leeds",
      1_000,
    ),
  },
  { ...closed, $id: "MessageSenderContent", description: "In whose name messages go out, and how they look." },
);
export type MessageSender = Static<typeof MessageSender>;

const SHIPPED: MessageSender = {
  title: "All channels",
  brand: null,
  channel: null,
  name: null,
  address: null,
  replyTo: null,
  language: "en",
  timeZone: "UTC",
  shopUrl: null,
  supportEmail: null,
  supportPhone: null,
  logoUrl: null,
  accentColor: "#1f5f8b",
  imprint: null,
};

export function senderDocuments(): DocumentKind {
  return {
    kind: SENDER_KIND,
    title: "Message sender",
    description: "In whose name messages to customers go out, by brand or channel: name, addresses, language, looks.",
    schema: MessageSender,
    titleOf: (content) => titleOf(content),
    check,
    shipped: [{ code: "default", shippedVersion: 1, content: SHIPPED }],
  };
}

export function titleOf(content: unknown): string | null {
  const title = (content as { title?: unknown } | null)?.title;
  return typeof title === "string" && title !== "" ? title.slice(0, 200) : null;
}

function check(content: unknown): DocumentCheck {
  const faults = faultsOfSchema(MessageSender, content);
  if (faults.length > 0) return { faults, warnings: [] };
  const sender = content as MessageSender;
  try {
    new Intl.DateTimeFormat(sender.language, { timeZone: sender.timeZone });
  } catch {
    return {
      faults: [{ pointer: "/timeZone", message: "is not an IANA time zone, for example Europe/London" }],
      warnings: [],
    };
  }
  return { faults: [], warnings: [] };
}
