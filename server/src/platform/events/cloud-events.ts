import { Type, type Static } from "typebox";
import { type FeedCursor, formatCursor } from "./feed-cursor.ts";
import type { FeedEvent } from "./read-feed.ts";

/** CloudEvents 1.0, structured JSON. Names of extension attributes are lower case because the specification wants so. */
export const CloudEvent = Type.Object(
  {
    specversion: Type.Literal("1.0", { description: "Version of CloudEvents." }),
    id: Type.String({
      description: "Unique for ever; deliveries of the same event have the same ID.",
      examples: ["48211"],
    }),
    source: Type.String({ description: "Always orrery.", examples: ["orrery"] }),
    type: Type.String({
      description: "What happened; server/events.json lists all types with their data.",
      examples: ["order.captured"],
    }),
    subject: Type.String({
      description: "ID of the entity it happened to.",
      examples: ["01936b1c-7e6a-7cc3-98d4-222222222222"],
    }),
    time: Type.String({ format: "date-time", description: "When it happened, by the clock of its source." }),
    datacontenttype: Type.Literal("application/json", { description: "Media type of `data`." }),
    dataschema: Type.String({
      description: "Type and version of the data.",
      examples: ["/events.json#order.captured.1"],
    }),
    data: Type.Record(Type.String(), Type.Unknown(), {
      description: "IDs, codes, quantities and amounts; never personal data.",
    }),
    entitytype: Type.String({ description: "Type of the entity that the event is about.", examples: ["order"] }),
    sequence: Type.Integer({
      description: "The entity's own count of its events, from 1 without gaps.",
      examples: [3],
    }),
    actor: Type.String({
      description: "user:ID, key:ID or system:NAME.",
      examples: ["key:01936b1c-7e6a-7cc3-98d4-333333333333"],
    }),
    requestid: Type.Optional(
      Type.String({
        description: "X-Request-Id of the request that caused it.",
        examples: ["0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"],
      }),
    ),
    recordedtime: Type.String({ format: "date-time", description: "When Orrery recorded it." }),
    cursor: Type.String({
      description: "Its place in the feed; pass it as `after` to go on behind it.",
      examples: ["1.1042"],
    }),
  },
  { $id: "CloudEvent", description: "A fact, as CloudEvents 1.0." },
);

export function cloudEventOf(event: FeedEvent, generation: number): Static<typeof CloudEvent> {
  return {
    specversion: "1.0",
    id: String(event.id),
    source: "orrery",
    type: event.type,
    subject: event.entityId,
    time: event.occurredAt.toISOString(),
    datacontenttype: "application/json",
    dataschema: `/events.json#${event.type}.${event.schemaVersion}`,
    data: event.data,
    entitytype: event.entityType,
    sequence: event.sequence,
    actor: event.actor,
    ...(event.requestId === null ? {} : { requestid: event.requestId }),
    recordedtime: event.recordedAt.toISOString(),
    cursor: cursorOf(event, generation),
  };
}

function cursorOf(event: FeedEvent, generation: number): string {
  const cursor: FeedCursor = { generation, position: event.position };
  return formatCursor(cursor);
}

const texts = new WeakMap<FeedEvent, string>();

/** A block of a server-sent event stream; made once per event for all clients of the process. */
export function serverSentEvent(event: FeedEvent, generation: number): string {
  let text = texts.get(event);
  if (text === undefined) {
    const cloudEvent = cloudEventOf(event, generation);
    text = `id: ${cloudEvent.cursor}\ndata: ${JSON.stringify(cloudEvent)}\n\n`;
    texts.set(event, text);
  }
  return text;
}
