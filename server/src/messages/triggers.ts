import type { TObject } from "typebox";
import type { Transaction } from "../platform/db/database.ts";
import type { FeedEvent } from "../platform/events/read-feed.ts";
import type { Principal } from "../platform/http/route.ts";
import type { Formats } from "./formats.ts";

/** Something to tell customers of. The module that knows the event declares it; `main/` registers it. */
export interface MessageTrigger {
  code: string;
  title: string;
  description: string;
  /** Customers may decline follow-ups; whatever concerns a running order is always sent. */
  followUp: boolean;
  /** The subject of its occasions is a question that the customer may answer by a link. */
  asks?: true;
  /** What a template may name, beside what every message has. */
  context: TObject;
  /** What people and workflows say when they ask for it; null: only its events do. */
  asked: TObject | null;
  /** Event types that it follows; none: only people and workflows ask for it. */
  follows: readonly string[];
  /** What an event gives reason to tell of; null: nothing. */
  occasionOf: (event: FeedEvent) => Occasion | null;
}

export interface Occasion {
  orderId: string;
  /** The shipment, fulfillment order or question that it is about; null: the whole order. */
  subjectId: string | null;
  /** What the event says that cannot be read later; no personal data. */
  facts: Readonly<Record<string, unknown>>;
}

/** What decides whether there is anybody to write to, before anything is read of the customer. */
export interface Audience {
  orderNumber: number;
  channel: string;
  /** Migrated: nothing is sent. */
  historical: boolean;
  /** The channel sent a newer version of the order, which is what the customer is told of. */
  superseded: boolean;
  hasEmail: boolean;
  hasPhone: boolean;
  hasReference: boolean;
}

/** Whom and what one message is about. */
export interface MessageSubject {
  orderNumber: number;
  channel: string;
  email: string | null;
  phone: string | null;
  /** The retailer's own customer number: push messages find their devices by it. */
  customerReference: string | null;
  /** The customer's language, where the order says so. */
  language: string | null;
  currency: string;
  /** What templates may name, in the language and formats of the customer. */
  contextFor: (formats: Formats) => Record<string, unknown>;
}

/** What an upper module knows of orders; `main/` plugs it in. */
export interface MessageSource {
  triggers: readonly MessageTrigger[];
  audienceOf: (transaction: Pick<Transaction, "read">, orderIds: readonly string[]) => Promise<Map<string, Audience>>;
  /** Null: there is no such order, or nothing of the kind in it. */
  /** What there is to tell of this order now; null: nothing of the kind. For previews. */
  latestOccasion: (trigger: string, orderId: string) => Promise<Occasion | null>;
  /** The ID of an order that this caller may see, by ID, number or channel:reference; refuses. */
  findOrder: (reference: string, principal: Principal) => Promise<string>;
  subjectOf: (trigger: string, occasion: Occasion) => Promise<MessageSubject | null>;
}
