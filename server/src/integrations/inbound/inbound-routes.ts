import { Type } from "typebox";
import { refuseScoped } from "../../access/public.ts";
import type { Database } from "../../platform/db/database.ts";
import { answerOnce, requestHash } from "../../platform/http/idempotency.ts";
import { pageOf } from "../../platform/http/paging.ts";
import { type Call, type Route, route } from "../../platform/http/route.ts";
import { common } from "../../platform/refusals.ts";
import type { Transaction } from "../../platform/db/database.ts";
import { integrations } from "../refusals.ts";
import { type RefusedEvents, replayEvents, skipEvents } from "./act-on-events.ts";
import { InboundEvent, InboundEventDetails, InboundQuery, listInbound, readInbound, State } from "./list-events.ts";
import type { CompiledSource } from "./compile-source.ts";
import { createReceiver, MAX_BODY_BYTES, type ReceiverDependencies } from "./receive-events.ts";
import { InboundSecret, NewInboundSecret, readSecretState, SecretState, setSecret } from "./source-secrets.ts";
import { SourceTrial, SourceTrialAnswer, trySource } from "./try-source.ts";

const TAG = "Inbound events";
const READ = "inbound:read";
const WRITE = "inbound:write";
const Source = Type.Object({
  source: Type.String({ maxLength: 64, description: "Code of the source.", examples: ["carrier"] }),
});
const EventId = Type.Object({ id: Type.String({ format: "uuid", description: "Our ID of the event." }) });
const Acted = Type.Object(
  {
    id: Type.String({ description: "Our ID of the event.", examples: ["0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"] }),
    state: State,
  },
  { $id: "InboundEventState", description: "Where an event stands now." },
);
const { badSignature, staleEvent, unreadableEvent, notReplayable, bodyErased, wrongSecret } = integrations.kinds;
const { tooManyRequests, bodyTooLarge } = common.kinds;

export function inboundRoutes(dependencies: ReceiverDependencies): Route[] {
  return [receivingRoute(dependencies), ...secretRoutes(dependencies), trialRoute(), ...eventRoutes(dependencies)];
}

function receivingRoute(dependencies: ReceiverDependencies): Route {
  const receive = createReceiver(dependencies);
  return route({
    method: "POST",
    path: "/v1/inbound/{source}",
    operationId: "receiveInboundEvent",
    permission: "public",
    tag: TAG,
    summary: "Tell an event; signed as the source's document says",
    description:
      "For other systems. 202 is answered once the event is kept: it is then applied exactly once, however often it is sent under its ID, and in the order of the events of its entity. At most 1 MiB, 500 events a second. Takes no `Idempotency-Key`: the sender's own ID does the same. Any answer but 202 means: not kept; 4xx other than 429 will not get better by sending it again.",
    params: Source,
    consumes: "application/json",
    bytes: true,
    bodyLimitBytes: MAX_BODY_BYTES,
    responses: {
      202: Type.Object(
        {
          duplicate: Type.Boolean({
            description: "True: an event of this ID had been received before; nothing was changed.",
            examples: [false],
          }),
        },
        { $id: "InboundReceipt", description: "The event is kept." },
      ),
    },
    refuses: { badSignature, staleEvent, unreadableEvent, tooManyRequests, bodyTooLarge },
    handle: ({ params, request }) =>
      receive({
        source: params.source,
        address: request.ip,
        headers: request.headers,
        body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      }),
  });
}

function secretRoutes({ database, secrets, sources }: ReceiverDependencies): Route[] {
  const known = (code: string): CompiledSource => {
    const source = sources.source(code);
    if (source === undefined) throw common.refuse("notFound", { message: `There is no source ${code}.` });
    return source;
  };
  return [
    route({
      method: "GET",
      path: "/v1/inbound-sources/{source}",
      operationId: "getInboundSource",
      permission: READ,
      tag: TAG,
      summary: "Tell whether a source of events has its secret",
      description: "What it says is its document, of the kind `inbound-source`.",
      params: Source,
      responses: { 200: SecretState },
      handle: ({ params, principal }) => {
        refuseScoped(principal);
        return readSecretState(database, known(params.source).code);
      },
    }),
    route({
      method: "POST",
      path: "/v1/inbound-sources/{source}/secret",
      operationId: "setInboundSecret",
      permission: WRITE,
      tag: TAG,
      summary: "Give a source of events its secret, or the next one",
      description:
        "The source is a published document of the kind `inbound-source`. The secret is kept sealed and never shown again.",
      params: Source,
      body: NewInboundSecret,
      responses: { 200: InboundSecret },
      refuses: { wrongSecret },
      key: "call",
      handle: async (call) => {
        const source = known(call.params.source);
        let secret: string | null = null;
        await once(database, "setInboundSecret", 200, call, async (transaction) => {
          secret = setSecret(transaction, secrets, source, call.body, call.origin);
          return {};
        });
        return { source: source.code, secret };
      },
    }),
  ];
}

