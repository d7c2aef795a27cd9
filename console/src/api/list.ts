import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

type PageOf<Row> = { data: Row[]; next: string | null };
type Loader<Row> = (after: string | undefined, signal: AbortSignal) => Promise<{ data: PageOf<Row> }>;

export const pageSize = 100;

/** A cursor-paged list as one growing array of rows. While other filters load, the rows of the former ones stay. */
export function useCursorList<Row>(
  key: readonly unknown[],
  load: Loader<Row>,
  /** `refreshMs` reads the list again at a steady pace, for what no event tells of. */
  options: { enabled?: boolean; refreshMs?: number } = {},
) {
  const list = useInfiniteQuery({
    queryKey: key,
    queryFn: async ({ pageParam, signal }) => (await load(pageParam, signal)).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: PageOf<Row>) => last.next ?? undefined,
    placeholderData: keepPreviousData,
    enabled: options.enabled,
    // Who has scrolled further than one page is reading: nothing moves below their eyes.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= 1 && options.refreshMs) || false,
  });
  const pages = list.data?.pages;
  const rows = useMemo(() => pages?.flatMap((page) => page.data) ?? [], [pages]);
  return { list, rows };
}
