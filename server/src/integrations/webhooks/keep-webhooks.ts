import { randomBytes } from "node:crypto";
import { type Static } from "typebox";
import { statement } from "../../platform/db/statements.ts";
import type { Database, Transaction } from "../../platform/db/database.ts";
import { recordAudit } from "../../platform/events/record-audit.ts";
import type { Origin } from "../../platform/events/record-events.ts";
import { newId } from "../../platform/ids.ts";
import type { Outbound } from "../../platform/outbound/send-outbound.ts";
import { common } from "../../platform/refusals.ts";
import type { SecretBox } from "../../platform/secrets.ts";
import { closeExceptions } from "../../tasks/public.ts";
import { integrations } from "../refusals.ts";
import { DISABLED, FAILING } from "./webhook-exceptions.ts";
import {
  type NewWebhook,
  viewWebhook,
  type Webhook,
  WEBHOOK_COLUMNS,
  type WebhookChange,
  type WebhookRow,
} from "./webhook-schemas.ts";

/** Each event is compared with each webhook. */
const MAX_WEBHOOKS = 500;
const SECRET_BYTES = 32;

export interface WebhookKeeping {
  outbound: Outbound;
  secrets: SecretBox;
}

type View = Static<typeof Webhook>;

const listRows = statement<WebhookRow>(
  "integrations.listWebhooks",
  `select ${WEBHOOK_COLUMNS} from integrations.webhooks where state <> 'removed' order by created_at, id limit $1`,
);
const readRow = statement<WebhookRow>(
  "integrations.readWebhook",
  `select ${WEBHOOK_COLUMNS} from integrations.webhooks where id = $1 and state <> 'removed'`,
);
const lockRow = statement<{ version: number; state: WebhookRow["state"] }>(
  "integrations.lockWebhook",
  "select version, state from integrations.webhooks where id = $1 and state <> 'removed' for update",
);
const countRows = statement<{ count: number }>(
  "integrations.countWebhooks",
  "select count(*)::int as count from integrations.webhooks where state <> 'removed'",
);
const insertRow = statement(
  "integrations.insertWebhook",
  `insert into integrations.webhooks (id, url, description, event_types, channels, locations, secret, created_by)
   values ($1, $2, $3, $4::text[], $5::text[], $6::text[], $7, $8)`,
);

export async function listWebhooks(database: Database): Promise<{ data: View[] }> {
  return { data: (await database.read(listRows, [MAX_WEBHOOKS])).map(viewWebhook) };
}

export async function readWebhook(source: Pick<Database, "read">, id: string): Promise<View> {
  const [row] = await source.read(readRow, [id]);
  if (row === undefined) throw common.refuse("notFound");
  return viewWebhook(row);
}

/** It is sent what happens from now on; what was before is replayed if wanted. */
export async function createWebhook(
  transaction: Transaction,
  { outbound, secrets }: WebhookKeeping,
  wanted: Static<typeof NewWebhook>,
  origin: Origin,
): Promise<{ webhook: View; secret: string }> {
  refuseAddress(outbound, wanted.url);
  const [existing] = await transaction.read(countRows);
  if (existing!.count >= MAX_WEBHOOKS) throw integrations.refuse("tooManyWebhooks");
  const id = newId();
  const secret = newWebhookSecret();
  const { url, description = "", eventTypes, channels = null, locations = null } = wanted;
  const sealed = secrets.seal(secret, contextOf(id));
  transaction.write(insertRow, [id, url, description, eventTypes, channels, locations, sealed, origin.actor]);
  recordAudit(transaction, [
    {
      origin,
      action: "createWebhook",
      entityType: "webhook",
      entityId: id,
      details: { host: new URL(url).host, eventTypes, channels, locations },
    },
  ]);
  return { webhook: await readWebhook(transaction, id), secret };
}

