import { expect, test } from "vitest";
import type { Publications } from "../platform/documents/follow-publications.ts";
import type { DescribedEntityType } from "./compiled.ts";
import type { Standing } from "./definitions.ts";
import { followSelections, NotUnderstood } from "./select-workflow.ts";

/** Rules that hold when they say so, over workflows of which this release has what `standings` says. */
async function choose(rules: Record<string, string>, standings: Record<string, Standing>, newerRuns = false) {
  const content = {
    entityType: "order",
    rules: Object.entries(rules).map(([name, when]) => ({ name, when, workflow: name })),
    otherwise: "plain",
  };
  const publications = {
    follow: async (_kind: string, follower: (inForce: unknown) => void) =>
      follower(new Map([["order", { content, publishedAt: new Date(0) }]])),
  } as unknown as Publications;
  const conditions = {
    compile: (text: string) => (text.includes("new words") ? { faults: [] } : { test: () => testOf(text) }),
    partsOf: (text: string) => text.split(" && "),
  };
  const entityTypes = [{ name: "order", conditions }] as unknown as DescribedEntityType[];
  const selection = await followSelections(publications, entityTypes);
  const event = { type: "start", data: {} };
  const standingOf = (code: string): Standing => standings[code] ?? "unknown";
  return selection.choose("order", { context: {}, event }, { standingOf, isLeft: () => newerRuns });
}

function testOf(text: string): boolean {
  if (text === "missing") throw new Error("A value is missing.");
  return text === "holds";
}

test("what a rule that holds starts with a newer release is left to it; no other rule decides instead (N6)", async () => {
  const rules = { no: "does not hold", stamped: "holds", other: "holds" };
  const standings = { other: "known", plain: "known" } as const;
  await expect(choose(rules, { ...standings, stamped: "newer" })).rejects.toMatchObject({ code: "newerRelease" });
  // A rule that does not hold for it is nobody's business.
  expect((await choose({ stamped: "no", other: "holds" }, { ...standings, stamped: "newer" })).workflow).toBe("other");
});

test("what nobody understands is passed over, which is the fault of the rule", async () => {
  const { workflow, failures } = await choose({ stamped: "holds", other: "holds" }, { other: "known", plain: "known" });
  expect([workflow, failures.map(({ rule, error }) => [rule, error instanceof NotUnderstood])]).toEqual([
    "other",
    [["stamped", true]],
  ]);
});

test("nothing starts with a last resort that this release does not understand", async () => {
  for (const plain of ["newer", "unknown"] as const)
    await expect(choose({}, { plain })).rejects.toMatchObject({ code: "newerRelease" });
});

const KNOWN = { strange: "known", other: "known", plain: "known" } as const;

test("what a rule may mean that only a newer release understands is left to it, of whatever it may be about (N6)", async () => {
  for (const strange of ["new words", "holds && new words", "new words && missing"])
    await expect(choose({ strange, other: "holds" }, KNOWN, true)).rejects.toMatchObject({ code: "newerRelease" });
  // A rule before it decides, and what it cannot be about goes on without a word.
  expect((await choose({ other: "holds", strange: "new words" }, KNOWN, true)).workflow).toBe("other");
  const { workflow, failures } = await choose({ strange: "new words && does not hold", other: "holds" }, KNOWN, true);
  expect([workflow, failures]).toEqual(["other", []]);
});

test("where no newer release runs, or the rule is old, it is passed over and told: no order waits for nobody", async () => {
  const { workflow, failures } = await choose({ strange: "new words", other: "holds" }, KNOWN, false);
  expect([workflow, failures.map(({ rule, error }) => [rule, error instanceof NotUnderstood])]).toEqual([
    "other",
    [["strange", true]],
  ]);
});
