import type { Database, Transaction } from "../db/database.ts";
import { statement } from "../db/statements.ts";
import { recordAudit } from "../events/record-audit.ts";
import type { Origin } from "../events/record-events.ts";
import { newId } from "../ids.ts";
import { common } from "../refusals.ts";
import type { DocumentKind } from "./document-kind.ts";
import { absent, deleteDraft, type DocumentRow, type DraftRow, lockDocument, selectDraft } from "./documents.sql.ts";
import { documents } from "./refusals.ts";

export interface DraftToSave {
  code: string;
  content: unknown;
  /** The version that it starts from; null: from nothing. Absent: what the draft says already, else the version in force. */
  basedOn?: number | null;
  ifMatch: number | null;
  origin: Origin;
  now: Date;
}

const insertDocument = statement(
  "platform.insertDocument",
  "insert into platform.documents (id, kind, code, title) values ($1::uuid, $2, $3, $4) on conflict (kind, code) do nothing",
);

const upsertDraft = statement(
  "platform.saveDocumentDraft",
  `insert into platform.document_drafts as draft (document_id, content, based_on, revision, created_by, created_at, updated_by, updated_at)
   values ($1::uuid, $2::json, $3::int, $4::int, $5, $6::timestamptz, $5, $6)
   on conflict (document_id) do update set content = excluded.content, based_on = excluded.based_on, revision = excluded.revision,
     updated_by = excluded.updated_by, updated_at = excluded.updated_at`,
);

/** A document that was never published is called as its draft is. */
const noteDraft = statement(
  "platform.noteDocumentDraft",
  `update platform.documents set draft_revision = $2::int, updated_at = now(), title = case when latest_version = 0 then $3 else title end
    where id = $1::uuid`,
);

const readVersions = statement<{ version: number }>(
  "platform.hasDocumentVersion",
  "select version from platform.document_versions where document_id = $1::uuid and version = $2::int",
);

/** Creates or replaces the one draft of a document. It may have faults: people go home in the middle of a change. */
export async function saveDraft(database: Database, kind: DocumentKind, draft: DraftToSave): Promise<void> {
  const { code, content, origin, now } = draft;
  const title = kind.titleOf(content) ?? code;
  await database.transaction(async (transaction) => {
    transaction.write(insertDocument, [newId(now.getTime()), kind.kind, code, title]);
    const document = (await lockDocument(transaction, kind.kind, code))!;
    const [before] = await transaction.read(selectDraft, [document.id]);
    refuseStale(draft.ifMatch, before);
    const basedOn = draft.basedOn === undefined ? (before?.based_on ?? document.published_version) : draft.basedOn;
    await refuseUnknownVersion(transaction, document, basedOn);
    const revision = document.draft_revision + 1;
    transaction.write(upsertDraft, [document.id, JSON.stringify(content), basedOn, revision, origin.actor, now]);
    transaction.write(noteDraft, [document.id, revision, title]);
    recordAudit(transaction, [
      { origin, action: "saveDocumentDraft", entityType: kind.kind, entityId: code, details: { revision } },
    ]);
  });
}

const forgetDocument = statement(
  "platform.forgetDocument",
  "delete from platform.documents where id = $1::uuid and latest_version = 0",
);

/** Throws the draft away; a document that was never published goes with it. */
export async function discardDraft(
  database: Database,
  kind: string,
  { code, ifMatch, origin }: { code: string; ifMatch: number | null; origin: Origin },
): Promise<void> {
  await database.transaction(async (transaction) => {
    const document = await lockDocument(transaction, kind, code);
    if (document === undefined) throw absent(kind, code);
    const [draft] = await transaction.read(selectDraft, [document.id]);
    if (draft === undefined) throw documents.refuse("noDraft");
    refuseStale(ifMatch, draft);
    transaction.write(deleteDraft, [document.id]);
    transaction.write(forgetDocument, [document.id]);
    recordAudit(transaction, [
      {
        origin,
        action: "discardDocumentDraft",
        entityType: kind,
        entityId: code,
        details: { revision: draft.revision },
      },
    ]);
  });
}

/** Two people who edit the same draft: the second one sees what the first one has saved before replacing it. */
export function refuseStale(ifMatch: number | null, draft: DraftRow | undefined): void {
  const revision = draft?.revision ?? 0;
  if (ifMatch !== null && ifMatch !== revision)
    throw common.refuse("versionConflict", {
      message:
        draft === undefined
          ? "There is no draft of it any more."
          : `The draft was saved since you read it; it has revision ${revision} now.`,
      details: { version: draft === undefined ? null : revision },
    });
}

async function refuseUnknownVersion(
  transaction: Transaction,
  document: DocumentRow,
  version: number | null,
): Promise<void> {
  if (version === null || version === document.published_version) return;
  const [known] = await transaction.read(readVersions, [document.id, version]);
  if (known === undefined)
    throw common.refuse("invalidInput", { faults: [{ pointer: "/basedOn", message: "is no version of it" }] });
}
