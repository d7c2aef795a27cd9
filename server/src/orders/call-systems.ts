import { createHash } from "node:crypto";
import { Webhook } from "standardwebhooks";
import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import type { ClaimedJob, JobKind, JobOutcome } from "../platform/jobs/job-kinds.ts";
import { type Outbound, type OutboundAnswer } from "../platform/outbound/send-outbound.ts";
import { retryAfterMs } from "../platform/outbound/retry-after.ts";
import { isPassing, Refusal } from "../platform/refusals.ts";
import type { SecretBox } from "../platform/secrets.ts";
import { findFulfillmentOrder } from "./advance-fulfillment-orders.ts";
import type { ChangeOrder } from "./change-orders.ts";
import { findLeftOrders } from "./left-orders.ts";
import { fulfillmentEntity, orderEntity, recordFactOf } from "./order-run.ts";
import { CALL_EVENTS, CALL_JOB, type CallPayload } from "./steps/call-webhook.ts";

const ORIGIN = { actor: "system:calls", requestId: null };
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** About 40 minutes; somebody waits for the answer, and the workflow says what happens when none comes. */
const RETRY_PAUSES_MS = [2 * SECOND, 10 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE];
/** The answer could not be taken now. */
const PASSING_MS = 10 * SECOND;
/** Whoever called could not be told the answer by this release: a look, and it is left to the newer one. */
const LEFT_MS = 2 * SECOND;
/** Answers that could not be taken yet; of more the receivers are asked again, with the same IDs. */
const MAX_UNTOLD = 10_000;
const CONCURRENCY = 128;
const USER_AGENT = "Orrery-Workflow/1";
const MAX_ANSWER_FIELDS = 50;
const MAX_ANSWER_TEXT = 1_000;

interface CallResult {
  succeeded: boolean;
  status: number | null;
  reason: string;
  answer: Readonly<Record<string, unknown>>;
  /** How long the receiver asks to be left alone; null: it does not say. */
  retryAfter: number | null;
}

export interface CallDependencies {
  database: Database;
  outbound: Outbound;
  /** Signs the calls. */
  secrets: SecretBox;
  clock: Clock;
  changeOrder: ChangeOrder;
  /** Definitions that only a newer release understands, which runs beside this one. */
  left: () => readonly number[];
}

/**
 * Standard Webhooks: what calls to this place are signed with, by each of the installation's keys, so that a key can be
 * changed while receivers learn the new secret. Every host has its own: none can speak to another in our name.
 */
export function callSecrets(secrets: SecretBox, url: string): string[] {
  return secrets
    .derive(`workflow calls to ${new URL(url).origin}`)
    .map((secret) => `whsec_${secret.toString("base64")}`);
}

/**
 * Calls other systems for workflows: at least once, each time with the same `webhook-id`, and takes the answer to whoever
 * called, once. A receiver that is down is tried again; its "no" (400 to 499) is an answer. An answer that cannot be told yet
 * is kept by this process, and who was called is not asked again for it.
 */
export function callJobKind(dependencies: CallDependencies): JobKind {
  const untold: Untold = new Map();
  return {
    kind: CALL_JOB,
    concurrency: CONCURRENCY,
    retryPausesMs: RETRY_PAUSES_MS,
    parking: {
      ownerTeam: "operations",
      deadlineMs: 4 * 60 * MINUTE,
      nextAction: "Mend the other system, then retry the call; or skip it and take the order on by hand.",
    },
    start: (jobs, signal) => {
      const orderIds = jobs.map((job) => payloadOf(job).orderId);
      const left = findLeftOrders(dependencies.database, orderIds, dependencies.left());
      return jobs.map(async (job): Promise<JobOutcome> => {
        const isLeft = (await left).has(payloadOf(job).orderId);
        return isLeft ? { done: false, postponedMs: LEFT_MS } : await carryOut(dependencies, untold, job, signal);
      });
    },
  };
}

const payloadOf = ({ payload }: ClaimedJob): CallPayload => payload as unknown as CallPayload;

/** By job: what is told when the job comes back, so that nobody is asked every ten seconds because somebody else is busy. */
type Untold = Map<string, { result: CallResult; attempts: number; since: number }>;

/** What was said longer ago is asked again: another process may have parked the job meanwhile, and somebody tried it again. */
const UNTOLD_MS = 60 * MINUTE;

/** Null: nothing is kept, or the job has begun anew since. Each is told once. */
function takeUntold(untold: Untold, { id, attempts }: ClaimedJob, now: Date) {
  const kept = untold.get(id);
  untold.delete(id);
  return kept?.attempts === attempts && now.getTime() - kept.since < UNTOLD_MS ? kept : null;
}

