import { useQuery } from "@tanstack/react-query";
import { countTasks } from "../../api/generated/sdk.gen.ts";
import { shippedText } from "../../api/server-text.ts";
import type { TaskCounts } from "../../api/generated/types.gen.ts";

/** Lateness moves with the clock rather than with an event. */
const refreshMs = 60_000;

/** All open tasks are counted for it: events read it again no more often than this, an own action at once. */
const liveEveryMs = 5_000;

type Row = TaskCounts["data"][number];

export interface Count {
  open: number;
  overdue: number;
}

export interface QueueCount extends Count {
  code: string;
  title: string;
  /** Locations with open tasks, those with most overdue first. */
  locations: readonly (Count & { code: string })[];
}

/** Queues that came with a release are named in the reader's language. */
const named = (row: Row): Row => ({ ...row, title: shippedText(row.title) });

export function useTaskCounts() {
  return useQuery({
    queryKey: ["tasks", "counts"],
    queryFn: async ({ signal }) => (await countTasks({ signal })).data.data.map(named),
    refetchInterval: refreshMs,
    meta: { liveEveryMs },
  });
}

const total = (rows: readonly Row[]): Count => ({
  open: rows.reduce((sum, { open }) => sum + open, 0),
  overdue: rows.reduce((sum, { overdue }) => sum + overdue, 0),
});

/** All open tasks, and those of each queue with the locations that they concern. */
export function summarized(rows: readonly Row[]): {
  all: Count & { mine: number; unclaimed: number };
  queues: QueueCount[];
} {
  const queues = Object.entries(Object.groupBy(rows, ({ queue }) => queue)).map(([code, ofQueue = []]): QueueCount => {
    const byLocation = Object.entries(Object.groupBy(ofQueue, ({ location }) => location ?? ""));
    const locations = byLocation
      .filter(([location]) => location !== "")
      .map(([location, ofLocation = []]) => ({ code: location, ...total(ofLocation) }))
      .toSorted((one, other) => other.overdue - one.overdue || other.open - one.open);
    return { code, title: ofQueue[0]?.title ?? code, ...total(ofQueue), locations };
  });
  return {
    all: {
      ...total(rows),
      mine: rows.reduce((sum, { mine }) => sum + mine, 0),
      unclaimed: rows.reduce((sum, { unclaimed }) => sum + unclaimed, 0),
    },
    queues,
  };
}

/** The name of a queue; one without open tasks is told by its code. */
export function useQueueTitle(): (code: string) => string {
  const { data } = useTaskCounts();
  return (code) => data?.find(({ queue }) => queue === code)?.title ?? code;
}
