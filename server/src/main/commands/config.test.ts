import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { openRetailer, type Retailer } from "../../../test/harness/retailer.ts";
import { diffConfig, exportConfig, importConfig } from "./config.ts";

let staging: Retailer;
let production: Retailer;
let directory: string;
const said: string[] = [];

beforeAll(async () => {
  [staging, production] = await Promise.all([openRetailer(), openRetailer()]);
  directory = await mkdtemp(join(tmpdir(), "orrery-config-"));
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said.push(String(text).trimEnd());
    return true;
  });
});
afterEach(() => {
  process.exitCode = 0;
  said.length = 0;
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true });
  await Promise.all([staging.close(), production.close()]);
});

const at = ({ url, admin }: Retailer): { url: string; key: string } => ({ url, key: admin.key });
const WORKFLOW = "/v1/documents/workflow/standard-order";
const file = (): string => join(directory, "workflow/standard-order.json");
const versionOf = async (retailer: Retailer): Promise<number> =>
  (await retailer.admin.get<{ publishedVersion: number }>(WORKFLOW)).publishedVersion;

async function relabel(label: string): Promise<void> {
  const content = JSON.parse(await readFile(file(), "utf8")) as { states: Record<string, { meta: object }> };
  content.states["waitingForStock"]!.meta = { label };
  await writeFile(file(), JSON.stringify(content));
}

test("what was published on staging is in force in production after export and import, and nothing else changes", async () => {
  await exportConfig(directory, at(staging));
  expect(await readdir(join(directory, "workflow"))).toContain("standard-order.json");
  await diffConfig(directory, at(production));
  expect(said.at(-1)).toBe("Nothing would change.");

  await relabel("processing");
  await importConfig(directory, { ...at(staging), note: "Say processing" });
  await exportConfig(directory, at(staging));
  await diffConfig(directory, at(production));
  expect(process.exitCode).toBe(1);
  expect(said.filter((line) => line.startsWith("~"))).toEqual(["~ workflow/standard-order"]);
  expect(said.some((line) => line.startsWith("    ") && line.includes("processing"))).toBe(true);

  process.exitCode = 0;
  await importConfig(directory, { ...at(production), note: "From staging" });
  expect([process.exitCode, await versionOf(production)]).toEqual([0, 2]);
  await importConfig(directory, { ...at(production), note: "Again" });
  expect([said.at(-1), await versionOf(production)]).toEqual(["Nothing to change.", 2]);
});

test("a faulty file is named with its place and publishes nothing; the others go on", async () => {
  const sound = await readFile(file(), "utf8");
  const broken = JSON.parse(sound) as { initial: string };
  broken.initial = "nowhere";
  await writeFile(file(), JSON.stringify(broken));
  await importConfig(directory, { ...at(production), note: "Broken" });
  expect(process.exitCode).toBe(1);
  expect(said.some((line) => line.startsWith("! workflow/standard-order at /"))).toBe(true);
  expect(await versionOf(production)).toBe(2);
  await writeFile(file(), "{");
  await expect(diffConfig(directory, at(production))).rejects.toThrow(/standard-order\.json is not valid JSON/);
  await writeFile(file(), sound);
});

test("a draft that somebody works on is not overwritten unasked", async () => {
  await relabel("created");
  const { content } = await production.admin.get<{ content: object }>(`${WORKFLOW}/versions/2`);
  await production.admin.put(`${WORKFLOW}/draft`, { content });
  await importConfig(directory, { ...at(production), note: "Over it" });
  expect([process.exitCode, await versionOf(production)]).toEqual([1, 2]);
  expect(said.at(-1)).toContain("--replace-drafts");
  process.exitCode = 0;
  await importConfig(directory, { ...at(production), note: "Over it", replaceDrafts: true });
  expect([process.exitCode, await versionOf(production)]).toEqual([0, 3]);
});

test("files of documents that are in force no more go with the next export", async () => {
  await writeFile(join(directory, "workflow/old-order.json"), "{}");
  await writeFile(join(directory, "workflow/README.md"), "Kept.");
  await exportConfig(directory, at(staging));
  const names = await readdir(join(directory, "workflow"));
  expect([names.includes("old-order.json"), names.includes("README.md")]).toEqual([false, true]);
  expect(said.at(-1)).toContain("1 files removed");
});

test("one file holds all of it, as the console writes and reads it", async () => {
  const bundle = join(directory, "configuration.json");
  await exportConfig(bundle, at(staging));
  const { documents } = JSON.parse(await readFile(bundle, "utf8")) as { documents: { kind: string; code: string }[] };
  const { data } = await staging.admin.get<{ data: { publishedVersion: number | null }[] }>("/v1/documents?limit=200");
  expect(documents).toHaveLength(data.filter(({ publishedVersion }) => publishedVersion !== null).length);
  expect(documents[0]).toEqual({ kind: expect.any(String), code: expect.any(String), content: expect.any(Object) });
  await diffConfig(bundle, at(staging));
  expect(said.at(-1)).toBe("Nothing would change.");
  await importConfig(bundle, { ...at(production), note: "From one file" });
  expect(process.exitCode).toBe(0);
  said.length = 0;
  await diffConfig(bundle, at(production));
  expect(said.at(-1)).toBe("Nothing would change.");
  await writeFile(bundle, '{"documents": [{"kind": "workflow"}]}');
  await expect(diffConfig(bundle, at(production))).rejects.toThrow(/holds no configuration/);
});
