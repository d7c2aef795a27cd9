import { useQuery } from "@tanstack/react-query";
import { countOverdue } from "../api/generated/sdk.gen.ts";
import { useCan } from "../api/session.ts";
import type { Destination } from "./navigation.ts";

/** Lateness moves with the clock rather than with an event. */
const refreshMs = 60_000;
/** Open on every page: events read it again no more often than this. */
const liveEveryMs = 5_000;

/** How much of what one's teams, or nobody, should have done is late; by place. */
export function useOverdue(): (name: Destination["name"]) => number {
  const can = useCan();
  const { data } = useQuery({
    queryKey: ["overdue"],
    queryFn: async ({ signal }) => (await countOverdue({ signal })).data,
    enabled: can("tasks:read"),
    refetchInterval: refreshMs,
    meta: { liveEveryMs },
  });
  return (name) => (name === "tasks" ? data?.tasks : name === "exceptions" ? data?.exceptions : 0) ?? 0;
}
