import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { shortFiles } from "./tidy/file-rules.ts";
import { projectFrom, readProject } from "./tidy/project.ts";
import { findingsIn } from "./tidy/rules.ts";

/** The findings in a small project, as `path:line rule`. Each module it uses gets its README. */
function tidy(files: Record<string, string>): string[] {
  const all = new Map(Object.entries(files));
  for (const path of Object.keys(files)) {
    const module = /^server\/src\/[^/]+/.exec(path)?.[0];
    if (module && !all.has(`${module}/README.md`)) all.set(`${module}/README.md`, "# A module\n");
  }
  return findingsIn(projectFrom(all)).map(({ path, line, rule }) => `${path}:${line} ${rule}`);
}

const orders = (text: string) => tidy({ "server/src/orders/capture-orders.ts": text });
const at = (line: number, rule: string) => [`server/src/orders/capture-orders.ts:${line} ${rule}`];

test("this project follows its house rules", () => {
  const project = readProject(fileURLToPath(new URL("..", import.meta.url)));
  const findings = findingsIn(project).map(
    ({ path, line, rule, message, mend }) => `${path}:${line} ${rule}: ${message} (mend: ${mend})`,
  );
  expect(findings).toEqual([]);
});

describe("imports go down only, through the public door", () => {
  test("a lower module's public.ts and platform's files are open", () => {
    expect(
      orders(`import { allocate } from "../inventory/public.ts";\nimport { sql } from "../platform/db/database.ts";\n`),
    ).toEqual([]);
  });
  test("an upper module is closed, also for types and for imports that are run later", () => {
    expect(orders(`import { ship } from "../fulfillment/public.ts";`)).toEqual(at(1, "import-direction"));
    expect(orders(`\nimport type { Wave } from "../fulfillment/public.ts";`)).toEqual(at(2, "import-direction"));
    expect(orders(`const later = () => import("../fulfillment/public.ts");`)).toEqual(at(1, "import-direction"));
    expect(orders(`export { ship } from "../fulfillment/public.ts";`)).toEqual(at(1, "import-direction"));
  });
  test("another module's inside is closed, also to the modules above it", () => {
    expect(orders(`import { write } from "../inventory/write-movements.ts";`)).toEqual(at(1, "public-door"));
  });
  test("main wires routes, steps, consumers, events, audit checks and any adapter, and nothing else", () => {
    const main = (specifier: string) => tidy({ "server/src/main/api.ts": `import { a } from "${specifier}";` });
    for (const open of ["routes", "steps", "consumers", "events", "audit", "public"])
      expect(main(`../orders/${open}.ts`)).toEqual([]);
    expect(main("../integrations/carriers/hermes.ts")).toEqual([]);
    expect(main("../orders/capture-orders.ts")).toEqual(["server/src/main/api.ts:1 public-door"]);
  });
  test("nobody imports main, tests or the tools, but tests may import anything of the server", () => {
    expect(orders(`import { buildApi } from "../main/api.ts";`)).toEqual(at(1, "import-direction"));
    expect(orders(`import { database } from "../../test/harness/database.ts";`)).toEqual(at(1, "no-test-import"));
    expect(orders(`import { findingsIn } from "../../../scripts/tidy/rules.ts";`)).toEqual(at(1, "workspace-border"));
    expect(
      tidy({ "server/src/inventory/adjust.test.ts": `import { capture } from "../orders/capture-orders.ts";` }),
    ).toEqual([]);
  });
  test("a folder that is not in the order is named", () => {
    expect(tidy({ "server/src/gifts/wrap.ts": "export const wrap = 1;" })).toEqual([
      "server/src/gifts/wrap.ts:1 known-modules",
    ]);
  });
  test("the console knows the server only by its API, and its ui knows no domain", () => {
    expect(
      tidy({
        "console/src/screens/orders/list.tsx": `import type { Order } from "../../../../server/src/orders/public.ts";`,
      }),
    ).toEqual(["console/src/screens/orders/list.tsx:1 workspace-border"]);
    expect(tidy({ "console/src/ui/badge.tsx": `import { client } from "../api/generated/client.gen.ts";` })).toEqual([
      "console/src/ui/badge.tsx:1 import-direction",
    ]);
    expect(tidy({ "console/src/screens/orders/list.tsx": `import { Badge } from "../../ui/badge.tsx";` })).toEqual([]);
  });
  test("files that load each other are a cycle; types load nothing", () => {
    const pair = (back: string) =>
      tidy({
        "server/src/orders/a.ts": `import { b } from "./b.ts";\nexport const a = b;`,
        "server/src/orders/b.ts": back,
      });
    expect(pair(`import { a } from "./a.ts";\nexport const b = () => a;`)).toEqual([
      "server/src/orders/b.ts:1 no-cycles",
    ]);
    expect(pair(`import type { a } from "./a.ts";\nexport const b = 1;`)).toEqual([]);
  });
});

