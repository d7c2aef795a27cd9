import { monitorEventLoopDelay } from "node:perf_hooks";
import swagger from "@fastify/swagger";
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type onRequestHookHandler,
} from "fastify";
import { Type, type TSchema } from "typebox";
import { classifyFailure } from "../db/failures.ts";
import { newRequestId } from "../ids.ts";
import { common, Refusal, type RefusalKind } from "../refusals.ts";
import { compileValidators, schemaController } from "./compile-schemas.ts";
import { nameModels } from "./name-models.ts";
import { internalProblem, Problem, problemOf, refusalOfSchemaErrors } from "./problems.ts";
import { TokenBuckets } from "./rate-limit.ts";
import type { Call, Principal, Route } from "./route.ts";
import { refuseUnstorableParameters, refuseUnstorableText } from "./unstorable.ts";

declare module "fastify" {
  interface FastifyRequest {
    principal: Principal | null;
  }
}

export interface ServerOptions {
  routes: readonly Route[];
  /** Resolves the credential of a request; null when there is none or it is not valid. */
  authenticate: (request: FastifyRequest) => Principal | null | Promise<Principal | null>;
  logger: FastifyBaseLogger | false;
  version: string;
  /** Requests per second and burst of one key or session. */
  rateLimit: { perSecond: number; burst: number };
}

const BODY_LIMIT_BYTES = 1_048_576;
/** Beyond this the event loop is too late for anybody: new work is refused, what is under way finishes. */
const OVERLOAD_DELAY_MS = 1_000;

/** Builds the HTTP server: one place for authentication, permission, limits, errors and the OpenAPI document. */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const server = Fastify({
    // Fastify's own logging costs 3 µs a request even when it is off: a child logger, two listeners, a closure. What is
    // logged is logged here, and names its request.
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: newRequestId,
    routerOptions: { maxParamLength: 256, ignoreTrailingSlash: true },
    forceCloseConnections: "idle",
    // Time for a whole request: uploads may take long; they watch for stalls themselves, and JSON bodies are small.
    requestTimeout: 900_000,
    onProtoPoisoning: "error",
    onConstructorPoisoning: "error",
    schemaController,
  });
  server.decorateRequest("principal", null);
  server.setValidatorCompiler(compileValidators());
  server.setSchemaErrorFormatter((errors, part) => refusalOfSchemaErrors(errors as never, part));
  answerProblems(server, options.logger);
  await describe(server, options.version);

  const buckets = new TokenBuckets(options.rateLimit);
  const load = watchEventLoop(server);
  server.addHook("onRequest", beginRequest(options.logger));
  for (const declared of options.routes) {
    if (declared.consumes === undefined) addRoute(server, declared, options, buckets, load);
    else await addStreamRoute(server, declared.consumes, (inner) => addRoute(inner, declared, options, buckets, load));
  }
  return server;
}

/** A route that reads a stream of its own media type, and no other: its body is the request as it comes in. */
async function addStreamRoute(
  server: FastifyInstance,
  mediaType: string,
  add: (inner: FastifyInstance) => void,
): Promise<void> {
  await server.register(async (inner) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser(mediaType, (_request, payload, done) => done(null, payload));
    add(inner);
  });
}

function answerProblems(server: FastifyInstance, log: FastifyBaseLogger | false): void {
  server.setNotFoundHandler((request, reply) =>
    sendRefusal(
      request,
      reply,
      common.refuse("notFound", { message: `No route ${request.method} ${request.url.split("?")[0]}.` }),
    ),
  );
  server.setErrorHandler(
    (error: Error & { code?: string; statusCode?: number; schemaErrors?: never[]; part?: string }, request, reply) => {
      if (error instanceof Refusal) return sendRefusal(request, reply, error);
      if (error.schemaErrors)
        return sendRefusal(request, reply, refusalOfSchemaErrors(error.schemaErrors, error.part ?? "body"));
      const known = refusalOfFastifyError(error);
      if (known) return sendRefusal(request, reply, known);
      const failure = classifyFailure(error);
      if (failure === "connection") return sendRefusal(request, reply, common.refuse("databaseUnavailable"));
      if (failure === "unknownCommit") return sendRefusal(request, reply, common.refuse("outcomeUnknown"));
      if (failure === "retry") return sendRefusal(request, reply, common.refuse("busy"));
      if (log !== false)
        log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, "request failed");
      return reply.code(500).type("application/problem+json").send(internalProblem(request.id));
    },
  );
}

function refusalOfFastifyError(error: Error & { code?: string; statusCode?: number }): Refusal | null {
  switch (error.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
    case "FST_REQ_FILE_TOO_LARGE":
      return common.refuse("bodyTooLarge");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return common.refuse("unsupportedMediaType");
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
    case "FST_ERR_CTP_INVALID_JSON_BODY":
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return common.refuse("malformedJson", { message: error.message });
    default:
      if (error instanceof SyntaxError || error.statusCode === 400)
        return common.refuse("malformedJson", { message: error.message });
      return null;
  }
}

