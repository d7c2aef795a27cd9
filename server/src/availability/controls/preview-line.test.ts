import { expect, test } from "vitest";
import { PreviewLine } from "./preview-line.ts";

const { signal } = new AbortController();
const codeOf = (error: { code?: string }) => error.code;

test("of each caller only the newest question waits, whoever has gone waits no longer, and the line has an end", async () => {
  const line = new PreviewLine();
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  const began: string[] = [];
  const ask = (caller: string, name: string, gone = signal): Promise<string | undefined> =>
    line
      .run(caller, gone, async () => {
        began.push(name);
        await mayEnd;
        return name;
      })
      .catch(codeOf);
  const first = ask("ann", "ann 1");
  const replaced = ask("ann", "ann 2");
  const newest = ask("ann", "ann 3");
  const gone = new AbortController();
  const left = ask("bob", "bob 1", gone.signal);
  gone.abort();
  expect([await replaced, await left]).toEqual(["previewGivenUp", "previewGivenUp"]);
  const others = [2, 3, 4, 5, 6, 7, 8].map((number) => ask(`caller ${number}`, `${number}`));
  expect(await ask("one too many", "")).toBe("overloaded");
  expect(began).toEqual(["ann 1"]);
  end();
  expect(await Promise.all([first, newest, ...others])).toEqual(["ann 1", "ann 3", "2", "3", "4", "5", "6", "7", "8"]);
  expect(await ask("bob", "again", gone.signal)).toBe("previewGivenUp");
  expect(await ask("bob", "again")).toBe("again");
});
