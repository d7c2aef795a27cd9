import { createHash } from "node:crypto";
import type { Database, Transaction } from "../platform/db/database.ts";
import { arrayLiteral, bulkInsert, statement } from "../platform/db/statements.ts";
import { compileWorkflow } from "./compile.ts";
import { type EntityType, type StepCall, type Workflow, type WorkflowEvent } from "./compiled.ts";
import { type Outcome, type Progress, runWorkflows, startedTimers, type StepItem, type Subject } from "./run.ts";

/** Where an entity stands. The engine alone changes it; `entry` counts the states entered, so late timers are known. */
export interface Place {
  definitionId: number;
  /** Leaf state by path; empty before the start. */
  state: string;
  entry: number;
}

/** An entity whose root is locked (or new) in this transaction. */
export interface WorkflowEntity<Context = unknown> {
  id: string;
  /** The entity whose lock covers it. */
  root: string;
  entityType: string;
  place: Place;
  /** The definition that it starts with; only for new entities. */
  startsWith?: string;
  context: Context;
  occurredAt: Date;
  actor: string;
  /** Migrated entities start no timers. */
  withoutTimers: boolean;
}

export interface EngineRequest {
  entity: WorkflowEntity;
  event: WorkflowEvent;
}

/** Written for many entities at once; changes their contexts in memory, tells failures and news. */
export type StepRun = (items: readonly StepItem<EngineSubject>[]) => StepNews | void;

export interface StepNews {
  /** For these entities or others under the same locks; a new one is started by sending it START. */
  readonly emitted?: readonly EngineRequest[];
  /** Entities for which the step did nothing, and why. */
  readonly failed?: readonly { readonly subject: EngineSubject; readonly error: unknown }[];
}

export interface EngineSubject extends Subject {
  readonly entity: WorkflowEntity;
}

export interface EngineResult {
  /** One per request, in order. */
  outcomes: readonly Outcome[];
  /** Everyone who moved or failed. */
  progress: readonly Progress<EngineSubject>[];
}

export interface Engine {
  /** Takes the entities through their workflows and writes states, history and timers with one statement each. */
  run(transaction: Transaction, requests: readonly EngineRequest[], now: Date): Promise<EngineResult>;
  /** Loads definitions that this process has not seen: a newer release may have published them meanwhile. */
  ensure(transaction: Transaction, definitionIds: readonly number[]): Promise<void>;
  /** The table an entity runs on; the definition is loaded when an order of this version has been seen before. */
  workflowOf(definitionId: number): Workflow;
}

export interface EngineOptions {
  database: Database;
  entityTypes: readonly EntityType[];
  /** By `entityType.step`. */
  steps: ReadonlyMap<string, StepRun>;
  /** Parsed JSON documents that come with this release. */
  shipped: readonly unknown[];
}

interface Definition {
  id: number;
  code: string;
  version: number;
  workflow: Workflow;
}

