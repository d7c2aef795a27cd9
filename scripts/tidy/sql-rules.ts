import type { Text } from "./facts.ts";
import { isAbove, isModule, isServerCode, isTest, moduleOf } from "./modules.ts";
import type { Finding, Rule } from "./project.ts";

const NAME = '"?[a-z_]\\w*"?';
const TABLE = `(${NAME})(?:\\s*\\.\\s*(${NAME}))?`;

/** What writes a table. `update` needs its `set`, which tells it from `for update`, `on update` and `do update set`. */
const WRITES = [
  new RegExp(`\\binsert\\s+into\\s+${TABLE}`, "gi"),
  new RegExp(`\\bdelete\\s+from\\s+(?:only\\s+)?${TABLE}`, "gi"),
  new RegExp(`\\bmerge\\s+into\\s+(?:only\\s+)?${TABLE}`, "gi"),
  new RegExp(`\\bupdate\\s+(?:only\\s+)?${TABLE}(?:\\s+(?:as\\s+)?${NAME})?\\s+set\\b`, "gi"),
  new RegExp(`\\btruncate\\s+(?:table\\s+)?(?:only\\s+)?${TABLE}`, "gi"),
  new RegExp(`\\bcopy\\s+${TABLE}\\s*(?:\\([^)]*\\)\\s*)?from\\b`, "gi"),
];
const READS = new RegExp(`\\b(?:from|join|using)\\s+(?:only\\s+|lateral\\s+)?(${NAME})\\s*\\.\\s*(${NAME})`, "gi");

/** A whole statement rather than prose or a fragment: it begins with a verb of SQL, after comments. */
const STATEMENT =
  /^\s*(?:--[^\n]*\n\s*)*(?:with|select|insert\s+into|update|delete\s+from|merge\s+into|truncate|copy|lock\s+table|values\s*\()\b/i;
const SQL_SHAPE =
  /\b(?:select\b[\s\S]*\bfrom|insert\s+into|update\b[\s\S]*\bset|delete\s+from|merge\s+into|truncate|copy\b[\s\S]*\b(?:from|to)|lock\s+table|values\s*\()/i;

/** “Update the order, or delete from the list” is prose: a sentence begins with one capital letter. */
const PROSE = /^\s*[A-Z][a-z]/;

const isStatement = ({ value }: Text): boolean => !PROSE.test(value) && STATEMENT.test(value) && SQL_SHAPE.test(value);

export const ownSchema: Rule = (project) => {
  const findings: Finding[] = [];
  for (const source of project.sources) {
    const file = moduleOf(source.path);
    if (!file || !isModule(file.module) || isTest(source.path)) continue;
    const at = (line: number, message: string, mend: string): void => {
      findings.push({ path: source.path, line, rule: "own-schema", message, mend });
    };
    const facts = source.facts();
    for (const text of facts.texts) {
      for (const write of tablesIn(text, WRITES)) checkWrite(file.module, write, isStatement(text), at);
      for (const read of tablesIn(text, [READS])) checkRead(file.module, read, at);
    }
    for (const { table, line } of facts.tableWrites) {
      const [schema, name] = table.split(/[.\s]/);
      checkWrite(file.module, { schema: table.includes(".") ? schema! : null, table: name ?? schema!, line }, true, at);
    }
  }
  return findings;
};

interface TableUse {
  /** Null when the statement names the table alone. */
  schema: string | null;
  table: string;
  line: number;
}

type Report = (line: number, message: string, mend: string) => void;

function checkWrite(module: string, use: TableUse, isSql: boolean, report: Report): void {
  if (use.schema === module || use.schema === "pg_temp") return;
  if (use.schema === null) {
    if (isSql)
      report(use.line, `writes \`${use.table}\` without its schema`, `name it: ${module}.${use.table} (or pg_temp.)`);
    return;
  }
  if (!isSql && !isModule(use.schema)) return;
  const mend = isModule(use.schema)
    ? `call a function of ${use.schema}/public.ts in the same transaction`
    : `a module owns one schema, named like it`;
  report(use.line, `${module} writes ${use.schema}.${use.table}`, mend);
}

function checkRead(module: string, use: TableUse, report: Report): void {
  if (use.schema === null || !isModule(use.schema) || use.schema === module || isAbove(module, use.schema)) return;
  const mend = `SQL reads only lower modules' tables; follow the events of ${use.schema} and keep a projection`;
  report(use.line, `${module} reads ${use.schema}.${use.table}, which stands above it`, mend);
}

function* tablesIn(text: Text, patterns: RegExp[]): Iterable<TableUse> {
  for (const pattern of patterns) {
    for (const match of text.value.matchAll(pattern)) {
      const [first, second] = [unquoted(match[1]!), match[2] === undefined ? null : unquoted(match[2])];
      const line = text.line + newlines(text.value.slice(0, match.index));
      yield second === null ? { schema: null, table: first, line } : { schema: first, table: second, line };
    }
  }
}

const unquoted = (name: string): string => name.replaceAll('"', "").toLowerCase();
const newlines = (value: string): number => value.split("\n").length - 1;

/** Statements are built here from what other files declare (tables, columns, checks), never from values. */
const STATEMENT_BUILDERS = "server/src/platform/db/";

/** Values reach SQL as parameters only. Kysely's `sql` tag makes parameters of what it is given. */
export const parameterizedSql: Rule = (project) => {
  const findings: Finding[] = [];
  for (const source of project.sources) {
    const { path } = source;
    if (!isServerCode(path) || path.startsWith(STATEMENT_BUILDERS)) continue;
    const facts = source.facts();
    const add = (line: number, message: string): void => {
      const mend =
        "pass values as $1, $2 …, names through escapeIdentifier, fixed fragments as UPPER_CASE constants; compose lists with Kysely";
      findings.push({ path, line, rule: "parameterized-sql", message, mend });
    };
    for (const text of facts.texts) {
      if (text.tag !== "sql" && text.variables.length > 0 && isStatement(text)) {
        add(text.line, `SQL is put together from \`${text.variables[0]}\``);
      }
    }
    for (const line of facts.rawSql) add(line, "sql.raw of a value");
  }
  return findings;
};
