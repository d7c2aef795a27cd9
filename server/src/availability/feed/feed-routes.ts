import { setTimeout as pause } from "node:timers/promises";
import { type Static, Type } from "typebox";
import type { FastifyRequest } from "fastify";
import type { Database } from "../../platform/db/database.ts";
import { checkCursor, cursorFrom, type FeedCursor, formatCursor } from "../../platform/events/feed-cursor.ts";
import type { FeedReader } from "../../platform/events/feed-reader.ts";
import { closedSignal } from "../../platform/http/closed-signal.ts";
import { momentField, textField, wholeField } from "../../platform/http/described.ts";
import { type Principal, type Route, route } from "../../platform/http/route.ts";
import { createStreams } from "../../platform/http/streams.ts";
import { CODE_PATTERN } from "../../platform/reference-data/codes.ts";
import { common } from "../../platform/refusals.ts";
import { availability } from "../refusals.ts";
import type { FeedInForce, FeedsInForce } from "./feed-document.ts";
import { FeedHealth, FeedLags, readFeedHealth, readFeedLags } from "./feed-health.ts";
import { type ChangePage, ChangeWaiting, readChanges, type ToldChange } from "./read-changes.ts";

export interface FeedRouteDependencies {
  database: Database;
  feeds: FeedsInForce;
  /** Stops with the process. */
  reader: FeedReader;
  authenticate: (request: FastifyRequest) => Principal | null | Promise<Principal | null>;
  log: { warn(details: object, message: string): void };
}

const PERMISSION = "availability:read";
const MAX_WAIT_MS = 20_000;
const DEFAULT_PAGE = 200;
const MAX_PAGE = 1_000;
const HEARTBEAT_MS = 15_000;
const RETRY_MS = 1_000;
/** Between two pages of a stream, so that a load makes long pages instead of many. */
const STREAM_GAP_MS = 10;

const Channel = Type.Object({
  channel: Type.String({ pattern: CODE_PATTERN, description: "Code of the channel.", examples: ["web"] }),
});
const Cursor = Type.String({
  maxLength: 40,
  description:
    "Go on behind this cursor; `latest` is the end of the feed as it is now. Absent: everything that the channel was told, each SKU once.",
  examples: ["1.1042"],
});

const AvailabilityChange = Type.Object(
  {
    sku: textField("Code of the SKU.", "TSHIRT-RED-M"),
    quantity: wholeField("Units that can be promised in the channel.", 17),
    label: textField("in_stock, low_stock or out_of_stock.", "in_stock"),
    toldAt: momentField("When it was told."),
    cursor: textField("Its place in the channel's feed; pass it as `after` to go on behind it.", "1.1042"),
  },
  { $id: "AvailabilityChange", description: "What a channel can promise of a SKU since something has changed." },
);

const ChangesOfChannel = Type.Object(
  {
    data: Type.Array(AvailabilityChange, {
      description: "In the order in which they were told; a SKU stands only at its last place.",
    }),
    next: textField("Pass it as `after` for what follows, now or later.", "1.1092"),
    caughtUp: Type.Boolean({ description: "Nothing more at this moment.", examples: [true] }),
  },
  { $id: "AvailabilityChanges", description: "A page of what a channel was told of its availability." },
);

const { noFeed } = availability.kinds;

