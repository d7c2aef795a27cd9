import type { DocumentName } from "../change-documents/documents.ts";

/** A document as the file holds it (server/src/main/commands/config.ts writes and reads the same). */
export type FiledDocument = DocumentName & { readonly content: unknown };

export const FILE_NAME = "configuration.json";

export function writeFile(documents: readonly FiledDocument[]): string {
  const filed = documents.map(({ kind, code, content }) => ({ kind, code, content }));
  return `${JSON.stringify({ documents: filed }, null, 2)}\n`;
}

/** null: the text is no file of a configuration. */
export function readFile(text: string): FiledDocument[] | null {
  try {
    const { documents } = JSON.parse(text) as { documents?: unknown };
    return Array.isArray(documents) && documents.every(isFiled) ? documents : null;
  } catch {
    return null;
  }
}

function isFiled(each: unknown): each is FiledDocument {
  if (typeof each !== "object" || each === null) return false;
  const { kind, code, content } = each as Partial<FiledDocument>;
  return typeof kind === "string" && typeof code === "string" && content !== undefined;
}

/** Whether two contents say the same; in what order an object names its members means nothing. */
export function isAlike(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [names, others] = [Object.keys(one), Object.keys(other)];
  if (names.length !== others.length) return false;
  return names.every(
    (name) =>
      Object.hasOwn(other, name) &&
      isAlike((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name]),
  );
}
