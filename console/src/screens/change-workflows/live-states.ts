import { useQuery } from "@tanstack/react-query";
import { getLiveStates } from "../../api/generated/sdk.gen.ts";
import type { LiveStates } from "../../api/generated/types.gen.ts";
import { Problem } from "../../api/problem.ts";

export type LiveState = LiveStates["versions"][number]["states"][number];

/** What stands where, by version. A workflow that was never published has nothing anywhere. */
export function useLiveStates(code: string) {
  return useQuery({
    queryKey: ["documents", "workflow", "live", code],
    queryFn: async ({ signal }) => {
      try {
        return (await getLiveStates({ path: { code }, signal })).data.versions;
      } catch (refused) {
        if (refused instanceof Problem && refused.status === 404) return [];
        throw refused;
      }
    },
    refetchInterval: 15_000,
  });
}

type Versions = LiveStates["versions"];

export function countAll(versions: Versions): number {
  return versions.flatMap(({ states }) => states).reduce((sum, { count }) => sum + count, 0);
}

export function liveIn(versions: Versions | undefined, version: number | null): ReadonlyMap<string, LiveState> {
  const states = versions?.find((each) => each.version === version)?.states ?? [];
  return new Map(states.map((state) => [state.state, state]));
}

/** States of any version in which something stands and that are not among these, with how many. */
export function lostStates(versions: Versions, kept: ReadonlySet<string>): { state: string; count: number }[] {
  const lost = new Map<string, number>();
  for (const { state, count } of versions.flatMap(({ states }) => states))
    if (!kept.has(state)) lost.set(state, (lost.get(state) ?? 0) + count);
  return [...lost].map(([state, count]) => ({ state, count }));
}
