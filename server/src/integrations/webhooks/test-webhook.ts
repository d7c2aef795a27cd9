import { type Static, Type } from "typebox";
import type { Database } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";
import { recordAudit } from "../../platform/events/record-audit.ts";
import type { Origin } from "../../platform/events/record-events.ts";
import { orNull, textField, wholeField } from "../../platform/http/described.ts";
import { newId } from "../../platform/ids.ts";
import type { Outbound } from "../../platform/outbound/send-outbound.ts";
import { common } from "../../platform/refusals.ts";
import type { SecretBox } from "../../platform/secrets.ts";
import { storable } from "./keep-attempts.ts";
import { sendEvent } from "./send-event.ts";
import { signersOf } from "./webhook-directory.ts";

export const WebhookTest = Type.Object(
  {
    delivered: Type.Boolean({ description: "True: the receiver answered 2xx.", examples: [true] }),
    status: orNull(wholeField("The answer's status; null without an answer.", 200)),
    error: orNull(textField("Why it failed; null when it did not.", "The receiver answered 503.")),
    durationMs: wholeField("How long it took, in milliseconds.", 38),
    answerBody: orNull(textField("The beginning of the answer's body.", "ok")),
  },
  { $id: "WebhookTest", description: "What a test event brought back." },
);

const KEPT_BODY = 2_000;

const readTarget = statement<{ url: string; secret: Buffer; previous_secret: Buffer | null }>(
  "integrations.readWebhookTarget",
  `select url, secret, case when previous_secret_until > now() then previous_secret end as previous_secret
   from integrations.webhooks where id = $1 and state <> 'removed'`,
);

/** Sends a made-up event, signed like a real one, and tells what came back. Nothing is retried. */
export async function testWebhook(
  { database, outbound, secrets }: { database: Database; outbound: Outbound; secrets: SecretBox },
  { id, origin, now }: { id: string; origin: Origin; now: Date },
): Promise<Static<typeof WebhookTest>> {
  const [target] = await database.read(readTarget, [id]);
  if (target === undefined) throw common.refuse("notFound");
  const eventId = `test-${newId()}`;
  const body = JSON.stringify({
    specversion: "1.0",
    id: eventId,
    source: "orrery",
    type: "webhook.tested",
    subject: id,
    time: now.toISOString(),
    datacontenttype: "application/json",
    data: { webhookId: id },
  });
  const signers = signersOf(secrets, id, target.secret, target.previous_secret);
  const attempt = await sendEvent(outbound, target.url, { id: eventId, body }, { signers, at: now });
  await database.transaction(async (transaction) =>
    recordAudit(transaction, [
      { origin, action: "testWebhook", entityType: "webhook", entityId: id, details: { status: attempt.status } },
    ]),
  );
  return {
    delivered: attempt.error === null,
    status: attempt.status,
    error: attempt.error,
    durationMs: attempt.durationMs,
    answerBody: attempt.answer === null ? null : storable(attempt.answer.body.slice(0, KEPT_BODY)),
  };
}
