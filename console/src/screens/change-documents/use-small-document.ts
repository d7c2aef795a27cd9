import { useEdited } from "../../api/edited.ts";
import { getDocument, getDocumentDraft, getDocumentVersion } from "../../api/generated/sdk.gen.ts";
import { Problem } from "../../api/problem.ts";

export interface EditedDocument<Content> {
  content: Content;
  /** Of the open draft; undefined: there is none. */
  revision: number | undefined;
  version: number | null;
}

/** A document that one form holds. What editing starts from: the open draft, else what is in force. */
export function useSmallDocument<Content>(kind: string, code: string) {
  return useEdited([kind, code], async (signal) => ({ data: await read<Content>({ kind, code }, signal) }));
}

async function read<Content>(
  path: { kind: string; code: string },
  signal: AbortSignal,
): Promise<EditedDocument<Content>> {
  const { draft, publishedVersion, latestVersion } = (await getDocument({ path, signal })).data;
  if (draft) {
    const { content, revision } = (await getDocumentDraft({ path, signal })).data;
    return { content: content as Content, revision, version: publishedVersion };
  }
  const version = publishedVersion ?? latestVersion;
  const { content } = (await getDocumentVersion({ path: { ...path, version }, signal })).data;
  return { content: content as Content, revision: undefined, version: publishedVersion };
}

/** A new one must not replace one that is there: a draft without a base could be anybody's. */
export async function isTaken(kind: string, code: string): Promise<boolean> {
  try {
    await getDocument({ path: { kind, code } });
    return true;
  } catch (refused) {
    if (refused instanceof Problem && refused.status === 404) return false;
    throw refused;
  }
}
