import type { Database, Transaction } from "../platform/db/database.ts";
import { arrayLiteral, bulkInsert, statement } from "../platform/db/statements.ts";
import type { Publications } from "../platform/documents/follow-publications.ts";
import { type DescribedEntityType, START, type StepCall, type Workflow, type WorkflowEvent } from "./compiled.ts";
import { BeginAnew, type Known, NOTHING_KNOWN } from "./begin-anew.ts";
import { Definitions, type Standing, UPGRADE_MS } from "./definitions.ts";
import { common, Refusal } from "../platform/refusals.ts";
import { compileWorkflow } from "./compile.ts";
import {
  type Outcome,
  type Progress,
  type Request,
  type RunResult,
  runWorkflows,
  startedTimers,
  type StepItem,
  type Subject,
} from "./run.ts";
import { followSelections, type WorkflowSelection } from "./select-workflow.ts";
import { WORKFLOW_KIND } from "./workflow-documents.ts";

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
  /** What it is about, by which one that begins is known again when the run begins anew and its siblings are others. */
  about?: string;
  place: Place;
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
  /** The same in every attempt of a run. */
  readonly key: string;
}

export interface EngineResult {
  /** One per request, in order. */
  outcomes: readonly Outcome[];
  /** Everyone who moved or failed. */
  progress: readonly Progress<EngineSubject>[];
  /** Rules that could not be asked which workflow a new entity starts with. */
  unasked: readonly UnaskedRule[];
}

export interface UnaskedRule {
  entity: WorkflowEntity;
  rule: string;
  error: unknown;
}

export interface Engine {
  /**
   * Takes the entities through their workflows and writes states, history and timers with one statement each. What steps did
   * before one of the same transition failed must not be kept: then it throws `BeginAnew` (`untilWhole`).
   */
  run(transaction: Transaction, requests: readonly EngineRequest[], now: Date, known?: Known): Promise<EngineResult>;
  /** Loads definitions that this process has not seen: a newer release may have published them meanwhile. */
  ensure(transaction: Transaction, definitionIds: readonly number[]): Promise<void>;
  /** After `ensure`: whether this release can run what stands on it. */
  knows(definitionId: number): boolean;
  /** What it has read and cannot run, by definition ID, with when that was published. */
  strange(): ReadonlyMap<number, Date>;
  /** The table an entity runs on; the definition is loaded when an order of this version has been seen before. */
  workflowOf(definitionId: number): Workflow;
  /** The table of a document that is not published; one with faults is refused with their places in `/content`. */
  compile(content: unknown): Workflow;
  /**
   * Lets entities run in memory and writes nothing; `instead` gives some of them another workflow. Steps run one entity at
   * a time, and `ran` is told of each.
   */
  rehearse(
    requests: readonly EngineRequest[],
    instead: Instead,
    ran: RanStep,
    now: Date,
  ): Promise<RunResult<EngineSubject>>;
}

type Instead = (entity: WorkflowEntity) => Workflow | null;
type RanStep = (step: string, entity: WorkflowEntity) => void;

export interface EngineOptions {
  database: Database;
  entityTypes: readonly DescribedEntityType[];
  /** By `entityType.step`. */
  steps: ReadonlyMap<string, StepRun>;
  /** Which workflows and versions new entities start with. */
  publications: Publications;
  /** Whether processes of other releases run: what this one does not understand can be left to them only then. */
  othersRun: () => boolean;
  /** A version was published that this release does not understand; it goes on with an earlier one. */
  onError: (error: unknown) => void;
}

