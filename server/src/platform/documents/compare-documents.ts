import { Type, type Static } from "typebox";
import { common } from "../refusals.ts";
import { changedFields } from "./content.ts";
import type { DocumentChange, DocumentKind } from "./document-kind.ts";
import { documents } from "./refusals.ts";
import { type DocumentReading, viewDocument, viewDraft, viewOffer, viewVersion } from "./view-documents.ts";

const side = (description: string, example: string) =>
  Type.Optional(
    Type.String({ pattern: "^(published|draft|offer|[1-9][0-9]{0,8})$", description, examples: [example] }),
  );

export const CompareQuery = Type.Object(
  {
    from: side("The earlier content: a version's number, published, draft or offer; published when absent.", "2"),
    to: side("The later content, named likewise; draft when absent.", "draft"),
  },
  { additionalProperties: false },
);

/** The differences of two contents of a document, as its kind understands them. */
export async function compareDocuments(
  reading: DocumentReading,
  kind: DocumentKind,
  code: string,
  { from = "published", to = "draft" }: Static<typeof CompareQuery>,
): Promise<{ changes: DocumentChange[] }> {
  const [before, after] = await Promise.all([contentOf(reading, kind, code, from), contentOf(reading, kind, code, to)]);
  return { changes: changesOf(kind, code, before, after) };
}

/** What would change if this content were published. */
export async function compareContent(
  reading: DocumentReading,
  kind: DocumentKind,
  code: string,
  content: unknown,
): Promise<{ changes: DocumentChange[] }> {
  return { changes: changesOf(kind, code, await contentOf(reading, kind, code, "published"), content) };
}

function changesOf(kind: DocumentKind, code: string, before: unknown, after: unknown): DocumentChange[] {
  const understood = kind.compare !== undefined && isSound(kind, before, code) && isSound(kind, after, code);
  return understood ? kind.compare!(before, after) : changedFields(before, after);
}

function isSound(kind: DocumentKind, content: unknown, code: string): boolean {
  return kind.check(content, code).faults.length === 0;
}

async function contentOf(reading: DocumentReading, kind: DocumentKind, code: string, which: string): Promise<unknown> {
  const name = { kind: kind.kind, code };
  if (which === "draft") return (await viewDraft(reading, kind, code)).content;
  if (which === "offer") return (await viewOffer(reading.database, name)).content;
  if (which !== "published") return (await viewVersion(reading, name, Number(which))).content;
  const { publishedVersion } = await viewDocument(reading, kind.kind, code);
  if (publishedVersion === null) throw common.refuse("notFound", { message: documents.kinds.notPublished.title });
  return (await viewVersion(reading, name, publishedVersion)).content;
}
