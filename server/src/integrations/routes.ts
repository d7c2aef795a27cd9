import { Type } from "typebox";
import { refuseScoped } from "../access/public.ts";
import { callSecrets } from "../orders/public.ts";
import type { Clock } from "../platform/clock.ts";
import type { Database, Transaction } from "../platform/db/database.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import { answerOnce, keyName, readKeptAnswers, requestHash, type RequestKey } from "../platform/http/idempotency.ts";
import { pageOf } from "../platform/http/paging.ts";
import { type Call, type Principal, type Route, route } from "../platform/http/route.ts";
import { RetriedJobs, retryParkedJobs } from "../platform/jobs/act-on-jobs.ts";
import type { Outbound } from "../platform/outbound/send-outbound.ts";
import { common } from "../platform/refusals.ts";
import type { SecretBox } from "../platform/secrets.ts";
import { reportParkedJobs } from "../tasks/public.ts";
import { integrations } from "./refusals.ts";
import { WEBHOOK } from "./webhooks/fan-out.ts";
import {
  changeWebhook,
  createWebhook,
  listWebhooks,
  readWebhook,
  removeWebhook,
  rotateWebhookSecret,
} from "./webhooks/keep-webhooks.ts";
import {
  DeliveriesQuery,
  Delivery,
  DeliveryDetails,
  listDeliveries,
  readDelivery,
  replayDelivery,
} from "./webhooks/list-deliveries.ts";
import { listReplays, Replay, ReplayRequest, requestReplay } from "./webhooks/replay-events.ts";
import { testWebhook, WebhookTest } from "./webhooks/test-webhook.ts";
import { NewWebhook, SecretRotation, Webhook, WebhookChange, WebhookWithSecret } from "./webhooks/webhook-schemas.ts";

export interface IntegrationDependencies {
  database: Database;
  clock: Clock;
  outbound: Outbound;
  secrets: SecretBox;
}

const TAG = "Webhooks";
const READ = "webhooks:read";
const WRITE = "webhooks:write";
const Id = Type.Object({ id: Type.String({ format: "uuid", description: "The webhook's ID." }) });
const DeliveryId = Type.Object({ id: Type.String({ format: "uuid", description: "The delivery's ID." }) });
const { addressRefused, tooManyWebhooks } = integrations.kinds;

export function integrationRoutes(dependencies: IntegrationDependencies): Route[] {
  return [
    ...webhookRoutes(dependencies),
    ...secretRoutes(dependencies),
    ...deliveryRoutes(dependencies),
    ...callRoutes(dependencies),
  ];
}

function webhookRoutes(dependencies: IntegrationDependencies): Route[] {
  const { database } = dependencies;
  return [
    route({
      method: "GET",
      path: "/v1/webhooks",
      operationId: "listWebhooks",
      permission: READ,
      tag: TAG,
      summary: "Who is sent events, and how that goes",
      responses: {
        200: Type.Object(
          { data: Type.Array(Webhook, { description: "All of them, at most 500." }) },
          { $id: "Webhooks", description: "All webhooks." },
        ),
      },
      handle: ({ principal }) => {
        refuseScoped(principal);
        return listWebhooks(database);
      },
    }),
    route({
      method: "GET",
      path: "/v1/webhooks/{id}",
      operationId: "getWebhook",
      permission: READ,
      tag: TAG,
      summary: "One webhook",
      params: Id,
      responses: { 200: Webhook },
      handle: ({ params, principal }) => {
        refuseScoped(principal);
        return readWebhook(database, params.id);
      },
    }),
    route({
      method: "PATCH",
      path: "/v1/webhooks/{id}",
      operationId: "changeWebhook",
      permission: WRITE,
      tag: TAG,
      summary: "Change, pause or resume a webhook",
      params: Id,
      body: WebhookChange,
      responses: { 200: Webhook },
      refuses: { addressRefused, versionConflict: common.kinds.versionConflict },
      handle: ({ params, body, ifMatch, origin, principal }) => {
        refuseScoped(principal);
        return database.transaction((transaction) =>
          changeWebhook(transaction, dependencies, { id: params.id, change: body, ifMatch, origin }),
        );
      },
    }),
    route({
      method: "DELETE",
      path: "/v1/webhooks/{id}",
      operationId: "removeWebhook",
      permission: WRITE,
      tag: TAG,
      summary: "Remove a webhook with everything that waits for it",
      params: Id,
      responses: { 204: null },
      handle: async ({ params, origin, principal }) => {
        refuseScoped(principal);
        await database.transaction((transaction) => removeWebhook(transaction, params.id, origin));
        return undefined;
      },
    }),
  ];
}

