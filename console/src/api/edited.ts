import { type Query, type QueryKey, useQuery } from "@tanstack/react-query";
import { Problem } from "./problem.ts";

const EDITING = "editing";

/**
 * What a form starts from. Unlike what is only shown it does not follow events: typing must not be overwritten, and the
 * version that was read goes back with the change, so that two people never undo each other unnoticed.
 */
export function useEdited<Entity>(key: QueryKey, load: (signal: AbortSignal) => Promise<{ data: Entity }>) {
  return useQuery({
    queryKey: [EDITING, ...key],
    queryFn: async ({ signal }) => (await load(signal)).data,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/** Whether somebody is changing what was read: reading it again would take away what was entered meanwhile. */
export function isEdited({ queryKey }: Pick<Query, "queryKey">): boolean {
  return queryKey[0] === EDITING;
}

/** The change takes effect only on the version that was read; without one, only if there is none yet. */
export function onlyOn(version: number | undefined): Record<string, string> {
  return version === undefined ? { "If-None-Match": "*" } : { "If-Match": `"${version}"` };
}

/** Creates, and tells a code that is taken at its field instead of as a conflict of two changes. */
export async function create(send: (headers: Record<string, string>) => Promise<unknown>, taken: string) {
  try {
    await send(onlyOn(undefined));
  } catch (refused) {
    if (!(refused instanceof Problem) || refused.code !== "versionConflict") throw refused;
    throw new Problem({ status: 412, code: "codeTaken", title: taken, faults: [{ pointer: "/code", message: taken }] });
  }
}