function sendRefusal(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  const status = refusal.kind.status;
  if (status === 429 || status === 503) reply.header("retry-after", String(refusal.details["retryAfterSeconds"] ?? 1));
  if (status === 401) reply.header("www-authenticate", "Bearer");
  // A string keeps the problem out of the route's response schemas.
  return reply
    .code(status)
    .type("application/problem+json")
    .send(JSON.stringify(problemOf(refusal, request.id)));
}

async function describe(server: FastifyInstance, version: string): Promise<void> {
  server.addSchema(Problem);
  await server.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Orrery",
        version,
        description: "Order management: availability, orders, sourcing, fulfillment.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: "/" }],
      components: {
        securitySchemes: {
          apiKey: { type: "http", scheme: "bearer", description: "An API key." },
          session: {
            type: "apiKey",
            in: "cookie",
            name: "orrery_session",
            description: "A signed-in user of the console.",
          },
        },
      },
      security: [{ apiKey: [] }, { session: [] }],
    },
    ...nameModels(),
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) =>
        typeof json["$id"] === "string" ? json["$id"] : `Schema${index}`,
    },
  });
}

/** One request in a hundred leaves a line: enough to see what callers do, cheap enough to stay on. Failures always do. */
const LOGGED_REQUESTS = 100;

/** Sets the constant headers before the handler, which may say otherwise. As an async `onSend` hook this cost 2 µs a request. */
function beginRequest(log: FastifyBaseLogger | false): onRequestHookHandler {
  let count = 0;
  return (request, reply, done) => {
    const given = request.headers["x-request-id"];
    if (typeof given === "string" && REQUEST_ID.test(given)) request.id = given;
    reply.header("x-request-id", request.id);
    reply.header("x-content-type-options", "nosniff");
    reply.header("cache-control", "no-store");
    if (log !== false && ++count % LOGGED_REQUESTS === 0) logWhenAnswered(log, request, reply);
    done();
  };
}

function logWhenAnswered(log: FastifyBaseLogger, request: FastifyRequest, reply: FastifyReply): void {
  const begun = performance.now();
  reply.raw.once("finish", () => {
    const { id: requestId, method } = request;
    const milliseconds = Math.round((performance.now() - begun) * 100) / 100;
    log.info({ requestId, method, route: request.routeOptions.url, status: reply.statusCode, milliseconds }, "request");
  });
}

/** True while the event loop lags so much that answering more would help nobody. Sampled once a second while listening. */
function watchEventLoop(server: FastifyInstance): { overloaded: boolean } {
  const state = { overloaded: false };
  const histogram = monitorEventLoopDelay({ resolution: 20 });
  const timer = setInterval(() => {
    state.overloaded = histogram.percentile(50) / 1e6 > OVERLOAD_DELAY_MS;
    histogram.reset();
  }, 1_000);
  timer.unref();
  // Not before: loading the modules blocks the loop for longer than any request does.
  server.addHook("onListen", async () => void histogram.enable());
  server.addHook("onClose", async () => {
    clearInterval(timer);
    histogram.disable();
  });
  return state;
}

const REQUEST_ID = /^[\w.:-]{1,128}$/;

function addRoute(
  server: FastifyInstance,
  declared: Route,
  options: ServerOptions,
  buckets: TokenBuckets,
  load: { overloaded: boolean },
): void {
  const open = declared.permission === "public";
  const success = successOf(declared);
  server.route({
    method: declared.method,
    url: declared.path.replace(/\{(\w+)\}/g, ":$1"),
    ...(declared.bodyLimitBytes ? { bodyLimit: declared.bodyLimitBytes } : {}),
    config: { permission: declared.permission, operationId: declared.operationId },
    schema: {
      operationId: declared.operationId,
      tags: [declared.tag],
      summary: declared.summary,
      description: `${declared.description ?? declared.summary}\n\nPermission: \`${declared.permission}\`.`,
      ...(declared.params ? { params: declared.params } : {}),
      ...(declared.query ? { querystring: declared.query } : {}),
      ...(declared.body ? { body: declared.body } : {}),
      ...(declared.consumes ? { consumes: [declared.consumes] } : {}),
      ...(declared.produces ? { produces: [declared.produces] } : {}),
      ...(open ? { security: [] } : {}),
      response: responsesOf(declared, open),
    },
    // Callbacks and plain values where nothing waits: each promise on the way cost 1 to 2 µs of a 15 µs request.
    onRequest: (request, _reply, done) => {
      if (open) return done();
      if (load.overloaded) return done(common.refuse("overloaded"));
      const resolved = options.authenticate(request);
      if (resolved instanceof Promise)
        resolved.then((principal) => done(admit(request, principal, declared.permission, buckets)), done);
      else done(admit(request, resolved, declared.permission, buckets));
    },
    handler: (request, reply) => {
      // What PostgreSQL cannot store reaches an address only in percent-encoding.
      if (request.raw.url?.includes("%")) {
        if (declared.params) refuseUnstorableParameters(request.params);
        if (declared.query) refuseUnstorableParameters(request.query);
      }
      if (declared.body) refuseUnstorableText(request.body);
      reply.code(success);
      if (declared.produces) reply.type(declared.produces);
      const answer = declared.handle(callOf(request, reply) as Call<never, never, never>);
      return answer === undefined && !reply.sent ? reply.send() : answer;
    },
  });
}