const CallQuery = Type.Object({
  url: Type.String({
    maxLength: 2_000,
    format: "uri",
    description: "The address that a workflow calls; its scheme, host and port count.",
    examples: ["https://fraud.example/score"],
  }),
});
const CallSecrets = Type.Object(
  {
    secrets: Type.Array(Type.String(), {
      description:
        "Standard Webhooks secrets (`whsec_…`), one for each key of the installation; a call is signed with all.",
      examples: [["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]],
    }),
  },
  { $id: "WorkflowCallSecrets", description: "What calls of workflows to one host are signed with." },
);

function callRoutes({ database, secrets }: IntegrationDependencies): Route[] {
  return [
    route({
      method: "GET",
      path: "/v1/workflow-calls/secrets",
      operationId: "readWorkflowCallSecrets",
      permission: WRITE,
      tag: TAG,
      summary: "What the calls of the workflow step callWebhook to a host are signed with",
      query: CallQuery,
      description: "Each look at them leaves an entry in the audit trail.",
      responses: { 200: CallSecrets },
      handle: async ({ query, principal, origin }) => {
        refuseScoped(principal);
        const host = originOf(query.url);
        await database.transaction(async (transaction) =>
          recordAudit(transaction, [
            { origin, action: "readWorkflowCallSecrets", entityType: null, entityId: null, details: { host } },
          ]),
        );
        return { secrets: callSecrets(secrets, query.url) };
      },
    }),
  ];
}

/** Scheme, host and port: calls to it have a secret of their own. */
function originOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || (parsed.protocol !== "https:" && parsed.protocol !== "http:"))
    throw common.refuse("invalidInput", {
      faults: [{ pointer: "?url", message: "is no address that begins with https:// or http://", code: "badFormat" }],
    });
  return parsed.origin;
}

function secretRoutes(dependencies: IntegrationDependencies): Route[] {
  const { database, clock } = dependencies;
  return [
    route({
      method: "POST",
      path: "/v1/webhooks",
      operationId: "createWebhook",
      permission: WRITE,
      tag: TAG,
      summary: "Send events to another system; the secret that verifies them is shown once",
      description:
        "Each event is one POST of a CloudEvent, signed by Standard Webhooks. Any answer of 2xx within 10 s is an acknowledgment; everything else is tried again for three days. The events of one entity come in their order; the same event may come twice, under the same `webhook-id`.",
      body: NewWebhook,
      responses: { 201: WebhookWithSecret },
      refuses: { addressRefused, tooManyWebhooks },
      key: "call",
      handle: (call) =>
        onceWithSecret(database, "createWebhook", call, (transaction) =>
          createWebhook(transaction, dependencies, call.body, call.origin),
        ),
    }),
    route({
      method: "POST",
      path: "/v1/webhooks/{id}/rotate-secret",
      operationId: "rotateWebhookSecret",
      permission: WRITE,
      tag: TAG,
      summary: "Give a webhook a new secret; the one before signs as well for a while",
      params: Id,
      body: SecretRotation,
      responses: { 200: WebhookWithSecret },
      key: "call",
      handle: (call) =>
        onceWithSecret(database, "rotateWebhookSecret", call, (transaction) =>
          rotateWebhookSecret(transaction, dependencies, {
            id: call.params.id,
            overlapHours: call.body.overlapHours ?? 24,
            origin: call.origin,
          }),
        ),
    }),
    route({
      method: "POST",
      path: "/v1/webhooks/{id}/test",
      operationId: "testWebhook",
      permission: WRITE,
      tag: TAG,
      summary: "Send a made-up event now and tell what came back",
      params: Id,
      responses: { 200: WebhookTest },
      key: "call",
      handle: async (call) => {
        refuseScoped(call.principal);
        const { id } = call.params;
        const key = keyOf("testWebhook", call);
        const kept = key === null ? null : await keptAnswer(database, key);
        if (kept !== null) return kept;
        // No transaction is open while it waits for the receiver.
        const answer = await testWebhook(dependencies, { id, origin: call.origin, now: clock.now() });
        if (key === null) return answer;
        return await database.transaction((transaction) => answerOnce(transaction, key, 200, async () => answer));
      },
    }),
  ];
}

