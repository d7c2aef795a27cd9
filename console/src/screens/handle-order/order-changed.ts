import { useQueryClient } from "@tanstack/react-query";

/** After a person's own action the page shows its effect at once, without waiting for the event to come round. */
export function useOrderChanged(): () => Promise<unknown> {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["order"] }),
      queries.invalidateQueries({ queryKey: ["orders"] }),
    ]);
}
