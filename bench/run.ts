import { mkdir, readdir, writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Bench, BenchResult } from "./runner/bench.ts";
import { withCheckout } from "./runner/checkout.ts";
import { withContext } from "./runner/context.ts";
import { median } from "./runner/percentiles.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const RESULTS = fileURLToPath(new URL("results/", import.meta.url));
/** `--against`: runs of each checkout, in turn. */
const AGAINST_RUNS = 3;

const { positionals, values: flags } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: "boolean", default: false },
    against: { type: "string" },
    profile: { type: "string" },
    save: { type: "boolean", default: false },
  },
});

const benches = await findBenches(positionals);
for (const bench of benches) {
  console.log(`\n${bench.name}: ${bench.summary}`);
  const result = flags.against === undefined ? await runIn(bench, ROOT) : await compare(bench, flags.against);
  if (flags.save) await save(bench.name, result);
  console.log(JSON.stringify({ bench: bench.name, ...result }));
}

/** Every file beside this one is a bench; without names all of them run. */
async function findBenches(names: readonly string[]): Promise<Bench[]> {
  const files = (await readdir(new URL(".", import.meta.url))).filter(
    (file) => file.endsWith(".ts") && file !== "run.ts",
  );
  const known = files.map((file) => file.replace(/\.ts$/, "")).sort();
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`There is no bench ${unknown.join(", ")}; there are ${known.join(", ")}.`);
  const wanted = names.length === 0 ? known : names;
  return await Promise.all(wanted.map(async (name) => ((await import(`./${name}.ts`)) as { default: Bench }).default));
}

async function runIn(bench: Bench, root: string): Promise<BenchResult> {
  const options = { root, full: flags.full, profileDirectory: flags.profile ?? null };
  return await withContext(options, (context) => bench.run(context));
}

async function compare(bench: Bench, commit: string): Promise<BenchResult> {
  return await withCheckout(ROOT, commit, async (other) => {
    const ours: BenchResult[] = [];
    const theirs: BenchResult[] = [];
    for (let run = 0; run < AGAINST_RUNS; run++) {
      ours.push(await runIn(bench, ROOT));
      theirs.push(await runIn(bench, other));
      console.log(`run ${run + 1}: ${ours.at(-1)!.ratio} here, ${theirs.at(-1)!.ratio} at ${commit}`);
    }
    const ratioOf = (results: readonly BenchResult[]): number =>
      median(results.map(({ ratio }) => ratio ?? Number.NaN));
    const [ratio, againstRatio] = [ratioOf(ours), ratioOf(theirs)];
    return { ...ours.at(-1)!, ratio, against: commit, againstRatio, relative: ratio / againstRatio };
  });
}

/** With the machine, because ratios travel and milliseconds do not. */
async function save(name: string, result: BenchResult): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: availableParallelism(), node: process.version };
  const text = JSON.stringify(
    { bench: name, ...result, machine, date: new Date().toISOString().slice(0, 10) },
    null,
    2,
  );
  await writeFile(`${RESULTS}${name}.json`, `${text}\n`);
}
