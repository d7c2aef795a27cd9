import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { askOrrery, type OrreryAddress } from "./ask-orrery.ts";

const POLL_MS = 500;

interface Import {
  id: string;
  state: string;
  rowsTotal: number;
  rowsDone: number;
  rowsFailed: number;
  failure: string | null;
}

/** `orrery import KIND FILE`: uploads a CSV file to a running Orrery and follows it to its end; exit code 1 when rows failed. */
export async function importCommand(
  kind: string,
  file: string,
  option: string[],
  options: OrreryAddress,
): Promise<void> {
  const query = new URLSearchParams([
    ["fileName", basename(file)],
    ...option.map((pair): [string, string] => {
      const equals = pair.indexOf("=");
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  ]);
  await stat(file);
  const uploaded = await askOrrery(options, "POST", `/v1/imports/${encodeURIComponent(kind)}?${query.toString()}`, {
    headers: { "content-type": "text/csv" },
    body: Readable.toWeb(createReadStream(file)) as ReadableStream,
    duplex: "half",
  });
  let state = (await uploaded.json()) as Import;
  while (!["finished", "failed", "cancelled"].includes(state.state)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    state = (await (await askOrrery(options, "GET", `/v1/imports/${state.id}`)).json()) as Import;
    process.stderr.write(`\r${state.rowsDone} of ${state.rowsTotal} rows, ${state.rowsFailed} refused `);
  }
  process.stderr.write("\n");
  process.stdout.write(
    `${state.state}: ${state.rowsDone} rows, ${state.rowsFailed} refused${state.failure ? ` (${state.failure})` : ""}. Errors: ${options.url}/v1/imports/${state.id}/errors.csv\n`,
  );
  if (state.state !== "finished" || state.rowsFailed > 0) process.exitCode = 1;
}

/** `orrery export LIST`: a whole list as CSV, to a file or to standard output. */
export async function exportCommand(list: string, file: string | undefined, options: OrreryAddress): Promise<void> {
  const response = await askOrrery(options, "GET", `/v1/${list}.csv`);
  await pipeline(
    Readable.fromWeb(response.body as never),
    file === undefined ? process.stdout : createWriteStream(file),
    { end: file !== undefined },
  );
}
