import { createHash } from "node:crypto";
import { type Static, type TObject, Type } from "typebox";
import type {
  CompiledValue,
  ExpressionContext,
  ExpressionValue,
} from "../../platform/expressions/compile-expression.ts";
import type { Fault } from "../../platform/refusals.ts";
import {
  type DescribedStep,
  type EngineRequest,
  type EngineSubject,
  type GuardInput,
  type Params,
  parseDurationMs,
  type StepItem,
  type StepRun,
  type WorkflowEntity,
  type WorkflowEvent,
} from "../../workflow/public.ts";
import type { FulfillmentOrder } from "../aggregate.ts";
import { channelCode, type FulfillmentRun, locationCode, type OrderRun } from "../order-run.ts";

/** A step with all that workflows and the engine need of it. */
export interface OwnStep extends DescribedStep {
  readonly run: StepRun;
}

/** One order or fulfillment order that a workflow takes through a step. */
export interface StepEntry<StepParams> {
  run: OrderRun;
  /** Null: the workflow is the order's own. */
  fulfillmentOrder: FulfillmentOrder | null;
  entity: WorkflowEntity;
  event: WorkflowEvent;
  params: StepParams;
  item: StepItem<EngineSubject>;
  /** What a parameter says, worked out over this entity. */
  valueOf: (value: Value) => ExpressionValue;
}

/**
 * A building block for every workflow of this module, in a file of its own with a test. It decides everything before it
 * changes anything, so that an error leaves nothing half done; it collects rows instead of writing them, so that a batch
 * writes each table once; and what it does twice from the same state is the same.
 */
export interface GenericStep<Schema extends TObject = TObject> {
  name: string;
  /** For business users, in a sentence. */
  description: string;
  params: Schema;
  /** Events that the entity may get from it. */
  emits?: readonly string[];
  emitsOf?: (params: Static<Schema>) => readonly string[];
  /** What the schema does not say. */
  check?: (params: Static<Schema>) => readonly Fault[];
  /** The expressions in its parameters, by JSON pointer. */
  valuesIn?: (params: Static<Schema>) => Readonly<Record<string, Value>>;
  /** Whether it does its work for orders of the past too, which nobody is told of. */
  forHistorical: boolean;
  run: (entry: StepEntry<Static<Schema>>) => EngineRequest[] | void;
}

export function defineStep<Schema extends TObject>(step: GenericStep<Schema>): GenericStep {
  return step as unknown as GenericStep;
}

const Expression = Type.Object(
  {
    cel: Type.String({
      minLength: 1,
      maxLength: 2_000,
      description: "A value in CEL over the entity's context.",
      examples: ["order.total"],
    }),
  },
  { additionalProperties: false },
);

/** A value as it stands, or worked out. */
export const Value = Type.Union([Type.String({ maxLength: 1_000 }), Type.Number(), Type.Boolean(), Expression], {
  description: "A text, number or flag; or an expression in CEL.",
  examples: ["gift", { cel: "order.total" }],
});
export type Value = Static<typeof Value>;

const NAME = "^[a-z][A-Za-z0-9]{0,63}$";
const MAX_VALUES = 20;

export const Name = (description: string, example: string) =>
  Type.String({ pattern: NAME, description, examples: [example] });

export const Values = (description: string) =>
  Type.Record(Type.String({ pattern: NAME }), Value, { maxProperties: MAX_VALUES, description });

