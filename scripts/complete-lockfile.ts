import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { absentPackages, type LockedPackage, type Lockfile } from "./tidy/lockfile.ts";

/**
 * Names in package-lock.json the binaries for other platforms that npm left out (see `absentPackages`). They come
 * without a checksum, because there was nothing to take it from; npm does not fetch them on Linux x64.
 */
const path = fileURLToPath(new URL("../package-lock.json", import.meta.url));
const lock = JSON.parse(readFileSync(path, "utf8")) as Lockfile;

/** Their names end in platform, processor and C library: `binding-linux-arm64-musl`, `darwin-x64`. */
const PLATFORM =
  /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|ia32|ppc64|riscv64|s390x|x64)(?:-(\w+))?$/;

for (const { wantedBy, name, version } of absentPackages(lock)) {
  const [, os, cpu, abi] = PLATFORM.exec(name) ?? [];
  if (os === undefined || cpu === undefined) throw new Error(`${name} does not tell its platform; add it by hand.`);
  if (!/^\d+\.\d+\.\d+/.test(version)) throw new Error(`${name}@${version} is no exact version; add it by hand.`);
  const entry: LockedPackage = { version, cpu: [cpu] };
  if (lock.packages[wantedBy]?.dev) entry.dev = true;
  if (os === "linux") entry.libc = [abi?.startsWith("musl") ? "musl" : "glibc"];
  lock.packages[`node_modules/${name}`] = { ...entry, optional: true, os: [os] };
  console.log(`added ${name}@${version}`);
}

lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
