import type { Transaction } from "../db/database.ts";
import { statement } from "../db/statements.ts";
import { common } from "../refusals.ts";
import type { DocumentKind } from "./document-kind.ts";

/** SQL that several use cases share. */
export interface DocumentRow {
  id: string;
  kind: string;
  code: string;
  title: string;
  published_version: number | null;
  latest_version: number;
  shipped_version: number | null;
  offered_content: unknown;
  draft_revision: number;
  event_sequence: number;
}

export interface DraftRow {
  content: unknown;
  based_on: number | null;
  revision: number;
  created_by: string;
  created_at: Date;
  updated_by: string;
  updated_at: Date;
}

const takeRevision = statement<{ revision: number }>(
  "platform.takeDocumentRevision",
  "update platform.document_revision set revision = revision + 1 returning revision",
);

/** The lock of all publications, and the revision by which the other processes see this one. Taken before any document. */
export async function nextRevision(transaction: Transaction): Promise<number> {
  const [row] = await transaction.read(takeRevision);
  return row!.revision;
}

const selectForUpdate = statement<DocumentRow>(
  "platform.lockDocument",
  `select id, kind, code, title, published_version, latest_version, shipped_version, offered_content, draft_revision, event_sequence
     from platform.documents where kind = $1 and code = $2 for update`,
);

export async function lockDocument(
  transaction: Transaction,
  kind: string,
  code: string,
): Promise<DocumentRow | undefined> {
  const [row] = await transaction.read(selectForUpdate, [kind, code]);
  return row;
}

export const selectDraft = statement<DraftRow>(
  "platform.readDocumentDraft",
  `select content, based_on, revision, created_by, created_at, updated_by, updated_at
     from platform.document_drafts where document_id = $1::uuid`,
);

export const selectContent = statement<{ content: unknown; content_hash: Buffer; origin: "shipped" | "own" }>(
  "platform.readDocumentContent",
  "select content, content_hash, origin from platform.document_versions where document_id = $1::uuid and version = $2::int",
);

export const deleteDraft = statement(
  "platform.deleteDocumentDraft",
  "delete from platform.document_drafts where document_id = $1::uuid",
);

export function kindOf(kinds: readonly DocumentKind[], name: string): DocumentKind {
  const found = kinds.find(({ kind }) => kind === name);
  if (found === undefined) throw common.refuse("notFound", { message: `There is no kind of documents ${name}.` });
  return found;
}

export function absent(kind: string, code: string): Error {
  return common.refuse("notFound", { message: `There is no ${kind} ${code}.` });
}
