import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { askOrrery, type OrreryAddress } from "./ask-orrery.ts";

/** A published document as a file: DIRECTORY/KIND/CODE.json is its content and nothing else, so that it reads well in a diff. */
interface ConfigFile {
  kind: string;
  code: string;
  content: unknown;
}

interface DocumentView {
  kind: string;
  code: string;
  draft: unknown;
}

interface Fault {
  pointer: string;
  message: string;
}

const FILE_NAME = /^([a-z][a-z0-9-]{0,63})\.json$/;

/**
 * `orrery config export DIRECTORY`: every document in force, one file each; files of what is in force no more go.
 * Where a single file is named (`configuration.json`) it holds all of them, as the console writes and reads it.
 */
export async function exportConfig(directory: string, options: OrreryAddress): Promise<void> {
  const published = await readPublished(options);
  if (isBundle(directory)) return await writeBundle(directory, published);
  for (const { kind, code, content } of published) {
    await mkdir(join(directory, kind), { recursive: true });
    await writeFile(join(directory, kind, `${code}.json`), `${JSON.stringify(content, null, 2)}\n`);
  }
  const kept = new Set(published.map(nameOf));
  const gone = (await readFiles(directory)).filter((file) => !kept.has(nameOf(file)));
  for (const { kind, code } of gone) await rm(join(directory, kind, `${code}.json`));
  say(`${published.length} documents written to ${directory}, ${gone.length} files removed.`);
}

/** `orrery config diff DIRECTORY`: what importing would change, in sentences; exit code 1 when there is something. */
export async function diffConfig(directory: string, options: OrreryAddress): Promise<void> {
  const { changed, added, missing } = await compare(directory, options);
  for (const file of added) say(`+ ${nameOf(file)}: is not published there`);
  for (const file of changed) {
    say(`~ ${nameOf(file)}`);
    for (const sentence of await sentencesOf(file, options)) say(`    ${sentence}`);
  }
  for (const file of missing) say(`- ${nameOf(file)}: is published there and has no file (an import leaves it alone)`);
  if (changed.length + added.length > 0) process.exitCode = 1;
  else say("Nothing would change.");
}

export interface ImportOptions extends OrreryAddress {
  note: string;
  replaceDrafts?: boolean;
}

/**
 * `orrery config import DIRECTORY`: publishes what differs. A document may need another one of the files to be published
 * first (a rule its workflow), so those without faults go first, until nothing more can. A draft that somebody works on
 * is not overwritten unasked. Exit code 1 when something was left out.
 */
export async function importConfig(directory: string, options: ImportOptions): Promise<void> {
  const { changed, added, drafts } = await compare(directory, options);
  let waiting = [...changed, ...added];
  const worked = options.replaceDrafts ? [] : waiting.filter((file) => drafts.has(nameOf(file)));
  for (const file of worked)
    say(`! ${nameOf(file)}: somebody works on a draft of it; publish or discard that, or give --replace-drafts`);
  waiting = waiting.filter((file) => !worked.includes(file));
  for (let published = -1; published !== 0; ) {
    const sound = await soundOf(waiting, options);
    for (const file of sound) {
      const version = await publish(file, options);
      say(`✓ ${nameOf(file)}: version ${version} is in force`);
    }
    waiting = waiting.filter((file) => !sound.includes(file));
    published = sound.length;
  }
  for (const file of waiting)
    for (const { pointer, message } of await faultsOf(file, options))
      say(`! ${nameOf(file)}${pointer === "" ? "" : ` at ${pointer}`}: ${message}`);
  if (waiting.length + worked.length > 0) process.exitCode = 1;
  else if (changed.length + added.length === 0) say("Nothing to change.");
}

interface Comparison {
  changed: ConfigFile[];
  added: ConfigFile[];
  missing: ConfigFile[];
  /** Names of documents with a draft. */
  drafts: ReadonlySet<string>;
}

async function compare(directory: string, options: OrreryAddress): Promise<Comparison> {
  const files = isBundle(directory) ? await readBundle(directory) : await readFiles(directory);
  if (files.length === 0) throw new Error(`${directory} has no documents: files named KIND/CODE.json.`);
  const published = new Map((await readPublished(options)).map((one) => [nameOf(one), one]));
  const names = new Set(files.map(nameOf));
  return {
    changed: files.filter((file) => {
      const there = published.get(nameOf(file));
      return there !== undefined && !isDeepStrictEqual(there.content, file.content);
    }),
    added: files.filter((file) => !published.has(nameOf(file))),
    missing: [...published.values()].filter((one) => !names.has(nameOf(one))),
    drafts: await readDrafts(options),
  };
}

