import { keepPreviousData, type QueryKey, useQuery } from "@tanstack/react-query";
import { useState } from "react";

/** What a search field has found: the last answer stays while the next one is sought, also when that fails. */
export function useFound<Item>(
  queryKey: QueryKey,
  seek: (signal: AbortSignal) => Promise<readonly Item[]>,
  { enabled = true } = {},
) {
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => seek(signal),
    placeholderData: keepPreviousData,
    enabled,
  });
  const [last, setLast] = useState<readonly Item[]>([]);
  if (data !== undefined && data !== last) setLast(data);
  return {
    found: data ?? last,
    /** Whether that is the answer to what is sought now. */
    isAnswer: data !== undefined && !isPlaceholderData,
    error,
    isSeeking: isFetching,
    again: () => void refetch(),
  };
}
