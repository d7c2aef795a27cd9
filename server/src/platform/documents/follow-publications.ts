import type { Database } from "../db/database.ts";
import { statement } from "../db/statements.ts";
import { Refresher } from "../refresher.ts";

export interface PublishedDocument {
  code: string;
  version: number;
  content: unknown;
  publishedAt: Date;
}

/** What is in force, in the memory of this process: a publication reaches the others within a quarter of a second. */
export interface Publications {
  /** The documents of a kind that are in force now, by code. */
  inForce(kind: string): ReadonlyMap<string, PublishedDocument>;
  /**
   * Calls `take` with what is in force of the kind, now and whenever that changes. When it throws the process goes on
   * with what it had: a newer release may have published what this one does not understand.
   */
  follow(kind: string, take: Follower): Promise<void>;
  /** For how long what is in force elsewhere may be unknown here: since the last look that succeeded began, in milliseconds. */
  readonly unknownForMs: number;
  /** Reads what has changed; called after each local publication, so that a process sees its own at once. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

type Follower = (inForce: ReadonlyMap<string, PublishedDocument>) => Promise<void> | void;

export interface PublicationsOptions {
  database: Database;
  onError: (error: unknown) => void;
  everyMs?: number;
}

const EVERY_MS = 250;

const readRevision = statement<{ revision: number }>(
  "platform.readDocumentRevision",
  "select revision from platform.document_revision",
);

interface Changed {
  kind: string;
  code: string;
  version: number | null;
  content: unknown;
  published_at: string;
}

/** One statement, so that the revision and the documents are of one moment. */
const readChanged = statement<{ revision: number; changed: Changed[] }>(
  "platform.readChangedDocuments",
  `select revision, (
     select coalesce(json_agg(json_build_object('kind', d.kind, 'code', d.code, 'version', d.published_version, 'content', v.content, 'published_at', v.published_at)), '[]')
       from platform.documents d
       left join platform.document_versions v on v.document_id = d.id and v.version = d.published_version
      where d.revision > $1::bigint) as changed
   from platform.document_revision`,
);

const EVERYTHING = -1;

export async function followPublications(options: PublicationsOptions): Promise<Publications> {
  const { database, onError } = options;
  const followers: { kind: string; take: Follower }[] = [];
  let revision = EVERYTHING;
  let lookedAt = performance.now();
  let inForce = new Map<string, Map<string, PublishedDocument>>();
  const of = (kind: string): ReadonlyMap<string, PublishedDocument> => inForce.get(kind) ?? new Map();

  const load = async (since: number): Promise<Set<string>> => {
    const [row] = await database.read(readChanged, [since]);
    const before = since === EVERYTHING ? new Map<string, Map<string, PublishedDocument>>() : inForce;
    const kinds = new Set([...(since === EVERYTHING ? inForce.keys() : []), ...row!.changed.map(({ kind }) => kind)]);
    // Maps are replaced, never changed: who holds one keeps seeing one moment.
    const after = new Map(before);
    for (const kind of kinds) after.set(kind, new Map(before.get(kind)));
    for (const { kind, code, version, content, published_at: at } of row!.changed) {
      if (version === null) after.get(kind)!.delete(code);
      else after.get(kind)!.set(code, { code, version, content, publishedAt: new Date(at) });
    }
    inForce = after;
    revision = row!.revision;
    return kinds;
  };
  const tell = async (kinds: ReadonlySet<string>): Promise<void> => {
    for (const { kind, take } of followers) {
      if (!kinds.has(kind)) continue;
      try {
        await take(of(kind));
      } catch (error) {
        onError(error);
      }
    }
  };
  await load(EVERYTHING);
  const refresher = new Refresher({
    everyMs: options.everyMs ?? EVERY_MS,
    refresh: async () => {
      const began = performance.now();
      const [current] = await database.read(readRevision);
      // After a fail-over that lost commits the revision is lower than ours; then all is read again.
      if (current!.revision < revision) await tell(await load(EVERYTHING));
      else if (current!.revision > revision) await tell(await load(revision));
      lookedAt = began;
    },
    onError,
  });
  return {
    inForce: of,
    get unknownForMs() {
      return performance.now() - lookedAt;
    },
    follow: async (kind, take) => {
      followers.push({ kind, take });
      await take(of(kind));
    },
    refresh: () => refresher.now(),
    stop: () => refresher.stop(),
  };
}
