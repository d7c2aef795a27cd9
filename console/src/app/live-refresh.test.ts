import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLiveRefresh } from "./live-refresh.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("events read a list again once a second, costly counts every five seconds and once more after the last; an own action at once", async () => {
  const queries = new QueryClient();
  const reads = { list: 0, counts: 0 };
  const watch = (name: keyof typeof reads, meta: object) =>
    new QueryObserver(queries, {
      queryKey: ["tasks", name],
      queryFn: async () => ++reads[name],
      meta: { ...meta },
    }).subscribe(() => {});
  const ends = [watch("list", {}), watch("counts", { liveEveryMs: 5000 })];
  const live = createLiveRefresh(queries);
  await vi.advanceTimersByTimeAsync(0);
  expect(reads).toEqual({ list: 1, counts: 1 });
  // Ten events a second for ten seconds.
  for (let event = 0; event < 100; event++) {
    live.touch(["tasks"]);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(reads.list).toBeGreaterThanOrEqual(9);
  expect(reads.counts).toBeLessThanOrEqual(3);
  await vi.advanceTimersByTimeAsync(6000);
  expect(reads.counts).toBe(4);
  const before = reads.counts;
  await queries.invalidateQueries({ queryKey: ["tasks"] });
  expect(reads.counts).toBe(before + 1);
  live.stop();
  for (const end of ends) end();
  queries.clear();
});
