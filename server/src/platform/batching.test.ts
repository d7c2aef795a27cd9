import { expect, test } from "vitest";
import { Batcher, type Outcome } from "./batching.ts";
import { classifyFailure, UnknownCommit } from "./db/failures.ts";

interface Item {
  name: string;
  isRepeatable: boolean;
}

/** A database in memory that fails as told: each batch takes the next failure, or what is in it is done. */
function batcherOn(failures: (Error | null)[]): { batcher: Batcher<Item, string>; done: string[] } {
  const done: string[] = [];
  const run = async (items: readonly Item[]): Promise<Outcome<string>[]> => {
    const failure = failures.shift() ?? null;
    if (failure === null || failure instanceof UnknownCommit) done.push(...items.map(({ name }) => name));
    if (failure !== null) throw failure;
    return items.map(({ name }) => ({ ok: true, value: name }));
  };
  return { batcher: new Batcher<Item, string>({ name: "test", isRepeatable: (item) => item.isRepeatable, run }), done };
}

const lost = (): Error => new UnknownCommit(new Error("Connection terminated unexpectedly"));
const brokenPipe = (): Error =>
  Object.assign(new Error("write EPIPE"), { code: "EPIPE", errno: -32, syscall: "write" });

test("after a lost commit only what knows that it was done is done again; the others are told that nobody knows", async () => {
  const { batcher, done } = batcherOn([lost()]);
  const answers = await Promise.allSettled([
    batcher.submit({ name: "keyed", isRepeatable: true }),
    batcher.submit({ name: "plain", isRepeatable: false }),
  ]);
  expect(answers).toMatchObject([{ value: "keyed" }, { reason: { code: "outcomeUnknown" } }]);
  expect(done).toEqual(["keyed", "plain", "keyed"]);
});

test("what was lost before its commit is done again, key or not", async () => {
  const { batcher, done } = batcherOn([brokenPipe()]);
  expect(await batcher.submit({ name: "plain", isRepeatable: false })).toBe("plain");
  expect(done).toEqual(["plain"]);
});

test("a database that stays away is told as such; never that nothing was changed when a commit had no answer", async () => {
  const away = batcherOn(Array.from({ length: 7 }, brokenPipe));
  await expect(away.batcher.submit({ name: "a", isRepeatable: true })).rejects.toMatchObject({
    code: "databaseUnavailable",
  });
  const after = batcherOn([lost(), ...Array.from({ length: 6 }, brokenPipe)]);
  await expect(after.batcher.submit({ name: "b", isRepeatable: true })).rejects.toMatchObject({
    code: "outcomeUnknown",
  });
});

test("errors of the operating system are lost connections, whatever their codes look like", () => {
  expect(classifyFailure(brokenPipe())).toBe("connection");
  expect(classifyFailure(Object.assign(new Error("duplicate key"), { code: "23505" }))).toBe("badData");
  expect(classifyFailure(Object.assign(new Error("crash"), { code: "57P02" }))).toBe("connection");
});

test("beside a batch under way the next one begins when half as many wait as it took, and otherwise when it ends", async () => {
  const sizes: number[] = [];
  const ends: (() => void)[] = [];
  const batcher = new Batcher<number, number>({
    name: "test",
    isRepeatable: () => true,
    run: async (items) => {
      sizes.push(items.length);
      await new Promise<void>((resolve) => ends.push(resolve));
      return items.map((value) => ({ ok: true, value }));
    },
  });
  const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  const submit = (count: number): Promise<number>[] =>
    Array.from({ length: count }, (_, index) => batcher.submit(index));
  const answers = submit(8);
  await turn();
  answers.push(...submit(3));
  await turn();
  expect(sizes).toEqual([8]);
  answers.push(...submit(1));
  await turn();
  expect(sizes).toEqual([8, 4]);
  answers.push(...submit(1));
  await turn();
  ends.forEach((end) => end());
  await turn();
  expect(sizes).toEqual([8, 4, 1]);
  ends.forEach((end) => end());
  await Promise.all(answers);
});
