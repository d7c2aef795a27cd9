import { Webhook } from "standardwebhooks";
import type { Database } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";
import { Refresher } from "../../platform/refresher.ts";
import type { SecretBox } from "../../platform/secrets.ts";
import { contextOf } from "./keep-webhooks.ts";

/** A webhook as those who deliver know it. */
export interface DeliveryTarget {
  id: string;
  url: string;
  /** The newest secret first; none: this process cannot open them. */
  signers: readonly Webhook[];
  /** On this process's own monotonic clock; nothing is sent before. 0: at once. */
  openUntil: number;
  /** The last deliveries failed: one at a time tries whether it works again. */
  failing: boolean;
}

const REFRESH_MS = 1_000;

interface TargetRow {
  id: string;
  url: string;
  version: number;
  secret: Buffer;
  previous_secret: Buffer | null;
  failing: boolean;
  open_ms: number | null;
}

const readTargets = statement<TargetRow>(
  "integrations.readWebhookTargets",
  `select id, url, version, secret, case when previous_secret_until > now() then previous_secret end as previous_secret,
     failing_since is not null as failing, extract(epoch from open_until - now())::float8 * 1000 as open_ms
   from integrations.webhooks where state = 'active' order by id`,
);

/** The active webhooks, kept in memory by whoever delivers; changes are known within a second. */
export class WebhookDirectory {
  readonly #database: Database;
  readonly #secrets: SecretBox;
  readonly #onError: (error: unknown) => void;
  readonly #refresher: Refresher;
  #targets = new Map<string, DeliveryTarget>();
  /** Secrets are opened once per version, and again when an overlap ends. */
  #signers = new Map<string, { of: string; signers: readonly Webhook[] }>();

  constructor(options: { database: Database; secrets: SecretBox; onError: (error: unknown) => void }) {
    this.#database = options.database;
    this.#secrets = options.secrets;
    this.#onError = options.onError;
    this.#refresher = new Refresher({
      everyMs: REFRESH_MS,
      refresh: () => this.#refresh(),
      onError: options.onError,
    });
  }

  get targets(): ReadonlyMap<string, DeliveryTarget> {
    return this.#targets;
  }

  refresh(): Promise<void> {
    return this.#refresher.now();
  }

  stop(): Promise<void> {
    return this.#refresher.stop();
  }

  async #refresh(): Promise<void> {
    const rows = await this.#database.read(readTargets);
    const now = performance.now();
    const signers = new Map(rows.map((row) => [row.id, this.#signersOf(row)]));
    this.#signers = signers;
    this.#targets = new Map(
      rows.map((row) => [
        row.id,
        {
          id: row.id,
          url: row.url,
          signers: signers.get(row.id)!.signers,
          openUntil: row.open_ms === null || row.open_ms <= 0 ? 0 : now + row.open_ms,
          failing: row.failing,
        },
      ]),
    );
  }

  #signersOf(row: TargetRow): { of: string; signers: readonly Webhook[] } {
    const of = `${row.version} ${row.previous_secret !== null}`;
    const known = this.#signers.get(row.id);
    if (known?.of === of) return known;
    try {
      return { of, signers: signersOf(this.#secrets, row.id, row.secret, row.previous_secret) };
    } catch (error) {
      // Sealed with a key that this process does not have: its own deliveries fail and say so, others go on.
      this.#onError(error);
      return { of: "", signers: [] };
    }
  }
}

export function signersOf(secrets: SecretBox, id: string, secret: Buffer, previous: Buffer | null): Webhook[] {
  return [secret, previous]
    .filter((sealed) => sealed !== null)
    .map((sealed) => new Webhook(secrets.open(sealed, contextOf(id))));
}
