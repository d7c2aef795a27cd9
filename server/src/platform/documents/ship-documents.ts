import type { Clock } from "../clock.ts";
import type { Database, Transaction } from "../db/database.ts";
import { statement } from "../db/statements.ts";
import { recordAudit } from "../events/record-audit.ts";
import type { Origin } from "../events/record-events.ts";
import { newId } from "../ids.ts";
import { hashOf } from "./content.ts";
import type { DocumentKind, ShippedDocument } from "./document-kind.ts";
import { type DocumentRow, lockDocument, nextRevision } from "./documents.sql.ts";
import { documentEvents } from "./events.ts";
import { contentInForce, putInForce } from "./publish-document.ts";

const RELEASE: Origin = { actor: "system:release", requestId: null };

const readShipped = statement<{ kind: string; code: string; shipped_version: number }>(
  "platform.readShippedVersions",
  "select kind, code, shipped_version from platform.documents where shipped_version is not null",
);

/**
 * At every start: publishes what this release brings and the database does not know yet. A version that was brought
 * before, by this release or a newer one, is left alone, so that an older release that starts later puts nothing back
 * (N6). Where people have published their own version, or have withdrawn it, a newer one is only offered to them.
 */
export async function shipDocuments(database: Database, kinds: readonly DocumentKind[], clock: Clock): Promise<void> {
  const rows = await database.read(readShipped);
  const known = new Map(rows.map((row) => [`${row.kind} ${row.code}`, row.shipped_version]));
  const isNews = (kind: DocumentKind, { code, shippedVersion }: ShippedDocument): boolean =>
    shippedVersion > (known.get(`${kind.kind} ${code}`) ?? 0);
  const news = kinds.flatMap((kind) =>
    kind.shipped.filter((one) => isNews(kind, one)).map((document) => ({ kind, document })),
  );
  if (news.length === 0) return;
  for (const { kind, document } of news) refuseFaulty(kind, document);
  await database.transaction(async (transaction) => {
    const revision = await nextRevision(transaction);
    for (const { kind, document } of news) await ship(transaction, kind, document, revision, clock.now());
  });
}

function refuseFaulty(kind: DocumentKind, { code, content }: ShippedDocument): void {
  const { faults } = kind.check(content, code);
  if (faults.length === 0) return;
  const told = faults.map(({ pointer, message }) => `${pointer}: ${message}`).join("; ");
  throw new Error(`The shipped ${kind.kind} ${code} has faults: ${told}`);
}

const insertShipped = statement(
  "platform.insertShippedDocument",
  "insert into platform.documents (id, kind, code, title) values ($1::uuid, $2, $3, $4) on conflict (kind, code) do nothing",
);

const noteShipped = statement(
  "platform.noteShippedVersion",
  "update platform.documents set shipped_version = $2::int where id = $1::uuid",
);

async function ship(
  transaction: Transaction,
  kind: DocumentKind,
  { code, shippedVersion, content }: ShippedDocument,
  revision: number,
  now: Date,
): Promise<void> {
  transaction.write(insertShipped, [newId(now.getTime()), kind.kind, code, kind.titleOf(content) ?? code]);
  const document = (await lockDocument(transaction, kind.kind, code))!;
  // Another process of this release, or a newer one, was first.
  if ((document.shipped_version ?? 0) >= shippedVersion) return;
  transaction.write(noteShipped, [document.id, shippedVersion]);
  const current = await contentInForce(transaction, document);
  const isOurs = document.latest_version === 0 || current?.origin === "shipped";
  if (current?.content_hash.equals(hashOf(content))) return;
  if (!isOurs) return offer(transaction, kind, document, shippedVersion, content, now);
  const version = await putInForce(
    transaction,
    kind,
    { ...document, shipped_version: shippedVersion },
    current?.content,
    { content, origin: "shipped", note: "Came with a release.", options: {}, by: RELEASE, now, revision },
  );
  recordAudit(transaction, [
    { origin: RELEASE, action: "publishDocument", entityType: kind.kind, entityId: code, details: { version } },
  ]);
}

const putOffer = statement(
  "platform.offerDocument",
  `update platform.documents set offered_content = $2::json, event_sequence = event_sequence + 1, updated_at = now()
    where id = $1::uuid`,
);

function offer(
  transaction: Transaction,
  kind: DocumentKind,
  document: DocumentRow,
  shippedVersion: number,
  content: unknown,
  now: Date,
): void {
  transaction.write(putOffer, [document.id, JSON.stringify(content)]);
  documentEvents.record(transaction, [
    {
      type: "document.updateOffered",
      entityId: document.id,
      sequence: document.event_sequence + 1,
      occurredAt: now,
      origin: RELEASE,
      data: { kind: kind.kind, code: document.code, shippedVersion },
    },
  ]);
  recordAudit(transaction, [
    {
      origin: RELEASE,
      action: "offerDocumentUpdate",
      entityType: kind.kind,
      entityId: document.code,
      details: { shippedVersion },
    },
  ]);
}

const dropOffer = statement(
  "platform.dismissDocumentOffer",
  "update platform.documents set offered_content = null, updated_at = now() where id = $1::uuid",
);

/** People have seen what the release brought, and go on with their own. */
export async function dismissOffer(
  database: Database,
  kind: string,
  { code, origin }: { code: string; origin: Origin },
): Promise<boolean> {
  return await database.transaction(async (transaction) => {
    const document = await lockDocument(transaction, kind, code);
    if (document === undefined || document.offered_content === null) return false;
    transaction.write(dropOffer, [document.id]);
    recordAudit(transaction, [{ origin, action: "dismissDocumentOffer", entityType: kind, entityId: code }]);
    return true;
  });
}
