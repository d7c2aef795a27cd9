import { useQuery } from "@tanstack/react-query";
import { listDocuments } from "../../api/generated/sdk.gen.ts";
import { shippedText } from "../../api/server-text.ts";

export const QUEUE_KIND = "task-queue";
/** Retailers have a few dozen. */
const mostQueues = 200;

/** Queues that a step can name. */
export function useQueueOptions(enabled = true) {
  return useQuery({
    queryKey: ["documents", QUEUE_KIND, "options"],
    queryFn: async ({ signal }) => {
      const { data } = await listDocuments({ query: { kind: QUEUE_KIND, limit: mostQueues }, signal });
      return data.data
        .filter(({ publishedVersion }) => publishedVersion !== null)
        .map(({ code, title }) => ({ value: code, label: shippedText(title) }));
    },
    enabled,
  });
}