/** Publishes the shipped definitions that are new or changed, and loads the latest version of each. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const definitions = new Definitions(options.entityTypes);
  await definitions.publish(options.database, options.shipped);
  await definitions.loadLatest(options.database);
  return {
    run: (transaction, requests, now) => run(options.steps, definitions, transaction, requests, now),
    ensure: (transaction, definitionIds) => definitions.ensure(transaction, definitionIds),
    workflowOf: (definitionId) => definitions.byId(definitionId).workflow,
  };
}

class Definitions {
  readonly #entityTypes: readonly EntityType[];
  readonly #byId = new Map<number, Definition>();
  readonly #latest = new Map<string, Definition>();

  constructor(entityTypes: readonly EntityType[]) {
    this.#entityTypes = entityTypes;
  }

  byId(id: number): Definition {
    const definition = this.#byId.get(id);
    if (definition === undefined) throw new Error(`The workflow definition ${id} is not loaded.`);
    return definition;
  }

  latest(code: string): Definition {
    const definition = this.#latest.get(code);
    if (definition === undefined) throw new Error(`There is no published workflow ${code}.`);
    return definition;
  }

  /** A newer release may have published versions that this process has not seen. */
  async ensure(transaction: Transaction, ids: Iterable<number>): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => id !== 0 && !this.#byId.has(id));
    if (missing.length === 0) return;
    for (const row of await transaction.read(readDefinitions, [arrayLiteral("int", missing)])) this.#add(row);
  }

  async publish(database: Database, documents: readonly unknown[]): Promise<void> {
    const rows = documents.map((document) => {
      const { id, entityType } = this.#compile(document);
      return { code: id, entity_type: entityType, document: document as object, content_hash: hashOf(document) };
    });
    await database.transaction(async (transaction) => {
      transaction.write(lockPublishing);
      transaction.write(publishDefinitions, [
        arrayLiteral(
          "text",
          rows.map((row) => row.code),
        ),
        arrayLiteral(
          "text",
          rows.map((row) => row.entity_type),
        ),
        arrayLiteral(
          "jsonb",
          rows.map((row) => row.document),
        ),
        arrayLiteral(
          "bytea",
          rows.map((row) => row.content_hash),
        ),
      ]);
    });
  }

  async loadLatest(database: Database): Promise<void> {
    for (const row of await database.read(readLatestDefinitions)) this.#latest.set(row.code, this.#add(row));
  }

  #add(row: DefinitionRow): Definition {
    const definition = { id: row.id, code: row.code, version: row.version, workflow: this.#compile(row.document) };
    this.#byId.set(row.id, definition);
    return definition;
  }

  #compile(document: unknown): Workflow {
    const compiled = compileWorkflow(document, this.#entityTypes);
    if ("workflow" in compiled) return compiled.workflow;
    const faults = compiled.faults.map((fault) => `${fault.pointer}: ${fault.message}`).join("; ");
    throw new Error(`A workflow definition has faults: ${faults}`);
  }
}

function hashOf(document: unknown): Buffer {
  return createHash("sha256").update(JSON.stringify(document)).digest();
}

interface DefinitionRow {
  id: number;
  code: string;
  version: number;
  document: unknown;
}

// Two processes that start together publish one after the other; the second one finds nothing to do.
const lockPublishing = statement(
  "workflow.lockPublishing",
  `select pg_advisory_xact_lock(hashtextextended('workflow.publish', 0))`,
);

const publishDefinitions = statement(
  "workflow.publishDefinitions",
  `insert into workflow.definitions (code, entity_type, version, document, content_hash)
   select given.code, given.entity_type, coalesce(latest.version, 0) + 1, given.document, given.content_hash
     from unnest($1::text[], $2::text[], $3::jsonb[], $4::bytea[]) as given (code, entity_type, document, content_hash)
     left join lateral (select version, content_hash from workflow.definitions d where d.code = given.code order by version desc limit 1) latest on true
    where latest.content_hash is distinct from given.content_hash`,
);

const readLatestDefinitions = statement<DefinitionRow>(
  "workflow.readLatestDefinitions",
  `select distinct on (code) id, code, version, document from workflow.definitions order by code, version desc`,
);

const readDefinitions = statement<DefinitionRow>(
  "workflow.readDefinitions",
  `select id, code, version, document from workflow.definitions where id = any($1::int[])`,
);

async function run(
  steps: ReadonlyMap<string, StepRun>,
  definitions: Definitions,
  transaction: Transaction,
  requests: readonly EngineRequest[],
  now: Date,
): Promise<EngineResult> {
  const subjects = new Map<string, EngineSubject>();
  const result = await runWorkflows<EngineSubject>(
    requests.map(({ entity, event }) => ({ subject: subjectOf(subjects, definitions, entity), event })),
    (step: StepCall, items) => {
      const execute = steps.get(step.key);
      if (execute === undefined) throw new Error(`No step ${step.key} is registered.`);
      const news = execute(items);
      const emitted = (news?.emitted ?? []).map(({ entity, event }) => ({
        subject: subjectOf(subjects, definitions, entity),
        event,
      }));
      return { emitted, failed: news?.failed ?? [] };
    },
  );
  write(transaction, result.progress, now);
  return result;
}

