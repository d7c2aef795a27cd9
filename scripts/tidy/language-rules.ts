import { isTest } from "./modules.ts";
import type { Finding, Rule } from "./project.ts";

export const plainLanguage: Rule = (project) => {
  const findings: Finding[] = [];
  for (const source of project.sources) {
    const { path } = source;
    const facts = source.facts();
    for (const message of facts.syntaxErrors) {
      findings.push({
        path,
        line: 1,
        rule: "syntax",
        message,
        mend: "mend the syntax; the other rules could not read it",
      });
    }
    for (const line of facts.exportStars) {
      const mend = "name each export, so that the door shows what it opens";
      findings.push({ path, line, rule: "no-export-star", message: "`export *`", mend });
    }
    for (const line of facts.anyTypes) {
      const mend = "parse at the edge and use the type, or `unknown` and narrow it";
      findings.push({ path, line, rule: "no-any", message: "the type `any`", mend });
    }
    for (const line of facts.compilerSilencers) {
      findings.push({
        path,
        line,
        rule: "no-ts-ignore",
        message: "silences the compiler",
        mend: "mend the type instead",
      });
    }
  }
  return findings;
};

/** The clock and randomness are passed in, so that a decision can be repeated; these places may read them. */
function mayReadClock(path: string): boolean {
  return (
    !path.startsWith("server/src/") ||
    path.startsWith("server/src/main/") ||
    path === "server/src/platform/clock.ts" ||
    path === "server/src/platform/ids.ts" ||
    isTest(path)
  );
}

export const clockPassedIn: Rule = (project) => {
  const findings: Finding[] = [];
  for (const source of project.sources) {
    if (mayReadClock(source.path)) continue;
    for (const { what, line } of source.facts().ambient) {
      const mend = "take the time or the seed as an argument (platform/clock.ts, platform/ids.ts)";
      findings.push({ path: source.path, line, rule: "clock-passed-in", message: `\`${what}\``, mend });
    }
  }
  return findings;
};
