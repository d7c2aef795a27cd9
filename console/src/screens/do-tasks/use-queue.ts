import { useQuery } from "@tanstack/react-query";
import { useEdited } from "../../api/edited.ts";
import { getDocument, getDocumentDraft, getDocumentVersion, listDocuments } from "../../api/generated/sdk.gen.ts";
import { shippedText } from "../../api/server-text.ts";
import { Problem } from "../../api/problem.ts";
import type { QueueJson } from "./queue-values.ts";

export const QUEUE_KIND = "task-queue";
/** Retailers have a few dozen. */
const mostQueues = 200;

export interface EditedQueue {
  content: QueueJson;
  /** Of the open draft; undefined: there is none. */
  revision: number | undefined;
  version: number | null;
}

/** What editing starts from: the open draft, else what is in force. */
export function useQueue(code: string) {
  return useEdited(["task-queue", code], async (signal) => ({ data: await readQueue(code, signal) }));
}

async function readQueue(code: string, signal: AbortSignal): Promise<EditedQueue> {
  const path = { kind: QUEUE_KIND, code };
  const { draft, publishedVersion, latestVersion } = (await getDocument({ path, signal })).data;
  if (draft) {
    const { content, revision } = (await getDocumentDraft({ path, signal })).data;
    return { content: content as QueueJson, revision, version: publishedVersion };
  }
  const version = publishedVersion ?? latestVersion;
  const { content } = (await getDocumentVersion({ path: { ...path, version }, signal })).data;
  return { content: content as QueueJson, revision: undefined, version: publishedVersion };
}

/** Queues that a step can name. */
export function useQueueOptions(enabled = true) {
  return useQuery({
    queryKey: ["task-queues", "options"],
    queryFn: async ({ signal }) => {
      const { data } = await listDocuments({ query: { kind: QUEUE_KIND, limit: mostQueues }, signal });
      return data.data
        .filter(({ publishedVersion }) => publishedVersion !== null)
        .map(({ code, title }) => ({ value: code, label: shippedText(title) }));
    },
    enabled,
  });
}

/** A new queue must not replace one that is there: a draft without a base could be anybody's. */
export async function isTaken(code: string): Promise<boolean> {
  try {
    await getDocument({ path: { kind: QUEUE_KIND, code } });
    return true;
  } catch (refused) {
    if (refused instanceof Problem && refused.status === 404) return false;
    throw refused;
  }
}
