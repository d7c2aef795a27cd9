import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import type { Today } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { todayQuery } from "../../api/today.ts";

export type Backlog = Today["backlog"][number];

/** What waits at a location now, from the figures of the day; undefined for whoever may not see them. */
export function useBacklog(): (location: string) => Backlog | undefined {
  const can = useCan();
  const { data } = useQuery({ ...todayQuery, enabled: can("reports:read") });
  return useCallback((location) => data?.backlog.find((each) => each.location === location), [data]);
}
