import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement, type Statement } from "../platform/db/statements.ts";
import { Refresher } from "../platform/refresher.ts";
import { TwoGenerationCache } from "./two-generation-cache.ts";

export interface SkuEntry {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly active: boolean;
  readonly imageUrl: string | null;
  readonly categoryPath: string;
  readonly weightGrams: number | null;
  /** As JSON text, which takes a third of the memory and is seldom asked for; null: it has none. */
  readonly attributes: string | null;
  /** What carriers ask for, as JSON text of `SkuShipping`; null: nothing is known. */
  readonly shipping: string | null;
}

/** Absent: nobody entered it. */
export interface SkuShipping {
  lengthMillimeters?: number;
  widthMillimeters?: number;
  heightMillimeters?: number;
  hazardClass?: string;
  freightClass?: string;
}

/** The SKUs that are asked for, in memory; bounded, the least recently used go. Answers are at most a second old. */
export interface SkuDirectory {
  /** Unknown codes are absent, and asked for again next time. */
  resolve(codes: readonly string[]): Promise<Map<string, SkuEntry>>;
  byIds(ids: readonly number[]): Promise<Map<number, SkuEntry>>;
  /** Forgets what has changed; called after each local write, so that a process sees its own changes at once. */
  refresh(): Promise<void>;
  /** For who keeps something made from entries: called with the codes that were forgotten, null for all of them. */
  onForgotten(listener: (codes: readonly string[] | null) => void): void;
  stop(): Promise<void>;
}

export interface SkuDirectoryOptions {
  database: Database;
  /** SKUs kept in memory; about 300 bytes each. */
  limit?: number;
  /** How often changes of other processes are looked for. */
  everyMs?: number;
  /** A refresh that failed; the directory keeps what it has and tries again. */
  onError?: (error: unknown) => void;
}

const DEFAULT_LIMIT = 100_000;
/** When more than this changed between two looks, everything is forgotten: cheaper than to read the list. */
const MAX_FORGOTTEN = 5_000;

const ENTRY_COLUMNS = `id, code, name, active, image_url as "imageUrl", category_path as "categoryPath", weight_grams as "weightGrams",
  nullif(attributes, '{}'::jsonb)::text as attributes,
  nullif(jsonb_strip_nulls(jsonb_build_object('lengthMillimeters', length_millimeters, 'widthMillimeters', width_millimeters,
    'heightMillimeters', height_millimeters, 'hazardClass', hazard_class, 'freightClass', freight_class)), '{}'::jsonb)::text as shipping`;
const readByCodes = statement<SkuEntry>(
  "catalog.readEntriesByCodes",
  `select ${ENTRY_COLUMNS} from catalog.skus where code = any($1::text[])`,
);
const readByIds = statement<SkuEntry>(
  "catalog.readEntriesByIds",
  `select ${ENTRY_COLUMNS} from catalog.skus where id = any($1::int[])`,
);
const readRevision = statement<{ revision: number }>("catalog.readRevision", "select revision from catalog.revision");
const readChanged = statement<{ id: number; code: string }>(
  "catalog.readChanged",
  "select id, code from catalog.skus where revision > $1::bigint limit $2::int",
);

export async function createSkuDirectory(options: SkuDirectoryOptions): Promise<SkuDirectory> {
  const { database } = options;
  const [start] = await database.read(readRevision);
  const content = new DirectoryContent(database, options.limit ?? DEFAULT_LIMIT, start!.revision);
  const refresher = new Refresher({
    everyMs: options.everyMs ?? 500,
    refresh: () => content.forgetChanged(),
    onError: options.onError ?? ((error) => process.emitWarning(error as Error)),
  });
  return {
    resolve: (codes) => content.resolve(codes),
    byIds: (ids) => content.byIds(ids),
    refresh: () => refresher.now(),
    onForgotten: (listener) => void content.listeners.push(listener),
    stop: () => refresher.stop(),
  };
}

class DirectoryContent {
  readonly listeners: ((codes: readonly string[] | null) => void)[] = [];
  readonly #database: Database;
  readonly #codes: TwoGenerationCache<string, SkuEntry>;
  readonly #ids: TwoGenerationCache<number, SkuEntry>;
  #revision: number;
  /** Counts how often something was forgotten. What a read brings that began before is used, but not kept. */
  #forgotten = 0;

  constructor(database: Database, limit: number, revision: number) {
    this.#database = database;
    this.#codes = new TwoGenerationCache(limit);
    this.#ids = new TwoGenerationCache(limit);
    this.#revision = revision;
  }

  resolve(codes: readonly string[]): Promise<Map<string, SkuEntry>> {
    return this.#find(codes, this.#codes, readByCodes, "text", (entry) => entry.code);
  }

  byIds(ids: readonly number[]): Promise<Map<number, SkuEntry>> {
    return this.#find(ids, this.#ids, readByIds, "int", (entry) => entry.id);
  }

  async #find<Key extends string | number>(
    keys: readonly Key[],
    cache: TwoGenerationCache<Key, SkuEntry>,
    read: Statement<SkuEntry>,
    type: "text" | "int",
    keyOf: (entry: SkuEntry) => Key,
  ): Promise<Map<Key, SkuEntry>> {
    const found = new Map<Key, SkuEntry>();
    const missing = new Set<Key>();
    for (const key of keys) {
      const entry = cache.get(key);
      if (entry === undefined) missing.add(key);
      else found.set(key, entry);
    }
    if (missing.size === 0) return found;
    const before = this.#forgotten;
    const entries = await this.#database.read(read, [arrayLiteral(type, [...missing])]);
    for (const entry of entries) {
      found.set(keyOf(entry), entry);
      if (this.#forgotten === before) this.#keep(entry);
    }
    return found;
  }

  #keep(entry: SkuEntry): void {
    this.#codes.set(entry.code, entry);
    this.#ids.set(entry.id, entry);
  }

  async forgetChanged(): Promise<void> {
    const [current] = await this.#database.read(readRevision);
    const revision = current!.revision;
    if (revision === this.#revision) return;
    // After a fail-over that lost commits the revision is lower than ours; then nothing that we have is certain.
    const changed =
      revision < this.#revision ? null : await this.#database.read(readChanged, [this.#revision, MAX_FORGOTTEN + 1]);
    this.#forgotten++;
    const some = changed !== null && changed.length <= MAX_FORGOTTEN ? changed : null;
    if (some === null) {
      this.#ids.clear();
      this.#codes.clear();
    } else {
      for (const { id, code } of some) {
        this.#ids.delete(id);
        this.#codes.delete(code);
      }
    }
    this.#revision = revision;
    for (const listener of this.listeners) listener(some?.map(({ code }) => code) ?? null);
  }
}
