import type { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Static, TSchema } from "typebox";
import type { Origin } from "../events/record-events.ts";
import type { RefusalKind } from "../refusals.ts";

/** Who calls, as the access module resolved it. */
export interface Principal {
  /** "user:<id>" or "key:<id>": the actor of events and audit entries. */
  actor: string;
  name: string;
  permissions: ReadonlySet<string>;
  /** null: every location; else only these codes are visible and changeable. */
  locationCodes: ReadonlySet<string> | null;
  /** null: every channel. */
  channelCodes: ReadonlySet<string> | null;
  /** The key or session, for rate limits. */
  credential: string;
}

/** What a handler gets; input has been checked against the route's schemas. */
export interface Call<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  principal: Principal;
  origin: Origin;
  idempotencyKey: string | null;
  /** In a bulk call without its faulty items: where each of `body.items` stands in the request. Else null. */
  places: readonly number[] | null;
  /** The entity version of `If-Match`, 0 for `If-None-Match: *` (there must be none yet), null without either header. */
  ifMatch: number | null;
  request: FastifyRequest;
  reply: FastifyReply;
}

export type Answer = object | string | Readable | undefined;

export interface Route {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  operationId: string;
  /** One of PERMISSIONS (access), or "public" for the few pages before sign-in, "signedIn" for one's own session. */
  permission: string;
  tag: string;
  summary: string;
  description?: string;
  params?: TSchema;
  query?: TSchema;
  body?: TSchema;
  /** Status → schema. The first one below 300 is the success. A null schema is a stream or an empty body. */
  responses: Record<number, TSchema | null>;
  /** Refusals of its own module that this route can give, by code; the common ones are added. */
  refuses?: Record<string, RefusalKind>;
  /** What an `Idempotency-Key` covers: the whole call, or each item i of it as KEY#i. Absent: it has no effect. */
  key?: "call" | "items";
  /**
   * A bulk call, `{ items: [...] }` answered by `{ items: [{ index, status, … }] }`: an item that does not fit the
   * schema is refused by itself. False of the rest of a body: such a call is taken whole or not at all.
   */
  perItem?: (rest: unknown) => boolean;
  bodyLimitBytes?: number;
  /** A media type other than JSON: `request.body` is then the request as it comes in, a stream. */
  consumes?: string;
  /** With `consumes`: the body is received whole, within the limits of any request, and `request.body` its bytes, for signatures. */
  bytes?: boolean;
  produces?: string;
  /**
   * Of a GET route: the success as JSON text when everything about it lies in memory, for parameters by name that need no
   * decoding and are not checked yet. Null for all else; `handle` then answers, with the same text where it succeeds.
   */
  answerAtOnce?: (parameters: ReadonlyMap<string, string>, principal: Principal) => string | null;
  handle: (call: Call<never, never, never>) => Promise<Answer> | Answer;
}

type Parsed<Schema> = Schema extends TSchema ? Static<Schema> : undefined;

/** Declares a route with the types of its schemas. A module's `routes.ts` is the list of these: its contents page. */
export function route<
  const Params extends TSchema | undefined = undefined,
  const Query extends TSchema | undefined = undefined,
  const Body extends TSchema | undefined = undefined,
>(
  declaration: Omit<Route, "params" | "query" | "body" | "handle"> & {
    params?: Params;
    query?: Query;
    body?: Body;
    handle: (call: Call<Parsed<Params>, Parsed<Query>, Parsed<Body>>) => Promise<Answer> | Answer;
  },
): Route {
  return declaration as unknown as Route;
}
