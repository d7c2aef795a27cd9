import { Type } from "typebox";
import type { FastifyRequest } from "fastify";
import type { Database } from "../db/database.ts";
import { closedSignal } from "../http/closed-signal.ts";
import { type Principal, type Route, route } from "../http/route.ts";
import { createStreams } from "../http/streams.ts";
import { common } from "../refusals.ts";
import { CloudEvent, cloudEventOf } from "./cloud-events.ts";
import { type EventFilter, visibleEvents } from "./event-scope.ts";
import { checkCursor, cursorFrom, formatCursor } from "./feed-cursor.ts";
import type { FeedReader } from "./feed-reader.ts";
import { type FeedPage, readFeedOfEntity, readHead } from "./read-feed.ts";
import { streamEvents } from "./stream-events.ts";

export interface EventDependencies {
  database: Database;
  reader: FeedReader;
  /** Asked again while a stream is open. */
  authenticate: (request: FastifyRequest) => Principal | null | Promise<Principal | null>;
}

const PERMISSION = "events:read";
const MAX_WAIT_MS = 20_000;
const DEFAULT_PAGE = 50;
const MAX_PAGE = 200;
/** Positions looked at by one request: with a filter the answer may be empty and still bring one further. */
const SCANNED_PER_REQUEST = 2_000;

const Cursor = Type.String({
  maxLength: 40,
  description: "Go on behind this cursor; `latest` is the end of the feed as it is now. Absent: from the first event.",
  examples: ["1.1042"],
});
const Types = Type.String({
  maxLength: 2_000,
  pattern: "^[\\w.,-]+$",
  description: "Only these types, separated by commas.",
  examples: ["order.captured,order.cancelled"],
});

const EventPage = Type.Object(
  {
    data: Type.Array(CloudEvent, { description: "The events in the order of the feed." }),
    next: Type.String({
      description: "Pass it as `after` for what follows, now or later. It moves on even when `data` is empty.",
      examples: ["1.1092"],
    }),
    caughtUp: Type.Boolean({ description: "Nothing more at this moment.", examples: [true] }),
  },
  { $id: "EventPage", description: "A page of the feed." },
);

export function eventRoutes(dependencies: EventDependencies): Route[] {
  return [listRoute(dependencies), streamRoute(dependencies)];
}

function listRoute({ database, reader }: EventDependencies): Route {
  return route({
    method: "GET",
    path: "/v1/events",
    operationId: "listEvents",
    permission: PERMISSION,
    tag: "Events",
    summary: "The feed: every fact once, in one order",
    description:
      "Every fact is an event in one ordered feed without gaps. Keep `next` and ask again with `after`: nothing is missed and nothing comes twice. Credentials that are limited to locations or channels see only the events of those.",
    query: Type.Object({
      after: Type.Optional(Cursor),
      types: Type.Optional(Types),
      entityId: Type.Optional(
        Type.String({
          format: "uuid",
          description: "Only events of this entity.",
          examples: ["01936b1c-7e6a-7cc3-98d4-222222222222"],
        }),
      ),
      limit: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: MAX_PAGE,
          default: DEFAULT_PAGE,
          description: "Events per page.",
          examples: [50],
        }),
      ),
      waitMs: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: MAX_WAIT_MS,
          default: 0,
          description: "When there is nothing yet, wait this many milliseconds for it.",
          examples: [20_000],
        }),
      ),
    }),
    responses: { 200: EventPage },
    refuses: { cursorGone: common.kinds.cursorGone },
    handle: async ({ query, principal, reply }) => {
      const head = await readHead(database);
      const from = cursorFrom(query.after, head, "?after");
      const filter = { types: query.types?.split(",") ?? null, scope: principal };
      const limit = query.limit ?? DEFAULT_PAGE;
      const read = (): Promise<FeedPage> =>
        query.entityId === undefined
          ? collect(reader, from.position, limit, filter, head.position)
          : readOfEntity(database, query.entityId, from.position, limit, filter);
      const signal = closedSignal(reply);
      const until = performance.now() + (query.waitMs ?? 0);
      let page = await read();
      while (page.events.length === 0 && isCaughtUp(page) && performance.now() < until) {
        from.position = page.last;
        if (!(await reader.waitBeyond(page.last, until - performance.now(), signal))) break;
        page = await read();
      }
      checkCursor(from, page.head, "?after");
      const next = formatCursor({ generation: from.generation, position: page.last });
      return {
        data: page.events.map((event) => cloudEventOf(event, from.generation)),
        next,
        caughtUp: isCaughtUp(page),
      };
    },
  });
}

function isCaughtUp(page: FeedPage): boolean {
  return page.last >= page.head.position;
}

/** Reads until `limit` events are found, the feed ends, or enough positions were looked at. */
async function collect(
  reader: FeedReader,
  after: number,
  limit: number,
  { types, scope }: EventFilter,
  knownHead: number,
): Promise<FeedPage> {
  const found: FeedPage["events"] = [];
  for (let last = after; ; ) {
    const page = await reader.read({ after: last, limit: MAX_PAGE, types, knownHead });
    for (const event of visibleEvents(page.events, scope)) {
      found.push(event);
      if (found.length === limit) return { events: found, last: event.position, head: page.head };
    }
    last = page.last;
    if (isCaughtUp(page) || last - after >= SCANNED_PER_REQUEST) return { events: found, last, head: page.head };
  }
}

async function readOfEntity(
  database: Database,
  entityId: string,
  after: number,
  limit: number,
  { types, scope }: EventFilter,
): Promise<FeedPage> {
  const page = await readFeedOfEntity(database, entityId, { after, limit, types });
  return { ...page, events: [...visibleEvents(page.events, scope)] };
}

function streamRoute({ database, reader, authenticate }: EventDependencies): Route {
  const open = createStreams({ authenticate, onStop: (callback) => reader.onStop(callback) });
  return route({
    method: "GET",
    path: "/v1/events/stream",
    operationId: "streamEvents",
    permission: PERMISSION,
    tag: "Events",
    summary: "The feed as server-sent events",
    description:
      "Each message is a CloudEvent whose `id:` is its cursor. A browser's EventSource reconnects by itself and sends it as Last-Event-ID. Without a cursor the stream begins now.",
    query: Type.Object({ after: Type.Optional(Cursor), types: Type.Optional(Types) }),
    responses: { 200: null },
    produces: "text/event-stream",
    refuses: { cursorGone: common.kinds.cursorGone },
    handle: async ({ query, principal, request, reply }) => {
      const given = request.headers["last-event-id"] ?? query.after ?? "latest";
      const from = cursorFrom(String(given), await readHead(database), "Last-Event-ID");
      const filter = { types: query.types?.split(",") ?? null, scope: principal };
      return open({ principal, request, reply }, PERMISSION, ({ signal, isAllowed }) =>
        streamEvents({ reader, from, filter, isAllowed, signal }),
      );
    },
  });
}