/** Lets the caller in, or says why not. */
function admit(
  request: FastifyRequest,
  principal: Principal | null,
  permission: string,
  buckets: TokenBuckets,
): Refusal | undefined {
  if (principal === null) return common.refuse("notSignedIn");
  const waitSeconds = buckets.take(principal.credential);
  if (waitSeconds > 0) return common.refuse("tooManyRequests", { details: { retryAfterSeconds: waitSeconds } });
  if (permission !== "signedIn" && !principal.permissions.has(permission)) {
    return common.refuse("forbidden", { message: `This needs the permission ${permission}.`, details: { permission } });
  }
  request.principal = principal;
  return undefined;
}

const NOBODY: Principal = {
  actor: "system:anonymous",
  name: "anonymous",
  permissions: new Set(),
  locationCodes: null,
  channelCodes: null,
  credential: "anonymous",
};

function callOf(request: FastifyRequest, reply: FastifyReply): Call<unknown, unknown, unknown> {
  const principal = request.principal ?? NOBODY;
  return {
    params: request.params,
    query: request.query,
    body: request.body,
    principal,
    origin: { actor: principal.actor, requestId: request.id },
    idempotencyKey: idempotencyKeyOf(request),
    ifMatch: ifMatchOf(request),
    request,
    reply,
  };
}

function idempotencyKeyOf(request: FastifyRequest): string | null {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return null;
  if (typeof key === "string" && /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw common.refuse("invalidInput", {
    message: "Idempotency-Key must be 1 to 200 visible ASCII characters.",
    faults: [{ pointer: "Idempotency-Key", message: "must be 1 to 200 visible ASCII characters" }],
  });
}

/** 0 stands for "there must be none yet": `If-None-Match: *`. */
function ifMatchOf(request: FastifyRequest): number | null {
  if (request.headers["if-none-match"] === "*") return 0;
  const value = request.headers["if-match"];
  if (value === undefined) return null;
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(value)?.[1];
  if (version !== undefined) return Number(version);
  throw common.refuse("invalidInput", {
    message: 'If-Match must be the entity\'s version in quotes, for example "3".',
    faults: [{ pointer: "If-Match", message: 'must be a version in quotes, for example "3"' }],
  });
}

function successOf(declared: Route): number {
  const statuses = Object.keys(declared.responses).map(Number);
  return statuses.find((status) => status < 300) ?? 200;
}

function responsesOf(declared: Route, open: boolean): Record<string, TSchema | object> {
  const responses: Record<string, TSchema | object> = {};
  for (const [status, schema] of Object.entries(declared.responses)) {
    responses[status] = schema ?? {
      description: "A stream, or nothing.",
      ...(declared.produces ? { content: { [declared.produces]: { schema: { type: "string" } } } } : { type: "null" }),
    };
  }
  for (const [status, kinds] of Object.entries(refusalsByStatus(declared, open))) {
    responses[status] ??= {
      description: kinds.map(([code, kind]) => `\`${code}\`: ${kind.title}`).join("\n\n"),
      content: { "application/problem+json": { schema: Type.Unsafe<unknown>({ $ref: "Problem#" }) } },
    };
  }
  return responses;
}

function refusalsByStatus(declared: Route, open: boolean): Record<string, [string, RefusalKind][]> {
  const kinds: Record<string, RefusalKind> = {
    invalidInput: common.kinds.invalidInput,
    overloaded: common.kinds.overloaded,
    databaseUnavailable: common.kinds.databaseUnavailable,
  };
  if (declared.method !== "GET") Object.assign(kinds, { outcomeUnknown: common.kinds.outcomeUnknown });
  if (!open)
    Object.assign(kinds, {
      notSignedIn: common.kinds.notSignedIn,
      forbidden: common.kinds.forbidden,
      tooManyRequests: common.kinds.tooManyRequests,
    });
  if (declared.body)
    Object.assign(kinds, {
      malformedJson: common.kinds.malformedJson,
      bodyTooLarge: common.kinds.bodyTooLarge,
      unsupportedMediaType: common.kinds.unsupportedMediaType,
    });
  if (declared.params) Object.assign(kinds, { notFound: common.kinds.notFound });
  Object.assign(kinds, declared.refuses);
  const byStatus: Record<string, [string, RefusalKind][]> = {};
  for (const [code, kind] of Object.entries(kinds)) (byStatus[kind.status] ??= []).push([code, kind]);
  return byStatus;
}
