import { withJitter } from "../../platform/clock.ts";
import type { Transaction } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";
import { hastenJobs } from "../../platform/jobs/hasten-jobs.ts";
import { closeExceptions, raiseExceptions } from "../../tasks/public.ts";
import { WEBHOOK } from "./fan-out.ts";
import { DISABLED, FAILING } from "./webhook-exceptions.ts";

/** How one delivery ended, in the order in which they ended. */
export interface WebhookResult {
  webhookId: string;
  delivered: boolean;
  /** The receiver says that it will never take anything again. */
  gone: boolean;
  error: string | null;
  durationMs: number;
}

/**
 * A webhook whose deliveries fail one after the other is left alone for a while; then one delivery tries whether it works
 * again. So a dead receiver costs one attempt in five minutes, however many events wait for it, and keeps nobody waiting.
 */
export interface Circuits {
  isOpen(webhookId: string, now: number): boolean;
  isTrying(webhookId: string): boolean;
  /** Of the last deliveries; null: there were none. */
  meanMs(webhookId: string): number | null;
  note(transaction: Transaction, results: readonly WebhookResult[]): Promise<void>;
}

const FAILURES_UNTIL_OPEN = 5;
const UNTIL_READ_MS = 3_000;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;
/** So long a failing webhook is nobody's business: many recover by themselves. */
const ALARM_AFTER_MINUTES = 15;
const DEADLINE_HOURS = 8;
/** Weight of the newest delivery in the mean. */
const NEWEST = 0.1;
const SYSTEM = { actor: "system:webhooks", requestId: null };

interface Circuit {
  failures: number;
  openUntil: number;
  /** It has been open and nothing has gone through since. */
  trying: boolean;
  meanMs: number | null;
}

const open = statement<{
  id: string;
  pause_ms: number;
  trips: number;
  alarming: boolean;
  due_at: Date;
  failing_since: Date;
  url: string;
}>(
  "integrations.openWebhookCircuit",
  `update integrations.webhooks set failing_since = coalesce(failing_since, now()), trips = trips + 1,
     open_until = now() + least($2::float8 * power(2, least(trips, 20)), $3::float8) * $4::float8 * interval '1 millisecond'
   where id = $1 and state <> 'removed'
   returning id, extract(epoch from open_until - now())::float8 * 1000 as pause_ms, trips,
     failing_since < now() - $5::int * interval '1 minute' as alarming, now() + $6::int * interval '1 hour' as due_at,
     failing_since, url`,
);

const close = statement<{ id: string }>(
  "integrations.closeWebhookCircuits",
  `update integrations.webhooks set failing_since = null, open_until = null, trips = 0
   where id = any($1::uuid[]) and failing_since is not null returning id`,
);

const disable = statement<{ id: string; due_at: Date }>(
  "integrations.disableWebhook",
  `update integrations.webhooks set state = 'disabled', disabled_reason = 'The receiver answered 410: it is gone.',
     version = version + 1, updated_at = now()
   where id = $1 and state in ('active', 'paused') returning id, now() + $2::int * interval '1 hour' as due_at`,
);

export function createCircuits(): Circuits {
  const circuits = new Map<string, Circuit>();
  const circuitOf = (webhookId: string): Circuit => {
    let circuit = circuits.get(webhookId);
    if (circuit === undefined) {
      circuit = { failures: 0, openUntil: 0, trying: false, meanMs: null };
      circuits.set(webhookId, circuit);
    }
    return circuit;
  };

  const noteSuccess = (webhookId: string): void => {
    const circuit = circuitOf(webhookId);
    circuit.failures = 0;
    circuit.trying = false;
    circuit.openUntil = 0;
  };

  const noteFailures = async (transaction: Transaction, webhookId: string, count: number, error: string | null) => {
    const circuit = circuitOf(webhookId);
    circuit.failures += count;
    if (circuit.failures < FAILURES_UNTIL_OPEN && !circuit.trying) return;
    const parameters = [
      webhookId,
      FIRST_PAUSE_MS,
      LONGEST_PAUSE_MS,
      withJitter(1),
      ALARM_AFTER_MINUTES,
      DEADLINE_HOURS,
    ];
    const [opened] = await transaction.read(open, parameters);
    if (opened === undefined) return;
    circuit.trying = true;
    // By then the directory has read how long it is really left alone, and what people changed about it.
    circuit.openUntil = performance.now() + Math.min(opened.pause_ms, UNTIL_READ_MS);
    if (!opened.alarming) return;
    raiseExceptions(transaction, [
      {
        kind: FAILING,
        entityType: "webhook",
        entityId: webhookId,
        reason: `Nothing has reached ${new URL(opened.url).host} since ${opened.failing_since.toISOString()}: ${error}`,
        nextAction: "Mend the receiver. What waits is delivered by itself; nothing is lost.",
        details: {},
        ownerTeam: "operations",
        dueAt: opened.due_at,
      },
    ]);
  };

  return {
    isOpen: (webhookId, now) => (circuits.get(webhookId)?.openUntil ?? 0) > now,
    isTrying: (webhookId) => circuits.get(webhookId)?.trying ?? false,
    meanMs: (webhookId) => circuits.get(webhookId)?.meanMs ?? null,
    note: async (transaction, results) => {
      const byWebhook = Map.groupBy(results, ({ webhookId }) => webhookId);
      // In one order, because each may lock its row.
      const ids = [...byWebhook.keys()].sort();
      const recovered: string[] = [];
      for (const webhookId of ids) {
        const own = byWebhook.get(webhookId)!;
        const circuit = circuitOf(webhookId);
        for (const { durationMs } of own)
          circuit.meanMs =
            circuit.meanMs === null ? durationMs : circuit.meanMs + (durationMs - circuit.meanMs) * NEWEST;
        if (own.some(({ gone }) => gone)) await disableGone(transaction, webhookId);
        const lastSuccess = own.findLastIndex(({ delivered }) => delivered);
        if (lastSuccess !== -1) {
          noteSuccess(webhookId);
          recovered.push(webhookId);
        }
        const failures = own.slice(lastSuccess + 1);
        if (failures.length > 0) await noteFailures(transaction, webhookId, failures.length, failures.at(-1)!.error);
      }
      await closeCircuits(transaction, recovered);
    },
  };
}

/** What failed while the webhook did need not wait for its own next try. */
async function closeCircuits(transaction: Transaction, webhookIds: readonly string[]): Promise<void> {
  if (webhookIds.length === 0) return;
  const closed = await transaction.read(close, [webhookIds]);
  closeExceptions(
    transaction,
    closed.map(({ id }) => ({ kind: FAILING, entityId: id, resolution: "It takes events again." })),
    SYSTEM,
  );
  hastenJobs(
    transaction,
    WEBHOOK,
    closed.map(({ id }) => id),
  );
}

async function disableGone(transaction: Transaction, webhookId: string): Promise<void> {
  const [disabled] = await transaction.read(disable, [webhookId, DEADLINE_HOURS]);
  if (disabled === undefined) return;
  raiseExceptions(transaction, [
    {
      kind: DISABLED,
      entityType: "webhook",
      entityId: webhookId,
      reason: "The receiver answered 410: it is gone. Nothing is sent or kept for it any more.",
      nextAction: "Remove the webhook, or set it active again and replay what it missed.",
      details: {},
      ownerTeam: "operations",
      dueAt: disabled.due_at,
    },
  ]);
}
