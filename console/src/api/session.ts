import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { getSession } from "./generated/sdk.gen.ts";
import type { Session } from "./generated/types.gen.ts";
import { Problem } from "./problem.ts";

/** Who is signed in; null for nobody. Everything else waits for this one. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return (await getSession({ signal })).data;
    } catch (refused) {
      if (refused instanceof Problem && refused.status === 401) return null;
      throw refused;
    }
  },
  staleTime: 5 * 60_000,
});

/** The session of whoever is signed in, for pages behind the sign-in. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery);
  if (!data) throw new Problem({ status: 401, code: "notSignedIn", title: "Nobody is signed in." });
  return data;
}

/** Whether to offer an action at all. The server decides again; this only spares people refusals. */
export function useCan(): (permission: string) => boolean {
  const { permissions } = useSession();
  return (permission) => permissions.includes(permission);
}
