import { isDeepStrictEqual } from "node:util";
import { common, Refusal, type Fault } from "../refusals.ts";

/**
 * Reference data are the entities that feeds and people keep by the merchant's own code: SKUs, locations, networks,
 * channels. They all change in the same way, which is decided here, in memory.
 */
export interface Entity<Fields> {
  readonly uuid: string;
  readonly code: string;
  /** Counts its changes from 1; also the sequence of its events. */
  readonly version: number;
  readonly fields: Fields;
}

export interface Change<Fields> {
  code: string;
  /** merge: creates it, or changes the given fields. replace: creates it, or sets every field. amend: changes an existing one. */
  kind: "merge" | "replace" | "amend";
  fields: Partial<Fields>;
  /** The version that the caller has read; null: whichever. */
  ifMatch: number | null;
}

export interface EntityRules<Fields> {
  /** What a field is when nobody has said; fields without a default are required. */
  defaults: Partial<Fields>;
  required: readonly (keyof Fields & string)[];
  /** One spelling for what means the same, so that it does not count as a change. */
  normalize?: (fields: Fields) => Fields;
  /** What schemas cannot say; pointers are relative to the fields ("/gtin"). */
  faultsOf: (fields: Fields) => Fault[];
}

export interface Accepted<Fields> {
  outcome: "created" | "changed" | "unchanged";
  entity: Entity<Fields>;
  /** Names of the fields that differ from before. */
  changed: readonly string[];
}
export type Decision<Fields> = Accepted<Fields> | Refusal;

/**
 * Decides changes one after the other, each by itself: several of one code build on each other, a refused one leaves
 * the others alone, and a change that changes nothing keeps the version, so that a feed may repeat itself.
 */
export function decideChanges<Fields extends object>(
  rules: EntityRules<Fields>,
  existing: ReadonlyMap<string, Entity<Fields>>,
  changes: readonly Change<Fields>[],
  newUuid: () => string,
): Decision<Fields>[] {
  const current = new Map(existing);
  return changes.map((change) => {
    const decision = decide(rules, current.get(change.code), change, newUuid);
    if (!(decision instanceof Refusal)) current.set(change.code, decision.entity);
    return decision;
  });
}

function decide<Fields extends object>(
  rules: EntityRules<Fields>,
  before: Entity<Fields> | undefined,
  change: Change<Fields>,
  newUuid: () => string,
): Decision<Fields> {
  if (before === undefined && change.kind === "amend")
    return common.refuse("notFound", { message: `There is no ${change.code}.` });
  if (change.ifMatch !== null && change.ifMatch !== (before?.version ?? 0)) {
    return common.refuse("versionConflict", { details: { version: before?.version ?? null } });
  }
  const base = before === undefined || change.kind === "replace" ? rules.defaults : before.fields;
  const wanted = { ...base, ...withoutUndefined(change.fields) } as Fields;
  const faults = faultsOf(rules, wanted);
  if (faults.length > 0)
    return common.refuse("invalidInput", { message: `${faults[0]!.pointer}: ${faults[0]!.message}`, faults });
  const fields = rules.normalize ? rules.normalize(wanted) : wanted;
  if (before === undefined)
    return {
      outcome: "created",
      entity: { uuid: newUuid(), code: change.code, version: 1, fields },
      changed: Object.keys(fields),
    };
  const changed = changedNames(before.fields, fields);
  if (changed.length === 0) return { outcome: "unchanged", entity: before, changed };
  return { outcome: "changed", entity: { ...before, version: before.version + 1, fields }, changed };
}

function faultsOf<Fields extends object>(rules: EntityRules<Fields>, fields: Fields): Fault[] {
  const missing = rules.required.filter((name) => fields[name] === undefined || fields[name] === null);
  if (missing.length > 0)
    return missing.map((name) => ({ pointer: `/${name}`, message: "is required", code: "required" }));
  return rules.faultsOf(fields);
}

function changedNames<Fields extends object>(before: Fields, after: Fields): string[] {
  return Object.keys(after).filter(
    (name) => !isDeepStrictEqual(before[name as keyof Fields], after[name as keyof Fields]),
  );
}

function withoutUndefined<Fields extends object>(fields: Partial<Fields>): Partial<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Fields>;
}
