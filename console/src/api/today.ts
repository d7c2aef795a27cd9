import { queryOptions } from "@tanstack/react-query";
import { getToday } from "./generated/sdk.gen.ts";

/**
 * Every number of the day comes from one answer, and lateness, capacity and lag move with the clock rather than with an
 * event: so it is asked at a steady pace, however many events there are.
 */
const refreshMs = 5_000;

/** The figures of the day, where the day begins as the reader's own does. */
export const todayQuery = queryOptions({
  queryKey: ["today"],
  queryFn: async ({ signal }) => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    return (await getToday({ query: { timeZone }, signal })).data;
  },
  refetchInterval: refreshMs,
});
