import type { Query, QueryClient } from "@tanstack/react-query";

/**
 * A busy system has thousands of events a second and a person reads once a second: what changed is collected and
 * refetched at most this often, and only what is on screen.
 */
const refreshEveryMs = 1000;

/** So many pages of a list are read again at once. Who has scrolled further sees in the foot as of when the list is. */
const mostPagesRefreshed = 3;

function isCheap(query: Query): boolean {
  const { data } = query.state;
  const pages = typeof data === "object" && data !== null && "pages" in data ? data.pages : undefined;
  return !Array.isArray(pages) || pages.length <= mostPagesRefreshed;
}

/** How long a query still rests: what costs the server more than a page says in its `meta` how often events may read it again. */
function restsFor({ meta, state }: Query, now: number): number {
  const every = meta?.["liveEveryMs"];
  return typeof every === "number" ? Math.max(0, state.dataUpdatedAt + every - now) : 0;
}

export interface LiveRefresh {
  /** Queries that begin with these words show something that has changed. */
  touch: (words: readonly string[]) => void;
  stop: () => void;
}

/** Reads again what the events touch. */
export function createLiveRefresh(queries: QueryClient): LiveRefresh {
  const touched = new Set<string>();
  const resting = new Map<string, ReturnType<typeof setTimeout>>();
  let refreshing: ReturnType<typeof setTimeout> | undefined;

  function refresh() {
    refreshing = undefined;
    const words = [...touched];
    touched.clear();
    const now = Date.now();
    const isDue = (query: Query) => isCheap(query) && restsFor(query, now) === 0;
    for (const word of words) {
      void queries.invalidateQueries({ queryKey: [word], predicate: isDue });
      void queries.invalidateQueries({ queryKey: [word], predicate: (query) => !isCheap(query), refetchType: "none" });
      for (const query of queries.getQueryCache().findAll({ queryKey: [word] })) postpone(query, restsFor(query, now));
    }
  }

  function postpone({ queryHash, queryKey }: Query, forMs: number) {
    if (forMs === 0 || resting.has(queryHash)) return;
    const wake = () => {
      resting.delete(queryHash);
      void queries.invalidateQueries({ queryKey, exact: true });
    };
    resting.set(queryHash, setTimeout(wake, forMs));
  }

  return {
    touch(words) {
      for (const word of words) touched.add(word);
      if (touched.size > 0) refreshing ??= setTimeout(refresh, refreshEveryMs);
    },
    stop() {
      clearTimeout(refreshing);
      for (const timer of resting.values()) clearTimeout(timer);
      resting.clear();
    },
  };
}
