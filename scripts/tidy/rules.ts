import { meaningfulNames, moduleReadmes, shortFiles } from "./file-rules.ts";
import { importDirection, knownModules, noCycles } from "./import-rules.ts";
import { clockPassedIn, plainLanguage } from "./language-rules.ts";
import { wholeLockfile } from "./lockfile.ts";
import type { Finding, Project, Rule } from "./project.ts";
import { ownSchema, parameterizedSql } from "./sql-rules.ts";

const RULES: Rule[] = [
  knownModules,
  importDirection,
  noCycles,
  meaningfulNames,
  shortFiles(),
  moduleReadmes,
  plainLanguage,
  clockPassedIn,
  ownSchema,
  parameterizedSql,
  wholeLockfile,
];

/** All findings of all house rules, in the order of their places. */
export function findingsIn(project: Project): Finding[] {
  const findings = RULES.flatMap((rule) => rule(project));
  return findings.sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}