const changeRow = statement(
  "integrations.changeWebhook",
  `update integrations.webhooks set url = coalesce($2, url), description = coalesce($3, description),
     event_types = coalesce($4::text[], event_types), channels = case when $5 then $6::text[] else channels end,
     locations = case when $7 then $8::text[] else locations end, state = coalesce($9, state),
     disabled_reason = case when $9 is null then disabled_reason end,
     -- whoever changes it has mended something: it is tried at once
     open_until = null, failing_since = null, trips = 0,
     version = version + 1, updated_at = now()
   where id = $1`,
);

export async function changeWebhook(
  transaction: Transaction,
  { outbound }: WebhookKeeping,
  {
    id,
    change,
    ifMatch,
    origin,
  }: { id: string; change: Static<typeof WebhookChange>; ifMatch: number | null; origin: Origin },
): Promise<View> {
  if (change.url !== undefined) refuseAddress(outbound, change.url);
  const [before] = await transaction.read(lockRow, [id]);
  if (before === undefined) throw common.refuse("notFound");
  if (ifMatch !== null && ifMatch !== before.version)
    throw common.refuse("versionConflict", { details: { version: before.version } });
  const { url = null, description = null, eventTypes = null, channels, locations, state = null } = change;
  transaction.write(changeRow, [
    id,
    url,
    description,
    eventTypes,
    channels !== undefined,
    channels ?? null,
    locations !== undefined,
    locations ?? null,
    state,
  ]);
  closeExceptions(
    transaction,
    [FAILING, ...(state === null ? [] : [DISABLED])].map((kind) => ({
      kind,
      entityId: id,
      resolution: "The webhook was changed.",
    })),
    origin,
  );
  recordAudit(transaction, [
    {
      origin,
      action: "changeWebhook",
      entityType: "webhook",
      entityId: id,
      details: { fields: Object.keys(change), ...(state === null ? {} : { state }) },
    },
  ]);
  return await readWebhook(transaction, id);
}

const rotateRow = statement(
  "integrations.rotateWebhookSecret",
  `update integrations.webhooks set previous_secret = case when $3::int > 0 then secret end,
     previous_secret_until = case when $3::int > 0 then now() + $3::int * interval '1 hour' end, secret = $2,
     version = version + 1, updated_at = now()
   where id = $1`,
);

/** The secret before this one signs as well for a while; one from before that ends now. */
export async function rotateWebhookSecret(
  transaction: Transaction,
  { secrets }: WebhookKeeping,
  { id, overlapHours, origin }: { id: string; overlapHours: number; origin: Origin },
): Promise<{ webhook: View; secret: string }> {
  const [before] = await transaction.read(lockRow, [id]);
  if (before === undefined) throw common.refuse("notFound");
  const secret = newWebhookSecret();
  transaction.write(rotateRow, [id, secrets.seal(secret, contextOf(id)), overlapHours]);
  recordAudit(transaction, [
    { origin, action: "rotateWebhookSecret", entityType: "webhook", entityId: id, details: { overlapHours } },
  ]);
  return { webhook: await readWebhook(transaction, id), secret };
}

const removeRow = statement(
  "integrations.removeWebhook",
  `update integrations.webhooks set state = 'removed', previous_secret = null, version = version + 1, updated_at = now()
   where id = $1`,
);

/** Nothing is sent from now on; a worker ends what waits. */
export async function removeWebhook(transaction: Transaction, id: string, origin: Origin): Promise<void> {
  const [before] = await transaction.read(lockRow, [id]);
  if (before === undefined) throw common.refuse("notFound");
  transaction.write(removeRow, [id]);
  closeExceptions(
    transaction,
    [FAILING, DISABLED].map((kind) => ({ kind, entityId: id, resolution: "The webhook was removed." })),
    origin,
  );
  recordAudit(transaction, [{ origin, action: "removeWebhook", entityType: "webhook", entityId: id }]);
}

/** What a sealed secret is bound to. */
export function contextOf(webhookId: string): string {
  return `webhook ${webhookId}`;
}

function newWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
}

function refuseAddress(outbound: Outbound, url: string): void {
  const reason = outbound.refusalOfUrl(url);
  if (reason !== null)
    throw integrations.refuse("addressRefused", {
      message: `Orrery must not send anything to this address: ${reason}.`,
      faults: [{ pointer: "/url", message: reason }],
    });
}