/** Runs entities on the definitions that they began with, and starts new ones on what is in force. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const definitions = new Definitions(options.entityTypes, options.onError);
  // Rules follow the workflows that they name.
  await options.publications.follow(WORKFLOW_KIND, () => definitions.loadInForce(options.database));
  const selection = await followSelections(options.publications, options.entityTypes);
  const running = { steps: options.steps, definitions, selection, othersRun: options.othersRun };
  return {
    run: (transaction, requests, now, known = NOTHING_KNOWN) => run(running, transaction, { requests, now, known }),
    ensure: (transaction, definitionIds) => definitions.ensure(transaction, definitionIds),
    knows: (definitionId) => definitions.knows(definitionId),
    strange: () => definitions.strange(),
    workflowOf: (definitionId) => definitions.byId(definitionId).workflow,
    compile: (content) => compileOrRefuse(content, options.entityTypes),
    rehearse: (requests, instead, ran, now) => rehearse(running, requests, { instead, ran, now }),
  };
}

interface Running {
  steps: ReadonlyMap<string, StepRun>;
  definitions: Definitions;
  selection: WorkflowSelection;
  othersRun: () => boolean;
}

async function run(
  running: Running,
  transaction: Transaction,
  { requests, now, known }: { requests: readonly EngineRequest[]; now: Date; known: Known },
): Promise<EngineResult> {
  const subjects = new Subjects(running, { now, known });
  const result = await runWorkflows<EngineSubject>(subjects.ofAll(requests), (step: StepCall, items) => {
    const execute = running.steps.get(step.key);
    if (execute === undefined) throw new Error(`No step ${step.key} is registered.`);
    const news = execute(items);
    return { emitted: subjects.ofAll(news?.emitted ?? []), failed: news?.failed ?? [] };
  });
  if (result.halfDone.length > 0) {
    const stops = result.halfDone.map(({ subject, stop }) => [subject.key, stop] as const);
    throw new BeginAnew({ ...NOTHING_KNOWN, stops: new Map(stops) });
  }
  write(transaction, result.progress, now);
  return { ...result, unasked: subjects.unasked };
}

function compileOrRefuse(content: unknown, entityTypes: readonly DescribedEntityType[]): Workflow {
  const compiled = compileWorkflow(content, entityTypes);
  if ("workflow" in compiled) return compiled.workflow;
  const faults = compiled.faults.map(({ pointer, message }) => ({ pointer: `/content${pointer}`, message }));
  throw common.refuse("invalidInput", { message: "The workflow has faults.", faults });
}

async function rehearse(
  running: Running,
  requests: readonly EngineRequest[],
  { instead, ran, now }: { instead: Instead; ran: RanStep; now: Date },
): Promise<RunResult<EngineSubject>> {
  const subjects = new Subjects(running, { now, known: NOTHING_KNOWN }, instead);
  return await runWorkflows<EngineSubject>(
    requests.map(({ entity, event }) => ({ subject: subjects.of(entity), event })),
    (step: StepCall, items) => {
      const emitted: Request<EngineSubject>[] = [];
      const failed: { subject: EngineSubject; error: unknown }[] = [];
      for (const item of items) {
        try {
          const news = running.steps.get(step.key)?.([item]);
          for (const { entity, event } of news?.emitted ?? []) emitted.push({ subject: subjects.of(entity), event });
          failed.push(...(news?.failed ?? []));
        } catch (error) {
          // In earnest this would fail the whole call; here it is what there is to be told.
          failed.push({ subject: item.subject, error });
        }
        ran(step.name, item.subject.entity);
      }
      return { emitted, failed };
    },
  );
}

/** The entities of a run; what is new gets the workflow that the rules choose. */
class Subjects {
  readonly unasked: UnaskedRule[] = [];
  readonly #running: Running;
  readonly #known = new Map<string, EngineSubject>();
  readonly #at: { now: Date; known: Known };
  readonly #instead: Instead;
  /** How many begin in this run, of each root and what they are about. */
  readonly #begun = new Map<string, number>();

  constructor(running: Running, at: { now: Date; known: Known }, instead: Instead = () => null) {
    this.#running = running;
    this.#at = at;
    this.#instead = instead;
  }

  /** Those that cannot start now are told all at once. */
  ofAll(requests: readonly EngineRequest[]): Request<EngineSubject>[] {
    const refused = new Map<string, Refusal>();
    const found = requests.flatMap(({ entity, event }) => {
      try {
        return [{ subject: this.of(entity), event }];
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refused.set(entity.root, error);
        return [];
      }
    });
    if (refused.size > 0) throw new BeginAnew({ ...NOTHING_KNOWN, refused });
    return found;
  }

  of(entity: WorkflowEntity): EngineSubject {
    const known = this.#known.get(entity.id);
    if (known !== undefined) return known;
    const { definitions } = this.#running;
    const workflow = this.#instead(entity);
    if (entity.place.state === "" && workflow === null)
      entity.place.definitionId = definitions.inForce(this.#chosen(entity)).id;
    const key = this.#keyOf(entity);
    const subject: EngineSubject = {
      id: entity.id,
      key,
      stop: this.#at.known.stops.get(key),
      root: entity.root,
      workflow: workflow ?? definitions.byId(entity.place.definitionId).workflow,
      state: entity.place.state === "" ? null : entity.place.state,
      context: entity.context,
      entity,
    };
    this.#known.set(entity.id, subject);
    return subject;
  }

  /** The same in every attempt: what begins in a run gets another ID each time. */
  #keyOf({ id, root, place, about = "" }: WorkflowEntity): string {
    if (place.state !== "" || id === root) return id;
    const family = `${root} ${about}`;
    const number = (this.#begun.get(family) ?? 0) + 1;
    this.#begun.set(family, number);
    return `${family} ${number}`;
  }

  #chosen(entity: WorkflowEntity): string {
    const { entityType, context } = entity;
    const { selection, definitions, othersRun } = this.#running;
    const { now } = this.#at;
    const around = {
      standingOf: (code: string): Standing => definitions.standingOf(code, now),
      isLeft: (publishedAt: Date) => now.getTime() - publishedAt.getTime() < UPGRADE_MS && othersRun(),
    };
    const { workflow, failures } = selection.choose(entityType, { context, event: START }, around);
    for (const failure of failures) this.unasked.push({ entity, ...failure });
    return workflow;
  }
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

export const insertHistory = bulkInsert<{
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

export const insertTimers = bulkInsert<{ entity_id: string; entry: number; name: string; due_at: Date }>(
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
