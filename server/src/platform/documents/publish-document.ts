import { Type } from "typebox";
import { Value } from "typebox/value";
import type { Transaction } from "../db/database.ts";
import { statement } from "../db/statements.ts";
import { recordAudit } from "../events/record-audit.ts";
import type { Origin } from "../events/record-events.ts";
import { common } from "../refusals.ts";
import { hashOf } from "./content.ts";
import type { DocumentKind } from "./document-kind.ts";
import {
  absent,
  deleteDraft,
  type DocumentRow,
  lockDocument,
  nextRevision,
  selectContent,
  selectDraft,
} from "./documents.sql.ts";
import { documentEvents } from "./events.ts";
import { documents } from "./refusals.ts";
import { refuseStale } from "./save-draft.ts";

export interface PublishCall {
  code: string;
  note: string;
  options: Readonly<Record<string, unknown>>;
  ifMatch: number | null;
  origin: Origin;
  now: Date;
}

/** Makes the draft the next version, in force at once. Exactly what is published is checked, under its lock. */
export async function publishDraft(transaction: Transaction, kind: DocumentKind, call: PublishCall): Promise<number> {
  const { code, note, options, origin, now } = call;
  refuseWrongOptions(kind, options);
  const revision = await nextRevision(transaction);
  const document = await lockDocument(transaction, kind.kind, code);
  if (document === undefined) throw absent(kind.kind, code);
  const [draft] = await transaction.read(selectDraft, [document.id]);
  if (draft === undefined) throw documents.refuse("noDraft");
  refuseStale(call.ifMatch, draft);
  const { faults } = kind.check(draft.content, code);
  if (faults.length > 0) {
    const message = `${faults[0]!.pointer || "The content"}: ${faults[0]!.message}.`;
    throw documents.refuse("faultyDraft", { message, faults: faults.slice(0, MAX_FAULTS) });
  }
  const current = await contentInForce(transaction, document);
  if (current?.content_hash.equals(hashOf(draft.content))) throw documents.refuse("nothingChanged");
  const version = await putInForce(transaction, kind, document, current?.content, {
    content: draft.content,
    origin: "own",
    note,
    options,
    by: origin,
    now,
    revision,
  });
  transaction.write(deleteDraft, [document.id]);
  recordAudit(transaction, [
    { origin, action: "publishDocument", entityType: kind.kind, entityId: code, details: { version, note } },
  ]);
  return version;
}

/** At most this many faults are named in one answer. */
const MAX_FAULTS = 100;

function refuseWrongOptions({ publishOptions }: DocumentKind, options: Readonly<Record<string, unknown>>): void {
  const schema = publishOptions ?? Type.Object({}, { additionalProperties: false });
  const faults = Value.Errors(schema, options).map(({ instancePath, message }) => ({
    pointer: `/options${instancePath}`,
    message,
  }));
  if (faults.length > 0) throw common.refuse("invalidInput", { faults });
}

export async function contentInForce(transaction: Transaction, document: DocumentRow) {
  if (document.published_version === null) return undefined;
  const [current] = await transaction.read(selectContent, [document.id, document.published_version]);
  return current;
}

interface NewVersion {
  content: unknown;
  origin: "shipped" | "own";
  note: string;
  options: Readonly<Record<string, unknown>>;
  by: Origin;
  now: Date;
  revision: number;
}

const insertVersion = statement(
  "platform.insertDocumentVersion",
  `insert into platform.document_versions
     (document_id, version, title, content, content_hash, origin, shipped_version, note, published_by, published_at)
   values ($1::uuid, $2::int, $3, $4::json, $5::bytea, $6, $7::int, $8, $9, $10::timestamptz)`,
);

const retireVersion = statement(
  "platform.retireDocumentVersion",
  `update platform.document_versions set retired_by = $3, retired_at = $4::timestamptz
    where document_id = $1::uuid and version = $2::int and retired_at is null`,
);

/** What was on offer is taken when the new version says just that. */
const putVersion = statement(
  "platform.putDocumentVersion",
  `update platform.documents set title = $2, published_version = $3::int, latest_version = $3::int, revision = $4::bigint,
     event_sequence = event_sequence + 1, updated_at = now(), offered_content = case when $5 then null else offered_content end
    where id = $1::uuid`,
);

/** Writes a version and puts it in force in place of the one before, whichever way it came. The document is locked. */
export async function putInForce(
  transaction: Transaction,
  kind: DocumentKind,
  document: DocumentRow,
  replaced: unknown,
  given: NewVersion,
): Promise<number> {
  const { content, origin, note, by, now, revision } = given;
  const version = document.latest_version + 1;
  const title = kind.titleOf(content) ?? document.code;
  const hash = hashOf(content);
  const shippedVersion = origin === "shipped" ? document.shipped_version : null;
  const takesOffer = document.offered_content !== null && hash.equals(hashOf(document.offered_content));
  if (document.published_version !== null)
    transaction.write(retireVersion, [document.id, document.published_version, by.actor, now]);
  const json = JSON.stringify(content);
  transaction.write(insertVersion, [
    document.id,
    version,
    title,
    json,
    hash,
    origin,
    shippedVersion,
    note,
    by.actor,
    now,
  ]);
  transaction.write(putVersion, [document.id, title, version, revision, takesOffer || origin === "shipped"]);
  const { options } = given;
  const publication = { code: document.code, version, content, origin, replaces: replaced ?? null, options };
  await kind.publish?.(transaction, publication);
  documentEvents.record(transaction, [
    {
      type: "document.published",
      entityId: document.id,
      sequence: document.event_sequence + 1,
      occurredAt: now,
      origin: by,
      data: { kind: kind.kind, code: document.code, version, replaces: document.published_version, origin },
    },
  ]);
  return version;
}

const withdraw = statement(
  "platform.withdrawDocument",
  `update platform.documents set published_version = null, revision = $2::bigint, event_sequence = event_sequence + 1, updated_at = now()
    where id = $1::uuid`,
);

/** Withdraws the version in force without a successor. Its kind may know who still needs it. */
export async function retireDocument(
  transaction: Transaction,
  kind: DocumentKind,
  { code, note, origin, now }: Omit<PublishCall, "ifMatch" | "options">,
): Promise<number> {
  const revision = await nextRevision(transaction);
  const document = await lockDocument(transaction, kind.kind, code);
  if (document === undefined) throw absent(kind.kind, code);
  const version = document.published_version;
  if (version === null) throw documents.refuse("notPublished");
  await kind.retire?.(transaction, code);
  transaction.write(retireVersion, [document.id, version, origin.actor, now]);
  transaction.write(withdraw, [document.id, revision]);
  documentEvents.record(transaction, [
    {
      type: "document.retired",
      entityId: document.id,
      sequence: document.event_sequence + 1,
      occurredAt: now,
      origin,
      data: { kind: kind.kind, code, version },
    },
  ]);
  recordAudit(transaction, [
    { origin, action: "retireDocument", entityType: kind.kind, entityId: code, details: { version, note } },
  ]);
  return version;
}
