import { fileURLToPath } from "node:url";
import { buildConsoleIfStale } from "./build-console.ts";

/** `npm start`: the console is built where it is missing or old, then this process becomes `orrery start`. */
await buildConsoleIfStale();
const cli = fileURLToPath(new URL("../server/src/main/cli.ts", import.meta.url));
process.argv = [process.execPath, cli, "start", ...process.argv.slice(2)];
await import(cli);
