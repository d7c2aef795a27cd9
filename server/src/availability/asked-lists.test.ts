import { expect, test } from "vitest";
import type { Answer } from "./answer.ts";
import { AskedLists } from "./asked-lists.ts";

const answers = (count: number): Answer[] => Array.from({ length: count }, () => ({}) as Answer);

test("lists stay within their bytes, and those that are asked for again outlive those that are not", () => {
  const lists = new AskedLists(100_000);
  const popular = answers(50);
  lists.put("popular", popular);
  for (let number = 0; number < 2_000; number++) {
    lists.put(`once-${number}`, answers(50));
    expect(lists.get("popular")).toBe(popular);
  }
  expect(lists.size).toBeLessThanOrEqual(100_000 / 600);
  expect(lists.size).toBeGreaterThan(100);
});

test("a list is put again without being counted twice, and none is left after a clearing", () => {
  const lists = new AskedLists(2_000);
  for (let number = 0; number < 100; number++) lists.put("same", answers(10));
  lists.put("other", answers(10));
  expect([lists.size, lists.get("same")?.length, lists.get("other")?.length]).toEqual([2, 10, 10]);
  lists.clear();
  expect([lists.size, lists.get("same")]).toEqual([0, undefined]);
  for (let number = 0; number < 100; number++) lists.put(`list ${number}`, answers(10));
  expect(lists.size).toBeGreaterThan(3);
});
