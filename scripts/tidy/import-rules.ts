import { posix } from "node:path";
import { consoleLayerOf, isAbove, isModule, isTest, mayConsoleImport, moduleOf } from "./modules.ts";
import type { Finding, Project, Rule } from "./project.ts";

/** What `main/` may take from a module beside its public door: the contents it wires. */
const WIRED_BY_MAIN = new Set(["public.ts", "routes.ts", "steps.ts", "consumers.ts", "events.ts", "audit.ts"]);

export const importDirection: Rule = (project) => {
  const findings: Finding[] = [];
  for (const source of project.sources) {
    for (const found of source.facts().imports) {
      const target = resolve(source.path, found.specifier);
      if (target === null) continue;
      const fault = importFault(source.path, target);
      if (fault) findings.push({ path: source.path, line: found.line, ...fault });
    }
  }
  return findings;
};

type Fault = Pick<Finding, "rule" | "message" | "mend">;

function importFault(from: string, to: string): Fault | null {
  if (isTest(from)) return null;
  if (from.startsWith("console/src/") !== to.startsWith("console/src/")) {
    return {
      rule: "workspace-border",
      message: `imports ${to} across the border between console and server`,
      mend: "the console knows the server only through the generated client in console/src/api",
    };
  }
  if (isTest(to)) {
    return {
      rule: "no-test-import",
      message: `imports the test code ${to}`,
      mend: "move what both need beside its use",
    };
  }
  return moduleFault(from, to) ?? consoleFault(from, to);
}

function moduleFault(from: string, to: string): Fault | null {
  const importer = moduleOf(from);
  const target = moduleOf(to);
  if (!importer) return null;
  if (!target) {
    if (!to.startsWith("scripts/") && !to.startsWith("bench/") && !to.startsWith("examples/")) return null;
    return {
      rule: "workspace-border",
      message: `imports ${to}`,
      mend: "the server does not know its tools; move the code",
    };
  }
  if (importer.module === target.module || !isModule(importer.module) || !isModule(target.module)) return null;
  if (!isAbove(importer.module, target.module)) {
    return {
      rule: "import-direction",
      message: `${importer.module} stands below ${target.module} and must not know it`,
      mend: `follow an event of ${target.module}, or let ${target.module} register itself downward in main/`,
    };
  }
  if (isOpenDoor(importer.module, target.module, target.tail)) return null;
  return {
    rule: "public-door",
    message: `reaches into ${target.module}/${target.tail}`,
    mend: `export what is needed from ${target.module}/public.ts and import that`,
  };
}

function isOpenDoor(importer: string, target: string, tail: string): boolean {
  if (target === "platform" || tail === "public.ts") return true;
  return importer === "main" && (target === "integrations" || WIRED_BY_MAIN.has(tail));
}

function consoleFault(from: string, to: string): Fault | null {
  const importer = consoleLayerOf(from);
  const target = consoleLayerOf(to);
  if (!importer || !target || mayConsoleImport(importer, target, to)) return null;
  return {
    rule: "import-direction",
    message: `console/src/${importer} must not know ${to}`,
    mend: "imports go app › screens › ui › api; ui knows no domain, so pass it what it shows",
  };
}

/** Cycles of files that load each other; imports of types alone load nothing. */
export const noCycles: Rule = (project) => {
  const edges = new Map<string, { to: string; line: number }[]>();
  for (const source of project.sources) {
    const targets = [];
    for (const found of source.facts().imports) {
      const to = found.typeOnly ? null : resolve(source.path, found.specifier);
      if (to !== null) targets.push({ to, line: found.line });
    }
    edges.set(source.path, targets);
  }
  return findCycles(edges);
};

function findCycles(edges: Map<string, { to: string; line: number }[]>): Finding[] {
  const findings: Finding[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    trail.push(path);
    for (const { to, line } of edges.get(path) ?? []) {
      const start = trail.indexOf(to);
      if (start !== -1) {
        const cycle = [...trail.slice(start), to].join(" → ");
        findings.push({ path, line, rule: "no-cycles", message: cycle, mend: "move what both need into a third file" });
      } else if (!done.has(to)) {
        visit(to);
      }
    }
    trail.pop();
    done.add(path);
  };
  for (const path of edges.keys()) if (!done.has(path)) visit(path);
  return findings;
}

function resolve(from: string, specifier: string): string | null {
  return specifier.startsWith(".") ? posix.normalize(posix.join(posix.dirname(from), specifier)) : null;
}

/** Every folder of server/src is one of the modules, so that each has its place in the order. */
export const knownModules: Rule = (project: Project) => {
  const unknown = new Map<string, string>();
  for (const path of project.paths) {
    const file = moduleOf(path);
    if (file && !isModule(file.module) && !unknown.has(file.module)) unknown.set(file.module, path);
  }
  return [...unknown].map(([module, path]) => ({
    path,
    line: 1,
    rule: "known-modules",
    message: `server/src/${module} is not in the order of modules`,
    mend: "put the code into a module of design.md’s order, or decide its place in scripts/tidy/modules.ts with an ADR",
  }));
};
