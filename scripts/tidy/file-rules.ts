import longFiles from "./long-files.json" with { type: "json" };
import { isGenerated, isModule, isTest, moduleOf } from "./modules.ts";
import type { Finding, Project, Rule } from "./project.ts";

const LINES_OF_A_FILE = 400;
const LINES_OF_A_README = 40;

/** Names that say nothing and therefore collect everything. */
const EMPTY_NAMES = new Set(["shared", "lib", "common", "misc"]);
const EMPTY_WORDS = new Set(["util", "utils", "helper", "helpers", "manager", "managers"]);

export const meaningfulNames: Rule = (project) => {
  const findings: Finding[] = [];
  const reported = new Set<string>();
  for (const path of project.paths) {
    if (isGenerated(path)) continue;
    const segments = path.split("/");
    segments.forEach((segment, index) => {
      const place = segments.slice(0, index + 1).join("/");
      const name = segment.replace(/\..*$/, "").toLowerCase();
      const empty = EMPTY_NAMES.has(name) || name.split(/[-_]/).some((word) => EMPTY_WORDS.has(word));
      if (!empty || reported.has(place)) return;
      reported.add(place);
      findings.push({
        path: place,
        line: 1,
        rule: "meaningful-names",
        message: `“${segment}” says nothing about what is inside`,
        mend: "name it by what it does (verb-noun.ts), beside its use",
      });
    });
  }
  return findings;
};

/** `baseline` lists the files that were long before; it may only shrink. */
export function shortFiles(baseline: Record<string, number> = longFiles): Rule {
  return (project) => {
    const findings: Finding[] = [];
    const add = (path: string, line: number, message: string, mend: string): void => {
      findings.push({ path, line, rule: "short-files", message, mend });
    };
    for (const path of project.paths) {
      if (!/\.(ts|tsx|css)$/.test(path) || isGenerated(path) || isTest(path)) continue;
      const lines = lineCount(project.text(path));
      const most = baseline[path] ?? LINES_OF_A_FILE;
      if (lines > most) add(path, lines, `${lines} lines, of at most ${most}`, "split it by use case");
    }
    for (const [path, before] of Object.entries(baseline)) {
      const lines = lineCount(project.text(path));
      if (lines >= before) continue;
      const mend = lines > LINES_OF_A_FILE ? `lower its number to ${lines}` : "take it out of the list";
      add("scripts/tidy/long-files.json", 1, `${path} has become shorter`, mend);
    }
    return findings;
  };
}

function lineCount(text: string | null): number {
  return text === null ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

/** `main` is no module: it only wires them. */
export const moduleReadmes: Rule = (project: Project) => {
  const modules = new Set<string>();
  for (const { path } of project.sources) {
    const file = moduleOf(path);
    if (file && isModule(file.module) && file.module !== "main") modules.add(file.module);
  }
  return [...modules].flatMap((module): Finding[] => {
    const path = `server/src/${module}/README.md`;
    const text = project.text(path);
    const mend = `at most ${LINES_OF_A_README} lines: promise, tables owned, events published, invariants`;
    if (text === null) return [{ path, line: 1, rule: "module-readme", message: "is missing", mend }];
    const lines = lineCount(text);
    if (lines <= LINES_OF_A_README) return [];
    return [{ path, line: lines, rule: "module-readme", message: `${lines} lines`, mend }];
  });
};