/** I2, I3: what channels are told, and how that goes. */
export function feedRoutes(dependencies: FeedRouteDependencies): Route[] {
  const { database, feeds, reader, authenticate, log } = dependencies;
  const waiting = new ChangeWaiting(database, log);
  reader.onStop(() => waiting.stop());
  const open = createStreams({ authenticate, onStop: (callback) => reader.onStop(callback) });
  const feedOf = (code: string, principal: Principal): FeedInForce => {
    const feed = [...feeds().values()].find(({ channel }) => channel === code);
    if (feed === undefined || principal.channelCodes?.has(code) === false)
      throw availability.refuse("noFeed", {
        message: `The channel ${code} has no availability feed, or you may not see it.`,
      });
    return feed;
  };
  const visible = (principal: Principal): FeedInForce[] =>
    [...feeds().values()].filter(({ channel }) => principal.channelCodes?.has(channel) !== false);
  /** Quantities are those of all locations. */
  const refuseLimited = ({ locationCodes }: Principal): void => {
    if (locationCodes !== null)
      throw common.refuse("forbidden", { message: "Feeds are not for credentials that are limited to locations." });
  };
  return [
    route({
      method: "GET",
      path: "/v1/channels/{channel}/availability/changes",
      operationId: "listAvailabilityChanges",
      permission: PERMISSION,
      tag: "Availability",
      summary: "What a channel can promise, as it changes",
      description:
        "Keep `next` and ask again with `after`: of every SKU whose figure has changed you get the last one at least once, and steps in between may be missing. SKUs that never come have nothing. What a change is, and how fast the channel is told, says its document availability-feed. After a restore (410) begin anew, with an empty picture.",
      params: Channel,
      query: Type.Object({
        after: Type.Optional(Cursor),
        limit: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: MAX_PAGE,
            default: DEFAULT_PAGE,
            description: "Changes per page.",
            examples: [200],
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
      responses: { 200: ChangesOfChannel },
      refuses: { noFeed, cursorGone: common.kinds.cursorGone },
      handle: async ({ params, query, principal, reply }) => {
        refuseLimited(principal);
        const { channelId } = feedOf(params.channel, principal);
        const limit = query.limit ?? DEFAULT_PAGE;
        const from = cursorFrom(query.after, await headOf(database, channelId), "?after");
        let page = await readChanges(database, channelId, from.position, limit);
        if (page.changes.length === 0 && (query.waitMs ?? 0) > 0) {
          const signal = closedSignal(reply);
          if (await waiting.waitBeyond(channelId, page.last, query.waitMs!, signal))
            page = await readChanges(database, channelId, page.last, limit);
        }
        checkCursor(from, page.head, "?after");
        return {
          data: page.changes.map((change) => viewOf(change, from.generation)),
          next: formatCursor({ generation: from.generation, position: page.last }),
          caughtUp: page.last >= page.head.position,
        };
      },
    }),
    route({
      method: "GET",
      path: "/v1/channels/{channel}/availability/changes/stream",
      operationId: "streamAvailabilityChanges",
      permission: PERMISSION,
      tag: "Availability",
      summary: "What a channel can promise, as server-sent events",
      description:
        "Each message is a change whose `id:` is its cursor. A browser's EventSource reconnects by itself and sends it as Last-Event-ID. Without a cursor the stream begins now.",
      params: Channel,
      query: Type.Object({ after: Type.Optional(Cursor) }),
      responses: { 200: null },
      produces: "text/event-stream",
      refuses: { noFeed, cursorGone: common.kinds.cursorGone },
      handle: async ({ params, query, principal, request, reply }) => {
        refuseLimited(principal);
        const { channelId } = feedOf(params.channel, principal);
        const given = request.headers["last-event-id"] ?? query.after ?? "latest";
        const from = cursorFrom(String(given), await headOf(database, channelId), "Last-Event-ID");
        return open({ principal, request, reply }, PERMISSION, ({ signal, isAllowed }) =>
          streamChanges({
            from,
            signal,
            mayGoOn: async () => !reader.stopped && feeds().has(channelId) && (await isAllowed()),
            read: (after) => readChanges(database, channelId, after, MAX_PAGE),
            wait: (after) => waiting.waitBeyond(channelId, after, HEARTBEAT_MS, signal),
          }),
        );
      },
    }),
    route({
      method: "GET",
      path: "/v1/availability/feeds",
      operationId: "listAvailabilityFeeds",
      permission: PERMISSION,
      tag: "Availability",
      summary: "How well channels are told of their availability",
      responses: { 200: FeedHealth },
      handle: async ({ principal }) => await readFeedHealth(database, visible(principal), principal),
    }),
    route({
      method: "GET",
      path: "/v1/availability/feeds/{channel}/lags",
      operationId: "getAvailabilityFeedLags",
      permission: PERMISSION,
      tag: "Availability",
      summary: "How long changes waited until a channel was told, by minute",
      params: Channel,
      query: Type.Object({
        minutes: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 1_440,
            default: 60,
            description: "Of the time until now.",
            examples: [60],
          }),
        ),
      }),
      responses: { 200: FeedLags },
      refuses: { noFeed },
      handle: async ({ params, query, principal }) =>
        await readFeedLags(database, feedOf(params.channel, principal).channelId, query.minutes ?? 60),
    }),
  ];
}

async function headOf(database: Database, channelId: number): Promise<FeedCursor> {
  return (await readChanges(database, channelId, Number.MAX_SAFE_INTEGER, 1)).head;
}

function viewOf(change: ToldChange, generation: number): Static<typeof AvailabilityChange> {
  const { position, toldAt, ...rest } = change;
  return { ...rest, toldAt: toldAt.toISOString(), cursor: formatCursor({ generation, position }) };
}

interface ChangeStream {
  from: FeedCursor;
  signal: AbortSignal;
  mayGoOn: () => Promise<boolean>;
  read: (after: number) => Promise<ChangePage>;
  wait: (after: number) => Promise<boolean>;
}

/** Page by page, nothing read ahead: as with the event feed, a slow reader holds one page at most. */
async function* streamChanges({ from, signal, mayGoOn, read, wait }: ChangeStream): AsyncGenerator<string> {
  const { generation } = from;
  let { position } = from;
  const beat = (): string => `: beat\nid: ${formatCursor({ generation, position })}\n\n`;
  yield `retry: ${RETRY_MS}\n${beat()}`;
  while (!signal.aborted && (await mayGoOn())) {
    const page = await read(position);
    if (page.head.generation !== generation) return;
    position = page.last;
    const views = page.changes.map((change) => viewOf(change, generation));
    if (views.length > 0) yield views.map((view) => `id: ${view.cursor}\ndata: ${JSON.stringify(view)}\n\n`).join("");
    if (position < page.head.position) await pause(STREAM_GAP_MS);
    else if (!(await wait(position))) yield beat();
  }
}