function subjectOf(
  subjects: Map<string, EngineSubject>,
  definitions: Definitions,
  entity: WorkflowEntity,
): EngineSubject {
  const known = subjects.get(entity.id);
  if (known !== undefined) return known;
  if (entity.place.state === "") entity.place.definitionId = definitions.latest(entity.startsWith ?? "").id;
  const subject: EngineSubject = {
    id: entity.id,
    root: entity.root,
    workflow: definitions.byId(entity.place.definitionId).workflow,
    state: entity.place.state === "" ? null : entity.place.state,
    context: entity.context,
    entity,
  };
  subjects.set(entity.id, subject);
  return subject;
}

const insertInstances = bulkInsert<{
  entity_id: string;
  entity_type: string;
  definition_id: number;
  state: string;
  entry: number;
  entered_at: Date;
}>("workflow.insertInstances", "workflow.instances", {
  entity_id: "uuid",
  entity_type: "text",
  definition_id: "int",
  state: "text",
  entry: "int",
  entered_at: "timestamptz",
});

const updateInstances = statement(
  "workflow.updateInstances",
  `update workflow.instances i set state = u.state, entry = u.entry, entered_at = $4::timestamptz
     from unnest($1::uuid[], $2::text[], $3::int[]) as u (entity_id, state, entry) where i.entity_id = u.entity_id`,
);

const insertHistory = bulkInsert<{
  entity_id: string;
  entry: number;
  event: string;
  from_state: string | null;
  to_state: string;
  occurred_at: Date;
  actor: string;
}>("workflow.insertHistory", "workflow.history", {
  entity_id: "uuid",
  entry: "int",
  event: "text",
  from_state: "text",
  to_state: "text",
  occurred_at: "timestamptz",
  actor: "text",
});

const insertTimers = bulkInsert<{ entity_id: string; entry: number; name: string; due_at: Date }>(
  "workflow.insertTimers",
  "workflow.timers",
  { entity_id: "uuid", entry: "int", name: "text", due_at: "timestamptz" },
);

/** A chain of eventless transitions is one row of history: from where the event found the entity to where it came to rest. */
function write(transaction: Transaction, progress: readonly Progress<EngineSubject>[], now: Date): void {
  const started: WorkflowEntity[] = [];
  const moved: WorkflowEntity[] = [];
  const history: Parameters<typeof insertHistory.parameters>[0][number][] = [];
  const timers: { entity_id: string; entry: number; name: string; due_at: Date }[] = [];
  for (const one of progress) {
    const { entity } = one.subject;
    const entered = one.moves.filter(({ transition }) => transition.enters);
    const first = entered[0];
    const last = entered.at(-1);
    if (first === undefined || last === undefined) continue;
    (entity.place.entry === 0 ? started : moved).push(entity);
    entity.place.state = last.transition.to.path;
    entity.place.entry++;
    history.push({
      entity_id: entity.id,
      entry: entity.place.entry,
      event: first.event.type,
      from_state: first.transition.from,
      to_state: entity.place.state,
      occurred_at: entity.occurredAt,
      actor: entity.actor,
    });
    if (entity.withoutTimers) continue;
    for (const timer of startedTimers(one)) {
      timers.push({
        entity_id: entity.id,
        entry: entity.place.entry,
        name: timer.event,
        due_at: new Date(now.getTime() + timer.delayMs),
      });
    }
  }
  transaction.insert(
    insertInstances,
    started.map((entity) => ({
      entity_id: entity.id,
      entity_type: entity.entityType,
      definition_id: entity.place.definitionId,
      state: entity.place.state,
      entry: entity.place.entry,
      entered_at: now,
    })),
  );
  if (moved.length > 0) {
    transaction.write(updateInstances, [
      arrayLiteral(
        "uuid",
        moved.map((entity) => entity.id),
      ),
      arrayLiteral(
        "text",
        moved.map((entity) => entity.place.state),
      ),
      arrayLiteral(
        "int",
        moved.map((entity) => entity.place.entry),
      ),
      now,
    ]);
  }
  transaction.insert(insertHistory, history);
  transaction.insert(insertTimers, timers);
}
