import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Another commit of this repository beside this one, with the same dependencies, for as long as `work` takes. */
export async function withCheckout<T>(root: string, commit: string, work: (other: string) => Promise<T>): Promise<T> {
  const directory = join(await mkdtemp(join(tmpdir(), "orrery-against-")), "checkout");
  await run("git", ["-C", root, "worktree", "add", "--detach", directory, commit]);
  try {
    for (const path of ["node_modules", "server/node_modules", "console/node_modules", "console/dist"]) {
      if (existsSync(join(root, path)) && !existsSync(join(directory, path))) {
        await symlink(join(root, path), join(directory, path));
      }
    }
    return await work(directory);
  } finally {
    await run("git", ["-C", root, "worktree", "remove", "--force", directory]);
  }
}