function keepUntold(untold: Untold, { id, attempts }: ClaimedJob, result: CallResult, since: number): void {
  untold.set(id, { result, attempts, since });
  if (untold.size > MAX_UNTOLD) untold.delete(untold.keys().next().value!);
}

async function carryOut(
  dependencies: CallDependencies,
  untold: Untold,
  job: ClaimedJob,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const payload = payloadOf(job);
  const now = dependencies.clock.now();
  const kept = takeUntold(untold, job, now);
  const result = kept?.result ?? (await call(dependencies, job, payload, signal));
  const isLast = job.attempts > RETRY_PAUSES_MS.length;
  if (!result.succeeded && !isLast && mayPass(result)) {
    const { reason, retryAfter } = result;
    return { done: false, reason, ...(retryAfter === null ? {} : { retryAfterMs: retryAfter }) };
  }
  try {
    await tell(dependencies.changeOrder, job.id, payload, result);
    return { done: true };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (isPassing(error)) {
      keepUntold(untold, job, result, kept?.since ?? now.getTime());
      return { done: false, postponedMs: PASSING_MS };
    }
    // It has gone on meanwhile, so nobody waits for the answer; only of a failure somebody has to know.
    if (error.code === "transitionNotAllowed" && result.succeeded) return { done: true };
    return { done: false, park: error.code === "transitionNotAllowed", reason: `${result.reason} ${error.message}` };
  }
}

function mayPass({ status }: CallResult): boolean {
  return status === null || status === 408 || status === 429 || status >= 500;
}

async function call(
  { outbound, secrets, clock }: CallDependencies,
  { id }: ClaimedJob,
  { url, body }: CallPayload,
  signal: AbortSignal,
): Promise<CallResult> {
  try {
    const now = clock.now();
    const text = JSON.stringify({ id, ...body });
    const signatures = callSecrets(secrets, url).map((secret) => new Webhook(secret).sign(id, now, text));
    const sent = await outbound.send({
      url,
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(now.getTime() / SECOND)),
        "webhook-signature": signatures.join(" "),
      },
      body: text,
      signal,
    });
    const succeeded = sent.status >= 200 && sent.status < 300;
    const reason = succeeded ? "" : `The receiver answered ${sent.status}.`;
    const retryAfter = retryAfterMs(sent, now);
    return { succeeded, status: sent.status, reason, answer: fieldsOf(sent), retryAfter };
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    const reason = message || code || "It could not be reached.";
    return { succeeded: false, status: null, reason, answer: {}, retryAfter: null };
  }
}

/** Of an answer in JSON its texts, numbers and flags: conditions see no more. */
function fieldsOf({ body, truncated }: OutboundAnswer): Readonly<Record<string, unknown>> {
  if (truncated) return {};
  try {
    const parsed = JSON.parse(body) as unknown;
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return {};
    const fields = Object.entries(parsed).filter(
      ([, value]) =>
        typeof value === "number" ||
        typeof value === "boolean" ||
        (typeof value === "string" && value.length <= MAX_ANSWER_TEXT),
    );
    return Object.fromEntries(fields.slice(0, MAX_ANSWER_FIELDS));
  } catch {
    return {};
  }
}

async function tell(changeOrder: ChangeOrder, jobId: string, payload: CallPayload, result: CallResult): Promise<void> {
  const { orderId, fulfillmentOrderId, call: name } = payload;
  const { succeeded, status, reason, answer } = result;
  const data = { ...answer, call: name, status: status ?? 0, reason };
  await changeOrder({
    orderId,
    action: "takeCallAnswer",
    origin: ORIGIN,
    // A repeated call gets another answer; the workflow has had the first one.
    key: { principal: ORIGIN.actor, key: jobId, hash: createHash("sha256").update(jobId).digest() },
    occurredAt: null,
    plan: (run) => ({
      entity:
        fulfillmentOrderId === null
          ? orderEntity(run)
          : fulfillmentEntity(run, findFulfillmentOrder(run, fulfillmentOrderId)),
      event: { type: succeeded ? CALL_EVENTS[0] : CALL_EVENTS[1], data },
    }),
    finish: (run) => {
      const about = fulfillmentOrderId === null ? null : findFulfillmentOrder(run, fulfillmentOrderId);
      recordFactOf(run, about, "order.callAnswered", { call: name, succeeded, status });
      return {};
    },
  });
}
