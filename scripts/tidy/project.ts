import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Facts, readFacts } from "./facts.ts";
import { isGenerated } from "./modules.ts";

/** What breaks a house rule, where, and how to mend it. */
export interface Finding {
  path: string;
  line: number;
  rule: string;
  message: string;
  mend: string;
}

export interface SourceFile {
  path: string;
  /** What the parser saw in it; read on first use and kept. */
  facts(): Facts;
}

/** Every file of the project by its path from the root; only text that a rule reads is loaded. */
export interface Project {
  paths: string[];
  /** The TypeScript files that people write. */
  sources: SourceFile[];
  /** Null for files that do not exist and for those that no rule reads. */
  text(path: string): string | null;
}

export type Rule = (project: Project) => Finding[];

const NOT_OURS = new Set(["node_modules", "dist", "coverage", ".git", ".orrery"]);
const READ = /\.(ts|tsx|css|md)$|^package-lock\.json$/;

export function projectFrom(files: Map<string, string>, otherPaths: string[] = []): Project {
  const sources: SourceFile[] = [];
  for (const [path, text] of files) {
    if (!/\.tsx?$/.test(path) || isGenerated(path)) continue;
    let facts: Facts | undefined;
    sources.push({ path, facts: () => (facts ??= readFacts(path, text)) });
  }
  return { paths: [...files.keys(), ...otherPaths], sources, text: (path) => files.get(path) ?? null };
}

export function readProject(root: string): Project {
  const files = new Map<string, string>();
  const otherPaths: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!NOT_OURS.has(entry.name)) visit(path);
      } else if (READ.test(path)) {
        files.set(path, readFileSync(join(root, path), "utf8"));
      } else {
        otherPaths.push(path);
      }
    }
  };
  visit("");
  return projectFrom(files, otherPaths);
}
