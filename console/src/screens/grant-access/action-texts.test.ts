import { expect, test } from "vitest";
import { actions } from "./action-texts.ts";

/** The constant names of actions that the server's sources give to the audit trail, and the operations of reference data. */
const sources = import.meta.glob<string>(["../../../../server/src/**/*.ts", "!**/*.test.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});
// An object with nothing but an action is no entry: entries name what they are about.
const code = Object.values(sources)
  .join("\n")
  .replaceAll(/\{ action: "\w+" \}/g, "");

/** Single and bulk calls of work at a location leave the entries of their items. */
const floor = ["accept", "reject", "startPicking", "pack", "ready", "extend"].map((verb) => `${verb}FulfillmentOrder`);
const entities = ["Sku", "Location", "Network", "Channel"].flatMap((name) =>
  ["put", "patch"].map((verb) => `${verb}${name}`).concat(`upsert${name}s`),
);

test("whatever the server audits has words in every language of the console", () => {
  const named = [...code.matchAll(/\baction: "(\w+)",?\s*(?:\n\s*)?(?:origin|entityType|key|\}|details)/g)].map(
    ([, name]) => name!,
  );
  const files = [...code.matchAll(/\bkind: "(\w+)",\n\s*summary:/g)].map(
    ([, kind]) => `import${kind![0]!.toUpperCase()}${kind!.slice(1)}`,
  );
  expect(named).toContain("holdOrder");
  expect(files).toContain("importChannels");
  const known: readonly string[] = actions;
  expect([...named, ...files, ...floor, ...entities].filter((action) => !known.includes(action))).toEqual([]);
});