function isBundle(path: string): boolean {
  return path.endsWith(".json");
}

async function writeBundle(path: string, published: readonly ConfigFile[]): Promise<void> {
  const documents = published.map(({ kind, code, content }) => ({ kind, code, content }));
  await writeFile(path, `${JSON.stringify({ documents }, null, 2)}\n`);
  say(`${published.length} documents written to ${path}.`);
}

async function readBundle(path: string): Promise<ConfigFile[]> {
  const { documents } = (parse(await readFile(path, "utf8"), path) ?? {}) as { documents?: unknown };
  const isDocument = (each: unknown): each is ConfigFile => {
    const { kind, code, content } = (each ?? {}) as Partial<ConfigFile>;
    return typeof kind === "string" && typeof code === "string" && content !== undefined;
  };
  if (!Array.isArray(documents) || !documents.every(isDocument))
    throw new Error(`${path} holds no configuration: {"documents": [{"kind", "code", "content"}, …]}.`);
  return documents;
}

function nameOf({ kind, code }: Pick<ConfigFile, "kind" | "code">): string {
  return `${kind}/${code}`;
}

async function readFiles(directory: string): Promise<ConfigFile[]> {
  const files: ConfigFile[] = [];
  for (const entry of (await readdir(directory, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isDirectory()) continue;
    for (const name of (await readdir(join(directory, entry.name))).sort()) {
      const code = FILE_NAME.exec(name)?.[1];
      if (code === undefined) continue;
      const place = join(directory, entry.name, name);
      files.push({ kind: entry.name, code, content: parse(await readFile(place, "utf8"), place) });
    }
  }
  return files;
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${place} is not valid JSON: ${(error as Error).message}`, { cause: error });
  }
}

function readPublished(options: OrreryAddress): Promise<ConfigFile[]> {
  return readAll<ConfigFile>("/v1/published-documents?limit=50", options);
}

async function readDrafts(options: OrreryAddress): Promise<ReadonlySet<string>> {
  const views = await readAll<DocumentView>("/v1/documents?limit=200", options);
  return new Set(views.filter(({ draft }) => draft !== null).map(nameOf));
}

async function readAll<Row>(path: string, options: OrreryAddress): Promise<Row[]> {
  const all: Row[] = [];
  for (let after: string | null = ""; after !== null; ) {
    const next: string = after === "" ? path : `${path}&after=${encodeURIComponent(after)}`;
    const page: { data: Row[]; next: string | null } = await ask(options, "GET", next);
    all.push(...page.data);
    after = page.next;
  }
  return all;
}

async function sentencesOf({ kind, code, content }: ConfigFile, options: OrreryAddress): Promise<string[]> {
  const path = `/v1/documents/${kind}/${code}/changes`;
  const { changes } = await ask<{ changes: { sentence: string }[] }>(options, "POST", path, { content });
  return changes.map(({ sentence }) => sentence);
}

async function soundOf(files: readonly ConfigFile[], options: OrreryAddress): Promise<ConfigFile[]> {
  const sound: ConfigFile[] = [];
  for (const file of files) if ((await faultsOf(file, options)).length === 0) sound.push(file);
  return sound;
}

async function faultsOf({ kind, code, content }: ConfigFile, options: OrreryAddress): Promise<Fault[]> {
  const path = `/v1/document-kinds/${kind}/check`;
  return (await ask<{ faults: Fault[] }>(options, "POST", path, { code, content })).faults;
}

async function publish({ kind, code, content }: ConfigFile, options: ImportOptions): Promise<number> {
  const path = `/v1/documents/${kind}/${code}`;
  await ask(options, "PUT", `${path}/draft`, { content });
  return (await ask<{ version: number }>(options, "POST", `${path}/publish`, { note: options.note })).version;
}

async function ask<Answer>(options: OrreryAddress, method: string, path: string, body?: object): Promise<Answer> {
  const init =
    body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  return (await (await askOrrery(options, method, path, init)).json()) as Answer;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
