import type { Database, Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { compileWorkflow } from "./compile.ts";
import type { EntityType, Workflow } from "./compiled.ts";

interface Definition {
  id: number;
  code: string;
  workflow: Workflow;
}

interface DefinitionRow {
  id: number;
  code: string;
  document: unknown;
  published_at: Date;
}

const readInForce = statement<DefinitionRow>(
  "workflow.readDefinitionsInForce",
  `select w.id, w.code, w.document, w.published_at from workflow.definitions w
     join platform.documents d on d.kind = 'workflow' and d.code = w.code and d.published_version = w.document_version`,
);

const readDefinitions = statement<DefinitionRow>(
  "workflow.readDefinitions",
  `select id, code, document, published_at from workflow.definitions where id = any($1::int[])`,
);

/** Newest first; those that nobody published come last. */
const readVersions = statement<DefinitionRow>(
  "workflow.readDefinitionVersions",
  `select id, code, document, published_at from workflow.definitions where code = $1 order by document_version desc nulls last, version desc`,
);

/** Longer than two releases run side by side. What is not understood after that is somebody's business. */
export const UPGRADE_MS = 60 * 60 * 1000;

/** What a process has of a workflow: a version to start with; nothing yet, of one that a newer release has just published; nothing. */
export type Standing = "known" | "newer" | "unknown";

/** The compiled definitions of a process: those that new entities start with, and those that entities run on. */
export class Definitions {
  readonly #entityTypes: readonly EntityType[];
  readonly #onError: (error: unknown) => void;
  readonly #byId = new Map<number, Definition>();
  /** Read, and not understood, with when they were published; documents never change, so neither does that. */
  readonly #strange = new Map<number, Date>();
  #inForce = new Map<string, Definition>();
  /** Codes of which this release understands no version, with when they were published. */
  #strangeInForce = new Map<string, Date>();

  constructor(entityTypes: readonly EntityType[], onError: (error: unknown) => void) {
    this.#entityTypes = entityTypes;
    this.#onError = onError;
  }

  byId(id: number): Definition {
    const definition = this.#byId.get(id);
    if (definition === undefined) throw new Error(`The workflow definition ${id} is not loaded.`);
    return definition;
  }

  /** Whether something new can start with it: a newer release may have published what this one has nothing of. */
  standingOf(code: string, now: Date): Standing {
    if (this.#inForce.has(code)) return "known";
    const since = this.#strangeInForce.get(code);
    return since !== undefined && now.getTime() - since.getTime() < UPGRADE_MS ? "newer" : "unknown";
  }

  inForce(code: string): Definition {
    const definition = this.#inForce.get(code);
    if (definition === undefined) throw new Error(`There is no published workflow ${code}.`);
    return definition;
  }

  /** Another process may have published versions that this one has not seen. */
  async ensure(transaction: Transaction, ids: Iterable<number>): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.knows(id) && !this.#strange.has(id));
    if (missing.length === 0) return;
    for (const row of await transaction.read(readDefinitions, [arrayLiteral("int", missing)])) this.#understood(row);
  }

  /** A newer release may have published what this one does not understand: what runs on it is left to that release. */
  knows(id: number): boolean {
    return id === 0 || this.#byId.has(id);
  }

  strange(): ReadonlyMap<number, Date> {
    return this.#strange;
  }

  async loadInForce(database: Database): Promise<void> {
    const inForce = new Map<string, Definition>();
    const strange = new Map<string, Date>();
    for (const row of await database.read(readInForce)) {
      const definition = this.#understood(row) ?? (await this.#lastUnderstood(database, row.code));
      if (definition !== undefined) inForce.set(row.code, definition);
      else strange.set(row.code, row.published_at);
    }
    this.#inForce = inForce;
    this.#strangeInForce = strange;
  }

  /**
   * A newer release may have published what this one does not understand, while both run: new entities then start with
   * the last version that it does.
   */
  async #lastUnderstood(database: Database, code: string): Promise<Definition | undefined> {
    const before = this.#inForce.get(code);
    if (before !== undefined) return before;
    for (const row of await database.read(readVersions, [code])) {
      const definition = this.#understood(row);
      if (definition !== undefined) return definition;
    }
    return undefined;
  }

  #understood(row: DefinitionRow): Definition | undefined {
    if (this.#strange.has(row.id)) return undefined;
    try {
      return this.#add(row);
    } catch (error) {
      this.#strange.set(row.id, row.published_at);
      this.#onError(error);
      return undefined;
    }
  }

  #add(row: DefinitionRow): Definition {
    const known = this.#byId.get(row.id);
    if (known !== undefined) return known;
    const definition = { id: row.id, code: row.code, workflow: this.#compile(row) };
    this.#byId.set(row.id, definition);
    return definition;
  }

  #compile({ id, code, document }: DefinitionRow): Workflow {
    const compiled = compileWorkflow(document, this.#entityTypes);
    if ("workflow" in compiled) return compiled.workflow;
    const faults = compiled.faults.map((fault) => `${fault.pointer}: ${fault.message}`).join("; ");
    throw new Error(`The definition ${id} of the workflow ${code} has faults: ${faults}`);
  }
}
