import { queryOptions } from "@tanstack/react-query";
import { getToday } from "./generated/sdk.gen.ts";

/** Figures that no single event changes (lateness, capacity, lag) move with the clock. */
const refreshMs = 10_000;

/** The figures of the day, where the day begins as the reader's own does. */
export const todayQuery = queryOptions({
  queryKey: ["today"],
  queryFn: async ({ signal }) => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    return (await getToday({ query: { timeZone }, signal })).data;
  },
  refetchInterval: refreshMs,
});