function trialRoute(): Route {
  return route({
    method: "POST",
    path: "/v1/inbound-sources/try",
    operationId: "tryInboundSource",
    permission: READ,
    tag: TAG,
    summary: "Read a sample event as a source would, and tell what would be done",
    description: "Changes nothing. Nothing is looked up either; the source need not be saved.",
    body: SourceTrial,
    responses: { 200: SourceTrialAnswer },
    handle: ({ body, reply }) => {
      reply.code(200);
      return trySource(body);
    },
  });
}

function eventRoutes(dependencies: ReceiverDependencies): Route[] {
  const { database, secrets } = dependencies;
  return [
    route({
      method: "GET",
      path: "/v1/inbound-events",
      operationId: "listInboundEvents",
      permission: READ,
      tag: TAG,
      summary: "What other systems have told, newest first",
      query: InboundQuery,
      responses: { 200: pageOf(InboundEvent, { $id: "InboundEventPage" }) },
      handle: ({ query, principal }) => {
        refuseScoped(principal);
        return listInbound(database, query);
      },
    }),
    route({
      method: "GET",
      path: "/v1/inbound-events/{id}",
      operationId: "getInboundEvent",
      permission: READ,
      tag: TAG,
      summary: "One event with its body",
      params: EventId,
      responses: { 200: InboundEventDetails },
      handle: ({ params, principal }) => {
        refuseScoped(principal);
        return readInbound(database, secrets, params.id);
      },
    }),
    route({
      method: "POST",
      path: "/v1/inbound-events/{id}/replay",
      operationId: "replayInboundEvent",
      permission: WRITE,
      tag: TAG,
      summary: "Try an event again by the rules in force now",
      description: "One that is parked, or was ignored or skipped. What was applied is not applied again.",
      params: EventId,
      responses: { 202: Acted },
      refuses: { notReplayable, bodyErased, unreadableEvent },
      key: "call",
      handle: (call) =>
        once(database, "replayInboundEvent", 202, call, async (transaction) => {
          const { id } = call.params;
          throwRefused(await replayEvents(transaction, dependencies, [id], call.origin));
          return { id, state: "waiting" as const };
        }),
    }),
    route({
      method: "POST",
      path: "/v1/inbound-events/{id}/skip",
      operationId: "skipInboundEvent",
      permission: WRITE,
      tag: TAG,
      summary: "Give an event up; what waits behind it goes on",
      params: EventId,
      body: Type.Object(
        {
          reason: Type.String({
            minLength: 1,
            maxLength: 500,
            description: "Why it need not be applied.",
            examples: ["The order was mended by hand."],
          }),
        },
        { additionalProperties: false, $id: "InboundEventSkip", description: "Why an event is given up." },
      ),
      responses: { 200: Acted },
      refuses: { notReplayable },
      key: "call",
      handle: (call) =>
        once(database, "skipInboundEvent", 200, call, async (transaction) => {
          const { id } = call.params;
          throwRefused(await skipEvents(transaction, [{ id, reason: call.body.reason }], call.origin));
          return { id, state: "skipped" as const };
        }),
    }),
  ];
}

/** Of the only one that was asked for. */
function throwRefused(refused: RefusedEvents): void {
  for (const refusal of refused.values()) throw refusal;
}

type Keyed = Pick<Call<unknown, unknown, unknown>, "principal" | "idempotencyKey" | "params" | "body">;

async function once<Answer extends object>(
  database: Database,
  operation: string,
  status: number,
  { principal, idempotencyKey, params, body }: Keyed,
  work: (transaction: Transaction) => Promise<Answer>,
): Promise<Answer> {
  refuseScoped(principal);
  const hash = requestHash(operation, params, body ?? null);
  const key = idempotencyKey === null ? null : { principal: principal.actor, key: idempotencyKey, hash };
  return await database.transaction((transaction) => answerOnce(transaction, key, status, () => work(transaction)));
}
