import { fileURLToPath } from "node:url";
import { readProject } from "./tidy/project.ts";
import { findingsIn } from "./tidy/rules.ts";

/** The house rules (CONTRIBUTING.md) as checks. Each finding says where, which rule, and how to mend it. */
const started = performance.now();
const project = readProject(fileURLToPath(new URL("..", import.meta.url)));
const findings = findingsIn(project);
for (const { path, line, rule, message, mend } of findings) {
  console.log(`${path}:${line}  ${rule}: ${message}\n    mend: ${mend}`);
}
const count = findings.length === 0 ? "no findings" : `${findings.length} findings`;
console.log(`tidy: ${project.sources.length} files in ${Math.round(performance.now() - started)} ms, ${count}`);
process.exitCode = findings.length === 0 ? 0 : 1;
