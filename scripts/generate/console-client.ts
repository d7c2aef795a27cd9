import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const GENERATOR = fileURLToPath(new URL("../../console/generate-client.ts", import.meta.url));

/** The console's client for an OpenAPI document: the text of each file by its path in the client's folder. */
export async function generateConsoleClient(openapi: string): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), "orrery-client-"));
  try {
    const document = join(folder, "openapi.json");
    const output = join(folder, "generated");
    await writeFile(document, openapi);
    await promisify(execFile)(process.execPath, [GENERATOR, document, output]);
    return await readFolder(output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function readFolder(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    },
  );
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(paths.map((path) => readFile(path, "utf8")));
  return new Map(paths.map((path, index) => [path.slice(folder.length + 1), texts[index]!]));
}
