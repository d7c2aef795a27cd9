import {
  checkDocument,
  compareContent,
  listDocuments,
  listPublishedDocuments,
  publishDocument,
  saveDocumentDraft,
} from "../../api/generated/sdk.gen.ts";
import type { DocumentChanges, DocumentCheck } from "../../api/generated/types.gen.ts";
import { Problem } from "../../api/problem.ts";
import { type FiledDocument, isAlike } from "./configuration-file.ts";

type Faults = DocumentCheck["faults"];

/** A document of the file that is not in force here as the file says it. */
export type Difference = FiledDocument & {
  readonly title: string;
  readonly isNew: boolean;
  /** Somebody works on it here. */
  readonly hasDraft: boolean;
  /** Empty where it is new, or where its content cannot be read. */
  readonly changes: DocumentChanges["changes"];
  readonly faults: Faults;
  /** Not understood here: it is of a newer release, or of another system. */
  readonly isUnknownKind: boolean;
};

export type Comparison = { differences: Difference[]; alike: number; onlyHere: number };

export const idOf = ({ kind, code }: { kind: string; code: string }): string => `${kind}/${code}`;

type Page<Row> = { data: { data: Row[]; next: string | null } };

async function readAll<Row>(read: (after: string | undefined) => Promise<Page<Row>>): Promise<Row[]> {
  const all: Row[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const { data }: Page<Row> = await read(after);
    all.push(...data.data);
    after = data.next;
  }
  return all;
}

export const readPublished = () => readAll((after) => listPublishedDocuments({ query: { after } }));

export async function compare(filed: readonly FiledDocument[]): Promise<Comparison> {
  const [published, all] = await Promise.all([
    readPublished(),
    readAll((after) => listDocuments({ query: { after, limit: 200 } })),
  ]);
  const here = new Map(published.map((each) => [idOf(each), each.content]));
  const views = new Map(all.map((each) => [idOf(each), each]));
  const other = filed.filter((each) => !here.has(idOf(each)) || !isAlike(here.get(idOf(each)), each.content));
  const named = new Set(filed.map(idOf));
  const differences: Difference[] = [];
  for (const each of other) {
    const isNew = !here.has(idOf(each));
    const view = views.get(idOf(each));
    const hasDraft = (view?.draft ?? null) !== null;
    differences.push({ ...each, title: view?.title ?? titleOf(each), isNew, hasDraft, ...(await tell(each, isNew)) });
  }
  return {
    differences,
    alike: filed.length - other.length,
    onlyHere: published.filter((each) => !named.has(idOf(each))).length,
  };
}

/** Most kinds have one; a workflow that is not known here is told by its code. */
function titleOf({ code, content }: FiledDocument): string {
  const { title } = (content ?? {}) as { title?: unknown };
  return typeof title === "string" && title !== "" ? title : code;
}

async function tell({ kind, code, content }: FiledDocument, isNew: boolean) {
  const known = await checked({ kind, code, content });
  if (known === null) return { changes: [], faults: [], isUnknownKind: true };
  if (isNew) return { changes: [], faults: known, isUnknownKind: false };
  const { data } = await compareContent({ path: { kind, code }, body: { content } });
  return { changes: data.changes, faults: known, isUnknownKind: false };
}

/** null: no such kind is known here. */
async function checked({ kind, code, content }: FiledDocument): Promise<Faults | null> {
  try {
    return (await checkDocument({ path: { kind }, body: { code, content } })).data.faults;
  } catch (refused) {
    if (refused instanceof Problem && refused.status === 404) return null;
    throw refused;
  }
}

/** What became of a document of the file. */
export type Outcome = { version: number } | "draft" | { problem: unknown } | { faults: Faults };

export async function saveDrafts(
  documents: readonly FiledDocument[],
  tellOutcome: (id: string, outcome: Outcome) => void,
): Promise<void> {
  for (const each of documents) {
    try {
      await saveDraft(each);
      tellOutcome(idOf(each), "draft");
    } catch (problem) {
      tellOutcome(idOf(each), { problem });
    }
  }
}

/** Those without faults go first, until nothing more can: a rule may need a workflow of the same file. */
export async function publishAll(
  documents: readonly FiledDocument[],
  note: string,
  tellOutcome: (id: string, outcome: Outcome) => void,
): Promise<void> {
  let waiting = [...documents];
  for (let progress = true; progress; ) {
    progress = false;
    for (const each of waiting) {
      const faults = (await checked(each)) ?? [];
      if (faults.length > 0) {
        tellOutcome(idOf(each), { faults });
        continue;
      }
      waiting = waiting.filter((other) => other !== each);
      progress = true;
      tellOutcome(idOf(each), await published(each, note));
    }
  }
}

async function published(document: FiledDocument, note: string): Promise<Outcome> {
  const { kind, code } = document;
  try {
    await saveDraft(document);
    return { version: (await publishDocument({ path: { kind, code }, body: { note } })).data.version };
  } catch (problem) {
    return { problem };
  }
}

function saveDraft({ kind, code, content }: FiledDocument) {
  return saveDocumentDraft({ path: { kind, code }, body: { content } });
}