describe("files", () => {
  test("names that say nothing are refused once, for folders and files", () => {
    expect(
      tidy({
        "server/src/orders/utils/a.ts": "",
        "server/src/orders/utils/b.ts": "",
        "server/src/orders/string-helpers.ts": "",
        "console/src/lib/x.ts": "",
        "server/src/orders/calibrate.ts": "",
      }),
    ).toEqual([
      "console/src/lib:1 meaningful-names",
      "server/src/orders/string-helpers.ts:1 meaningful-names",
      "server/src/orders/utils:1 meaningful-names",
    ]);
  });
  test("a file has at most 400 lines, unless it is generated or a test", () => {
    expect(orders("\n".repeat(400))).toEqual([]);
    expect(orders("\n".repeat(401))).toEqual(at(401, "short-files"));
    expect(
      tidy({
        "console/src/api/generated/utils.gen.ts": "\n".repeat(5000),
        "server/src/orders/a.test.ts": "\n".repeat(900),
      }),
    ).toEqual([]);
  });
  test("a file that was long before may only shrink, and so may the list of them", () => {
    const against = (lines: number) => {
      const project = projectFrom(new Map([["server/src/orders/old.ts", "\n".repeat(lines)]]));
      return shortFiles({ "server/src/orders/old.ts": 500 })(project).map(({ message, mend }) => `${message}: ${mend}`);
    };
    expect(against(500)).toEqual([]);
    expect(against(501)).toEqual(["501 lines, of at most 500: split it by use case"]);
    expect(against(450)).toEqual(["server/src/orders/old.ts has become shorter: lower its number to 450"]);
    expect(against(90)).toEqual(["server/src/orders/old.ts has become shorter: take it out of the list"]);
  });
  test("every module has a README of at most 40 lines", () => {
    const files = new Map([["server/src/orders/capture-orders.ts", ""]]);
    expect(findingsIn(projectFrom(files)).map(({ rule }) => rule)).toEqual(["module-readme"]);
    expect(findingsIn(projectFrom(new Map([["server/src/main/api.ts", ""]])))).toEqual([]);
    expect(tidy({ "server/src/orders/a.ts": "", "server/src/orders/README.md": "line\n".repeat(41) })).toEqual([
      "server/src/orders/README.md:41 module-readme",
    ]);
  });
});

test("the lockfile names every optional package, wherever npm would find it", () => {
  const lock = (packages: object) => tidy({ "package-lock.json": JSON.stringify({ packages }) });
  const tool = { "node_modules/tool": { optionalDependencies: { "tool-darwin-arm64": "1.0.0" } } };
  expect(lock(tool)).toEqual(["package-lock.json:1 whole-lockfile"]);
  expect(lock({ ...tool, "node_modules/tool-darwin-arm64": {} })).toEqual([]);
  expect(lock({ ...tool, "node_modules/tool/node_modules/tool-darwin-arm64": {} })).toEqual([]);
  expect(lock({ ...tool, "console/node_modules/tool-darwin-arm64": {} })).toEqual([
    "package-lock.json:1 whole-lockfile",
  ]);
});

describe("language", () => {
  test("no export *, no any, no silenced compiler; words in comments and texts are free", () => {
    expect(orders(`export * from "./a.ts";`)).toEqual(at(1, "no-export-star"));
    for (const type of ["any", "any[]", "Array<any>", "Map<string, any>", "{ b?: any }", "string | any", "keyof any"]) {
      expect(orders(`export type A = ${type};`)).toEqual(at(1, "no-any"));
    }
    expect(orders("export const a = (b: any) => b as any;")).toEqual([...at(1, "no-any"), ...at(1, "no-any")]);
    expect(orders(`// @ts-expect-error\nexport const a: number = "";`)).toEqual(at(1, "no-ts-ignore"));
    expect(orders(`/** For any order. */\nexport const text = "any: export * from";`)).toEqual([]);
  });
  test("what cannot be parsed is a finding, not a pass", () => {
    expect(orders("const = ;")).toEqual(at(1, "syntax"));
  });
  test("the clock and randomness are read only where they are handed out, in main and in tests", () => {
    for (const read of ["Date.now()", "new Date()", "Math.random()"]) {
      const text = `export const value = ${read};`;
      expect(orders(text)).toEqual(at(1, "clock-passed-in"));
      expect(tidy({ "server/src/platform/clock.ts": text, "server/src/orders/a.test.ts": text })).toEqual([]);
    }
    expect(orders("export const given = new Date(0);")).toEqual([]);
  });
});

