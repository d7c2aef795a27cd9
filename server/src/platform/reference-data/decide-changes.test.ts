import { expect, test } from "vitest";
import { Refusal } from "../refusals.ts";
import { decideChanges, type Change, type Entity, type EntityRules } from "./decide-changes.ts";

interface Thing {
  name: string;
  tags: string[];
  note: string | null;
}
const rules: EntityRules<Thing> = {
  required: ["name"],
  defaults: { tags: [], note: null },
  normalize: (fields) => ({ ...fields, tags: [...fields.tags].sort() }),
  faultsOf: ({ name }) => (name === "bad" ? [{ pointer: "/name", message: "is bad" }] : []),
};
const known: Entity<Thing> = { uuid: "u", code: "A", version: 3, fields: { name: "a", tags: ["x", "y"], note: "n" } };
const existing = new Map([["A", known]]);
const change = (
  kind: Change<Thing>["kind"],
  fields: Partial<Thing>,
  more: Partial<Change<Thing>> = {},
): Change<Thing> => ({ code: "A", kind, fields, ifMatch: null, ...more });
const decide = (...changes: Change<Thing>[]) => decideChanges(rules, existing, changes, () => "new");
const codesOf = (decisions: ReturnType<typeof decide>) =>
  decisions.map((decision) => (decision instanceof Refusal ? decision.code : decision.outcome));

test("a merge keeps what it does not name, a replacement sets it to its default", () => {
  expect(decide(change("merge", { name: "b" }))[0]).toMatchObject({
    entity: { version: 4, fields: { name: "b", tags: ["x", "y"], note: "n" } },
    changed: ["name"],
  });
  expect(decide(change("replace", { name: "b" }))[0]).toMatchObject({
    entity: { version: 4, fields: { name: "b", tags: [], note: null } },
  });
});

test("saying again what is already so changes nothing, in whatever order a set is written", () => {
  expect(decide(change("merge", { name: "a", tags: ["y", "x"] }))[0]).toEqual({
    outcome: "unchanged",
    entity: known,
    changed: [],
  });
});

test("a new one needs its required fields", () => {
  const [refused, created] = decide(
    change("merge", { tags: [] }, { code: "B" }),
    change("merge", { name: "b" }, { code: "B" }),
  );
  expect(refused).toMatchObject({ code: "invalidInput", faults: [{ pointer: "/name", message: "is required" }] });
  expect(created).toMatchObject({
    outcome: "created",
    entity: { uuid: "new", version: 1, fields: { name: "b", tags: [], note: null } },
  });
});

test("amending something unknown is refused", () => {
  expect(codesOf(decide(change("amend", { name: "b" }, { code: "B" })))).toEqual(["notFound"]);
});

test("who has read an older version is refused, also when it does not exist at all", () => {
  const unknown = change("replace", { name: "b" }, { code: "B", ifMatch: 1 });
  expect(
    codesOf(
      decide(change("amend", { name: "b" }, { ifMatch: 2 }), change("amend", { name: "b" }, { ifMatch: 3 }), unknown),
    ),
  ).toEqual(["versionConflict", "changed", "versionConflict"]);
});

test("who wants to create (If-None-Match: *) never overwrites what is there already", () => {
  const overwriting = change("replace", { name: "b" }, { ifMatch: 0 });
  const creating = change("replace", { name: "b" }, { code: "B", ifMatch: 0 });
  expect(codesOf(decide(overwriting, creating, creating))).toEqual(["versionConflict", "created", "versionConflict"]);
});

test("several changes of one code build on each other; a refused one leaves the others alone", () => {
  const decisions = decide(
    change("merge", { name: "b" }),
    change("merge", { name: "bad" }),
    change("merge", { note: null }, { ifMatch: 4 }),
  );
  expect(codesOf(decisions)).toEqual(["changed", "invalidInput", "changed"]);
  expect(decisions[2]).toMatchObject({ entity: { version: 5, fields: { name: "b", note: null } } });
});