function deliveryRoutes({ database }: IntegrationDependencies): Route[] {
  return [
    route({
      method: "GET",
      path: "/v1/webhooks/{id}/replays",
      operationId: "listWebhookReplays",
      permission: READ,
      tag: TAG,
      summary: "Parts of the feed that are being delivered again, newest first",
      params: Id,
      responses: {
        200: Type.Object(
          { data: Type.Array(Replay, { description: "The last 50." }) },
          { $id: "WebhookReplays", description: "Replays of a webhook." },
        ),
      },
      handle: ({ params, principal }) => {
        refuseScoped(principal);
        return listReplays(database, params.id);
      },
    }),
    route({
      method: "POST",
      path: "/v1/webhooks/{id}/replays",
      operationId: "replayWebhook",
      permission: WRITE,
      tag: TAG,
      summary: "Deliver a part of the feed again, from a position or a time on",
      params: Id,
      body: ReplayRequest,
      responses: { 202: Replay },
      refuses: { cursorGone: common.kinds.cursorGone },
      key: "call",
      handle: (call) =>
        once(database, "replayWebhook", 202, call, (transaction) =>
          requestReplay(transaction, call.params.id, call.body, call.origin),
        ),
    }),
    route({
      method: "POST",
      path: "/v1/webhooks/{id}/retry-parked",
      operationId: "retryParkedDeliveries",
      permission: WRITE,
      tag: TAG,
      summary: "Try all deliveries again that were given up",
      description: "At most 5,000 at a time; repeat the call while `more` is true.",
      params: Id,
      responses: { 200: RetriedJobs },
      key: "call",
      handle: (call) =>
        once(database, "retryParkedDeliveries", 200, call, async (transaction) => {
          await readWebhook(transaction, call.params.id);
          return await retryParkedJobs(
            transaction,
            { kind: WEBHOOK, lane: call.params.id },
            call.origin,
            reportParkedJobs,
          );
        }),
    }),
    route({
      method: "GET",
      path: "/v1/webhook-deliveries",
      operationId: "listWebhookDeliveries",
      permission: READ,
      tag: TAG,
      summary: "Deliveries to a webhook, newest first",
      query: DeliveriesQuery,
      responses: { 200: pageOf(Delivery, { $id: "WebhookDeliveryPage" }) },
      handle: ({ query, principal }) => {
        refuseScoped(principal);
        return listDeliveries(database, query);
      },
    }),
    route({
      method: "GET",
      path: "/v1/webhook-deliveries/{id}",
      operationId: "getWebhookDelivery",
      permission: READ,
      tag: TAG,
      summary: "One delivery with what was sent and what came back",
      params: DeliveryId,
      responses: { 200: DeliveryDetails },
      handle: ({ params, principal }) => {
        refuseScoped(principal);
        return readDelivery(database, params.id);
      },
    }),
    route({
      method: "POST",
      path: "/v1/webhook-deliveries/{id}/replay",
      operationId: "replayWebhookDelivery",
      permission: WRITE,
      tag: TAG,
      summary: "Deliver an event once more",
      params: DeliveryId,
      responses: { 202: Delivery },
      key: "call",
      handle: (call) =>
        once(database, "replayWebhookDelivery", 202, call, (transaction) =>
          replayDelivery(transaction, call.params.id, call.origin),
        ),
    }),
  ];
}

type Keyed = Pick<Call<unknown, unknown, unknown>, "principal" | "idempotencyKey" | "params" | "body">;

function keyOf(operation: string, { principal, idempotencyKey, params, body }: Keyed): RequestKey | null {
  if (idempotencyKey === null) return null;
  return { principal: principal.actor, key: idempotencyKey, hash: requestHash(operation, params, body ?? null) };
}

async function keptAnswer(database: Database, key: RequestKey): Promise<object | null> {
  const kept = await database.transaction((transaction) => readKeptAnswers(transaction, [key]));
  const answer = kept.get(keyName(key));
  if (answer instanceof Error) throw answer;
  return answer === undefined ? null : (answer.response as object);
}

async function once<Answer extends object>(
  database: Database,
  operation: string,
  status: number,
  call: Keyed & { principal: Principal },
  work: (transaction: Transaction) => Promise<Answer>,
): Promise<Answer> {
  refuseScoped(call.principal);
  return await database.transaction((transaction) =>
    answerOnce(transaction, keyOf(operation, call), status, () => work(transaction)),
  );
}

/** The secret is not kept with the answer: a repeated request gets null. */
async function onceWithSecret<View extends object>(
  database: Database,
  operation: string,
  call: Keyed & { principal: Principal },
  work: (transaction: Transaction) => Promise<{ webhook: View; secret: string }>,
): Promise<{ webhook: View; secret: string | null }> {
  let secret: string | null = null;
  const status = operation === "createWebhook" ? 201 : 200;
  const webhook = await once(database, operation, status, call, async (transaction) => {
    const made = await work(transaction);
    secret = made.secret;
    return made.webhook;
  });
  return { webhook, secret };
}
