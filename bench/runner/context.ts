import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchContext } from "./bench.ts";
import { BenchPostgres } from "./database.ts";
import { ServerProcess } from "./server.ts";
import { printTable } from "./table.ts";

export interface ContextOptions {
  root: string;
  full: boolean;
  /** Where `.cpuprofile` files of the measured processes go; null: no profiling. */
  profileDirectory: string | null;
}

/** Runs one bench with a context of its own and ends whatever the bench has started. */
export async function withContext<T>(options: ContextOptions, work: (context: BenchContext) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "orrery-bench-"));
  // PostgreSQL under root runs as another user, who must be able to pass.
  await chmod(directory, 0o711);
  const processes: ServerProcess[] = [];
  let postgres: Promise<BenchPostgres> | null = null;
  const profiling =
    options.profileDirectory === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${options.profileDirectory}`];

  const start = async (
    file: string,
    args: readonly string[],
    readyPath: string,
    extra: Extra = {},
  ): Promise<ServerProcess> => {
    const number = processes.length + 1;
    const server = await ServerProcess.start({
      file,
      args,
      readyPath,
      logFile: join(directory, `process-${number}.log`),
      nodeArguments: [...profiling, ...(extra.nodeArguments ?? [])],
      env: extra.env ?? {},
    });
    processes.push(server);
    return server;
  };

  const context: BenchContext = {
    root: options.root,
    full: options.full,
    directory,
    log: (line) => console.log(line),
    table: printTable,
    async startDatabase() {
      postgres ??= BenchPostgres.start(options.root, directory);
      return await (await postgres).create();
    },
    async startServer(database, { command = "start", env = {}, nodeArguments = [] } = {}) {
      const home = join(directory, `orrery-${processes.length + 1}`);
      await mkdir(home);
      return await start(join(options.root, "server/src/main/cli.ts"), [command], "/health/ready", {
        nodeArguments,
        env: {
          DATABASE_URL: database.url,
          HOST: "127.0.0.1",
          ORRERY_DIR: home,
          ORRERY_ADMIN_EMAIL: "bench@example.com",
          ORRERY_ADMIN_PASSWORD: "bench of a very long bench",
          // The line for one request in a hundred is part of what is measured.
          LOG_LEVEL: "info",
          ...env,
        },
      });
    },
    startProcess: (file, args) => start(file, args, "/"),
  };

  try {
    return await work(context);
  } finally {
    await Promise.all(processes.map((server) => server.stop()));
    const started = await (postgres as Promise<BenchPostgres> | null);
    await started?.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Extra {
  env?: Record<string, string>;
  nodeArguments?: readonly string[];
}
