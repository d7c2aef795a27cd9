import { useQueryClient } from "@tanstack/react-query";
import type { FulfillmentOrder } from "../../api/generated/types.gen.ts";

/** After a step, the page and the lists behind it show its effect at once. */
export function useWorkChanged(work: FulfillmentOrder): () => Promise<unknown> {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["fulfillment-order", work.id] }),
      queries.invalidateQueries({ queryKey: ["fulfillment-orders"] }),
      queries.invalidateQueries({ queryKey: ["order", work.orderId] }),
    ]);
}