export function pointersTo(place: string, values: Readonly<Record<string, Value>> = {}): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${place}/${name}`, value]));
}

/** As JSON carries them: moments become texts. */
export function plainValues(
  values: Readonly<Record<string, Value>> = {},
  valueOf: (value: Value) => ExpressionValue,
): Record<string, string | number | boolean | null> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const worked = valueOf(value);
      return [name, worked instanceof Date ? worked.toISOString() : worked];
    }),
  );
}

export const Duration = (description: string, example: string) =>
  Type.String({ maxLength: 40, description: `${description} ISO 8601: P2D, PT30M, P1DT12H.`, examples: [example] });

export function faultsOfDuration(pointer: string, text: string | undefined): Fault[] {
  if (text === undefined || parseDurationMs(text) !== null) return [];
  return [{ pointer, message: 'must be a duration such as "P14D", "PT30M" or "P1DT12H"' }];
}

/** What the exceptions, tasks and events of a step say of what it is about. */
export function subjectOf({ run, fulfillmentOrder }: Pick<StepEntry<never>, "run" | "fulfillmentOrder">) {
  return {
    orderId: run.order.id,
    orderNumber: run.order.number,
    channel: channelCode(run),
    ...(fulfillmentOrder === null
      ? {}
      : {
          fulfillmentOrderNumber: fulfillmentOrder.number,
          location: locationCode(run, fulfillmentOrder.locationId),
        }),
  };
}

type PlacedStep = Pick<StepEntry<never>, "entity" | "run" | "item">;

/** The same for the same entity in the same place of its workflow, before the same change. */
function placeOf({ entity, run, item }: PlacedStep): string {
  return `${entity.id} ${entity.place.entry} ${run.order.version} ${item.pass} ${item.pointer}`;
}

/** The place as an ID for a row that must not be there twice. */
export function idOfStep(step: PlacedStep): string {
  const hex = createHash("sha256").update(placeOf(step)).digest("hex");
  const variant = "89ab"[Number.parseInt(hex[16]!, 16) & 3]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

type Conditions = ExpressionContext<GuardInput<never>>;

/** The step for workflows whose values look at these variables. */
export function stepOver(conditions: Conditions, step: GenericStep): OwnStep {
  const compiled = new WeakMap<object, Map<string, CompiledValue<GuardInput<never>>>>();
  const compile = (params: Params, cel: string): CompiledValue<GuardInput<never>> => {
    const known = compiled.get(params) ?? new Map<string, CompiledValue<GuardInput<never>>>();
    compiled.set(params, known);
    const value = known.get(cel) ?? conditions.compileValue(cel);
    known.set(cel, value);
    return value;
  };
  return {
    description: step.description,
    params: step.params,
    ...(step.emits === undefined ? {} : { emits: step.emits }),
    ...(step.emitsOf === undefined ? {} : { emitsOf: step.emitsOf as (params: Params) => readonly string[] }),
    check: (params) => [...(step.check?.(params) ?? []), ...faultsOfValues(conditions, step.valuesIn?.(params) ?? {})],
    run: (items) => {
      const emitted: EngineRequest[] = [];
      const failed: { subject: EngineSubject; error: unknown }[] = [];
      for (const item of items) {
        const { entity } = item.subject;
        const of = contextOf(entity);
        if (of.run.order.historical && !step.forHistorical) continue;
        const { stepsDone } = of.run.work;
        const place = placeOf({ ...of, entity, item });
        if (stepsDone.has(place)) continue;
        const valueOf = (value: Value): ExpressionValue => {
          if (typeof value !== "object") return value;
          const { cel } = value;
          const expression = compile(item.params, cel);
          if ("faults" in expression) throw new Error(`Not checked: ${cel}`);
          return expression.evaluate({ context: entity.context as never, event: item.event });
        };
        try {
          emitted.push(...(step.run({ ...of, entity, event: item.event, params: item.params, item, valueOf }) ?? []));
          stepsDone.add(place);
        } catch (error) {
          failed.push({ subject: item.subject, error });
        }
      }
      return { emitted, failed };
    },
  };
}

function faultsOfValues(conditions: Conditions, values: Readonly<Record<string, Value>>): Fault[] {
  return Object.entries(values).flatMap(([pointer, value]) => {
    if (typeof value !== "object") return [];
    const compiled = conditions.compileValue(value.cel);
    if (!("faults" in compiled)) return [];
    return compiled.faults.map(({ message, start, end }) => ({
      pointer: `${pointer}/cel`,
      message: `${message} (characters ${start} to ${end})`,
    }));
  });
}

function contextOf({ entityType, context }: WorkflowEntity): Pick<StepEntry<never>, "run" | "fulfillmentOrder"> {
  return entityType === "order" ? { run: context as OrderRun, fulfillmentOrder: null } : (context as FulfillmentRun);
}
