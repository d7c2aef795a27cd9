import type { Finding, Rule } from "./project.ts";

export interface LockedPackage {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

export interface Lockfile {
  packages: Record<string, LockedPackage>;
}

export interface AbsentPackage {
  /** Where in the lockfile the package stands that wants it. */
  wantedBy: string;
  name: string;
  version: string;
}

/**
 * Optional packages (binaries for other platforms) that the lockfile does not name. npm leaves out what the registry
 * at hand did not have when the lockfile was written, and from then on refuses it: `npm ci` fails on every clean clone.
 */
export function absentPackages(lock: Lockfile): AbsentPackage[] {
  const absent: AbsentPackage[] = [];
  for (const [wantedBy, { optionalDependencies = {} }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (!isLocked(lock, wantedBy, name)) absent.push({ wantedBy, name, version });
    }
  }
  return absent;
}

/** Node's way of looking a package up: beside the one that wants it, then in each folder above. */
function isLocked(lock: Lockfile, wantedBy: string, name: string): boolean {
  for (let place = wantedBy; ; place = place.slice(0, Math.max(0, place.lastIndexOf("/node_modules/")))) {
    if (`${place === "" ? "" : `${place}/`}node_modules/${name}` in lock.packages) return true;
    if (place === "") return false;
  }
}

export const wholeLockfile: Rule = (project) => {
  const path = "package-lock.json";
  const text = project.text(path);
  if (text === null) return [];
  return absentPackages(JSON.parse(text) as Lockfile).map(({ wantedBy, name, version }): Finding => {
    const message = `${name}@${version}, optional for ${wantedBy}, is not in the lockfile`;
    return { path, line: 1, rule: "whole-lockfile", message, mend: "node scripts/complete-lockfile.ts" };
  });
};
