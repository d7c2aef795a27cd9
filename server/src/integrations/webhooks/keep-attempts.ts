import type { Database, Transaction } from "../../platform/db/database.ts";
import { bulkInsert, statement } from "../../platform/db/statements.ts";
import type { ClaimedJob } from "../../platform/jobs/job-kinds.ts";
import { isStorable } from "../../platform/http/unstorable.ts";
import type { Attempt } from "./send-event.ts";

const KEPT_DAYS = 14;
const BATCH = 5_000;
/** Of an answer, as it is kept; enough to see what the receiver meant. */
const KEPT_BODY = 4_096;
const KEPT_HEADERS = 20;
const KEPT_HEADER = 200;
const SECRET_HEADERS = /^(set-cookie|authorization|proxy-.*|.*(token|secret|key).*)$/i;

const insert = bulkInsert<{
  delivery_id: string;
  webhook_id: string;
  attempt: number;
  started_at: Date;
  duration_ms: number;
  status: number | null;
  error: string | null;
  answer_headers: Record<string, string>;
  answer_body: string | null;
}>("integrations.insertWebhookAttempts", "integrations.webhook_attempts", {
  delivery_id: "uuid",
  webhook_id: "uuid",
  attempt: "int",
  started_at: "timestamptz",
  duration_ms: "int",
  status: "smallint",
  error: "text",
  answer_headers: "jsonb",
  answer_body: "text",
});

export function insertAttempts(
  transaction: Transaction,
  attempts: readonly { job: ClaimedJob; attempt: Attempt }[],
): void {
  transaction.insert(
    insert,
    attempts.map(({ job, attempt }) => ({
      delivery_id: job.id,
      webhook_id: job.lane,
      attempt: job.attempts,
      started_at: attempt.startedAt,
      duration_ms: attempt.durationMs,
      status: attempt.status,
      error: attempt.error,
      answer_headers: keptHeaders(attempt.answer?.headers ?? {}),
      answer_body: attempt.answer === null ? null : storable(attempt.answer.body.slice(0, KEPT_BODY)),
    })),
  );
}

/** The few that tell what happened, without what a receiver might have meant for nobody's eyes. */
export function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .slice(0, KEPT_HEADERS)
      .map(([name, value]) => [name, SECRET_HEADERS.test(name) ? "(not kept)" : storable(value.slice(0, KEPT_HEADER))]),
  );
}

/** PostgreSQL stores neither NUL nor halves of surrogate pairs. */
export function storable(text: string): string {
  return isStorable(text) ? text : text.replaceAll("\0", "\u{FFFD}").toWellFormed();
}

const deleteOld = statement<{ deleted: number }>(
  "integrations.deleteOldWebhookAttempts",
  `with old as (
     select id from integrations.webhook_attempts where started_at < now() - $1::int * interval '1 day'
     order by started_at limit $2 for update skip locked
   ), deleted as (
     delete from integrations.webhook_attempts using old where webhook_attempts.id = old.id returning 1
   )
   select count(*)::int as deleted from deleted`,
);

/** True when there may be more. */
export async function forgetOldAttempts(database: Database): Promise<boolean> {
  const [row] = await database.read(deleteOld, [KEPT_DAYS, BATCH]);
  return row!.deleted === BATCH;
}