describe("a module writes only its own schema and reads only lower ones", () => {
  const foreignWrites = [
    "insert into inventory.movements (id) values ($1)",
    "update inventory.positions p set on_hand = 0",
    "update only inventory.positions set on_hand = 0",
    "with gone as (delete from inventory.positions returning 1) select count(*) from gone",
    "merge into inventory.positions using fresh on true when matched then delete",
    "truncate inventory.positions",
    "copy inventory.staging (sku) from stdin",
    'insert into "inventory"."movements" default values',
  ];
  test.each(foreignWrites)("%s", (sql) => {
    expect(orders(`export const SQL = \`\n  ${sql}\n\`;`)).toEqual(at(2, "own-schema"));
  });
  const allowed = [
    "insert into orders.orders (id) values ($1) on conflict (id) do update set version = 2",
    "select 1 from inventory.positions p join orders.lines l using (sku_id) for update of p skip locked",
    "create table orders.lines (order_id uuid references orders.orders on update cascade on delete set null)",
    "insert into pg_temp.incoming select * from unnest($1::int[])",
    "select l.id from orders.lines l where l.id is distinct from orders.id",
  ];
  test.each(allowed)("%s is allowed", (sql) => {
    expect(orders(`export const SQL = \`${sql}\`;`)).toEqual([]);
  });
  test("a write names its schema, also through Kysely and bulkInsert", () => {
    expect(orders(`export const SQL = "insert into lines (id) values ($1)";`)).toEqual(at(1, "own-schema"));
    expect(orders(`db.updateTable("inventory.positions");`)).toEqual(at(1, "own-schema"));
    expect(orders(`db.insertInto("lines");`)).toEqual(at(1, "own-schema"));
    expect(orders(`bulkInsert("orders.move", "inventory.movements", {});`)).toEqual(at(1, "own-schema"));
    expect(orders(`bulkInsert("orders.insertLines", "orders.lines", {});`)).toEqual([]);
  });
  test("the tables of an upper module are not read", () => {
    expect(orders(`export const SQL = "select 1 from fulfillment.waves";`)).toEqual(at(1, "own-schema"));
  });
  test("prose is not SQL", () => {
    expect(orders("export const text = `Update the order, or delete from the list.`;")).toEqual([]);
  });
});

describe("values reach SQL as parameters", () => {
  test.each([
    "`select 1 from orders.orders where id = '${id}'`",
    "'select 1 from orders.orders where id = ' + id",
    "`-- by id\nupdate orders.orders set note = ${note}`",
    "`insert into orders.orders values (${values.join()})`",
    "`truncate ${names.map(upper).join(', ')} cascade`",
  ])("%s is refused", (expression) => {
    expect(orders(`export const text = ${expression};`)).toEqual(at(1, "parameterized-sql"));
  });
  test.each([
    "`select ${COLUMNS} from orders.orders where id = $1`",
    "`select 1 from orders.orders ${locked ? 'for update' : ''}`",
    "sql`select 1 from orders.orders where id = ${id}`",
    "`copy ${escapeIdentifier(table)} (${columns.map(escapeIdentifier).join(', ')}) from stdin`",
    "`${count} orders were selected from the list`",
  ])("%s is allowed", (expression) => {
    expect(orders(`export const text = ${expression};`)).toEqual([]);
  });
  test("the builders of platform/db, benches and tests put statements together", () => {
    const text = "export const text = `insert into ${table} values ($1)`;";
    expect(tidy({ "server/src/platform/db/statements.ts": text, "bench/rows.ts": text })).toEqual([]);
    expect(tidy({ "server/src/orders/a.test.ts": text })).toEqual([]);
  });
  test("Kysely's raw door takes constants only", () => {
    expect(orders("sql.raw(`order by ${column}`);")).toEqual(at(1, "parameterized-sql"));
    expect(orders("sql.raw('order by id');")).toEqual([]);
  });
});
