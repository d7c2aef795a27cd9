import { monitorEventLoopDelay } from "node:perf_hooks";
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type onRequestHookHandler,
} from "fastify";
import { newRequestId } from "../ids.ts";
import { common, type Refusal } from "../refusals.ts";
import { answerBrokenRequest, answerFrameworkError, answerProblems } from "./answer-problems.ts";
import { answerSoundItems } from "./bulk.ts";
import { compileValidators, schemaController } from "./compile-schemas.ts";
import { describe, headersOf, responsesOf, successOf } from "./describe-api.ts";
import { closeConnections } from "./close-connections.ts";
import { limitReceiving, RECEIVING_LIMIT_MS } from "./limit-receiving.ts";
import { CONSTANT_HEADERS, openExpressLane } from "./express-lane.ts";
import { refusalOfSchemaErrors } from "./problems.ts";
import { TokenBuckets } from "./rate-limit.ts";
import type { Answer, Call, Principal, Route } from "./route.ts";
import { refuseUnstorableParameters, refuseUnstorableText, unstorableText } from "./unstorable.ts";

declare module "fastify" {
  interface FastifyRequest {
    principal: Principal | null;
  }
}

/** Addresses and ranges of the proxies in front; false: none, and what a caller says of his address is not believed. */
export type TrustedProxies = string[] | false;

export interface ServerOptions {
  routes: readonly Route[];
  /** Whoever sends this Authorization header, if that is known without asking the database. */
  knownCaller?: (authorization: string) => Principal | null;
  /** Resolves the credential of a request; null when there is none or it is not valid. */
  authenticate: (request: FastifyRequest) => Principal | null | Promise<Principal | null>;
  logger: FastifyBaseLogger | false;
  version: string;
  /** Requests per second and burst of one key or session. */
  rateLimit: { perSecond: number; burst: number };
  trustProxy?: TrustedProxies;
  /** Milliseconds in which a request must have arrived, unless it is an upload. */
  receivingLimitMs?: number;
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
    trustProxy: options.trustProxy ?? false,
    routerOptions: { maxParamLength: 256, ignoreTrailingSlash: true },
    forceCloseConnections: "idle",
    // What still comes on a connection that is being answered is answered as well.
    return503OnClosing: false,
    onProtoPoisoning: "error",
    onConstructorPoisoning: "error",
    schemaController,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerBrokenRequest,
  });
  closeConnections(server);
  const letUpload = limitReceiving(server, options.receivingLimitMs ?? RECEIVING_LIMIT_MS);
  server.decorateRequest("principal", null);
  server.setValidatorCompiler(compileValidators());
  server.setSchemaErrorFormatter((errors, part) => refusalOfSchemaErrors(errors as never, part));
  answerProblems(server, options.logger);
  await describe(server, options.version);

  const buckets = new TokenBuckets(options.rateLimit);
  const load = watchEventLoop(server);
  const sample = new Sample();
  server.addHook("onRequest", beginRequest(options.logger, sample));
  for (const declared of options.routes) {
    if (declared.consumes === undefined) addRoute(server, declared, options, buckets, load);
    else if (declared.bytes === true)
      await addBytesRoute(server, (inner) => addRoute(inner, declared, options, buckets, load));
    else {
      await addStreamRoute(server, declared.consumes, (inner) => {
        inner.addHook("preParsing", (request, _reply, payload, done) => {
          // Who is not known yet gets no more time than anybody.
          if (declared.permission !== "public") letUpload(request.raw);
          done(null, payload);
        });
        addRoute(inner, declared, options, buckets, load);
      });
    }
  }
  if (options.knownCaller !== undefined) {
    const { routes, knownCaller } = options;
    openExpressLane(server, {
      routes,
      knownCaller,
      buckets,
      isOpen: () => !load.overloaded && !sample.isDue(),
      count: () => sample.skip(),
      onError: (error) => options.logger && options.logger.error({ err: error }, "an answer could not be sent"),
    });
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

/** A route that is given the bytes of its body, whatever their media type: the sender's signature vouches for them. */
async function addBytesRoute(server: FastifyInstance, add: (inner: FastifyInstance) => void): Promise<void> {
  await server.register(async (inner) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    add(inner);
  });
}

/** One request in a hundred leaves a line: enough to see what callers do, cheap enough to stay on. Failures always do. */
const LOGGED_REQUESTS = 100;

/** Which requests leave a line. */
class Sample {
  #count = 0;

  takesNext(): boolean {
    this.#count = (this.#count + 1) % LOGGED_REQUESTS;
    return this.#count === 0;
  }

  /** Whether the next one leaves a line. */
  isDue(): boolean {
    return this.#count === LOGGED_REQUESTS - 1;
  }

  /** Counts one that leaves none. */
  skip(): void {
    this.#count++;
  }
}

/** Sets the constant headers before the handler, which may say otherwise. As an async `onSend` hook this cost 2 µs a request. */
function beginRequest(log: FastifyBaseLogger | false, sample: Sample): onRequestHookHandler {
  return (request, reply, done) => {
    const given = request.headers["x-request-id"];
    if (typeof given === "string" && REQUEST_ID.test(given)) request.id = given;
    reply.header("x-request-id", request.id);
    reply.headers(CONSTANT_HEADERS);
    if (sample.takesNext() && log !== false) logWhenAnswered(log, request, reply);
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
  const handle = handlerOf(declared);
  server.route({
    method: declared.method,
    url: declared.path.replace(/\{(\w+)\}/g, ":$1"),
    ...(declared.bodyLimitBytes ? { bodyLimit: declared.bodyLimitBytes } : {}),
    config: { permission: declared.permission, operationId: declared.operationId, headers: headersOf(declared) },
    attachValidation: declared.perItem !== undefined,
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
      if (load.overloaded) return done(common.refuse("overloaded"));
      if (open) return done();
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
      reply.code(success);
      if (declared.produces) reply.type(declared.produces);
      const answer = handle(request, reply);
      return answer === undefined && !reply.sent ? reply.send() : answer;
    },
  });
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<Answer> | Answer;

function handlerOf(declared: Route): Handler {
  const answer = declared.handle as (call: Call<unknown, unknown, unknown>) => Promise<Answer> | Answer;
  if (declared.body === undefined) return (request, reply) => answer(callOf(request, reply));
  if (declared.perItem === undefined)
    return (request, reply) => {
      refuseUnstorableText(request.body);
      return answer(callOf(request, reply));
    };
  const answerSound = answerSoundItems(declared);
  return (request, reply) => {
    const { validationError } = request;
    if (validationError !== undefined && validationError.validationContext !== "body") throw validationError;
    const fits = validationError === undefined && unstorableText(request.body) === null;
    const call = callOf(request, reply);
    return fits ? answer(call) : answerSound(call as Parameters<typeof answerSound>[0]);
  };
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
    places: null,
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
