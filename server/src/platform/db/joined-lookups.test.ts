import { expect, test } from "vitest";
import { joinLookUps } from "./joined-lookups.ts";
import { statement } from "./statements.ts";

const findThings = statement<{ id: string; value: number }>("test.findThings", "select 1");
const findOthers = statement<{ id: string }>("test.findOthers", "select 1");

function recorder(): { asked: string[][]; lookUp: ReturnType<typeof joinLookUps>; fail: (error: Error) => void } {
  const asked: string[][] = [];
  let failure: Error | null = null;
  const lookUp = joinLookUps(async <Row>(_: unknown, ids: readonly string[]) => {
    asked.push([...ids]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const failed = failure;
    failure = null;
    if (failed !== null) throw failed;
    return ids.filter((id) => id !== "missing").map((id) => ({ id, value: id.length })) as Row[];
  });
  return { asked, lookUp, fail: (error) => (failure = error) };
}

test("what is looked up together is asked together, once for each ID, and what comes meanwhile is asked next", async () => {
  const { asked, lookUp } = recorder();
  const first = [lookUp(findThings, ["a"]), lookUp(findThings, ["b", "a"])];
  await new Promise((resolve) => setTimeout(resolve, 1));
  const second = [lookUp(findThings, ["a"]), lookUp(findThings, ["c"]), lookUp(findThings, ["missing"])];
  const found = await Promise.all([...first, ...second]);
  expect(asked).toEqual([
    ["a", "b"],
    ["a", "c", "missing"],
  ]);
  expect(found[1]!.get("b")).toEqual({ id: "b", value: 1 });
  expect(found[4]!.has("missing")).toBe(false);
});

test("kinds do not wait for each other, and large lists go on their own", async () => {
  const { asked, lookUp } = recorder();
  const many = Array.from({ length: 1_000 }, (_, index) => `x${index}`);
  await Promise.all([lookUp(findThings, ["a"]), lookUp(findThings, many), lookUp(findOthers, ["o"])]);
  expect(asked.map((ids) => ids.length)).toEqual([1, 1, 1_000]);
});

test("a failure reaches those who asked for it and nobody after them", async () => {
  const { lookUp, fail } = recorder();
  fail(new Error("gone"));
  const failing = [lookUp(findThings, ["a"]), lookUp(findThings, ["b"])];
  await new Promise((resolve) => setTimeout(resolve, 1));
  const next = lookUp(findThings, ["a"]);
  for (const one of failing) await expect(one).rejects.toThrow("gone");
  expect((await next).has("a")).toBe(true);
});
