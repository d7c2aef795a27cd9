/** Text of a context is cut here, so that no expression becomes slow by what a channel sends. */
const MAX_TEXT_CHARACTERS = 1_000;

export type FieldType = "text" | "whole" | "decimal" | "flag" | "moment" | "record" | "list" | "object";

/** One value that expressions see, read from its source when an expression asks for it. */
export interface Field<Source> {
  type: FieldType;
  description: string;
  example: unknown;
  /** The name of its type to CEL. */
  cel: string;
  /** Undefined: absent, `has(…)` is false. */
  read: (source: Source) => unknown;
  /** What the object is, or the objects in the list. */
  view: View<never> | null;
  /** A list has at most this many items; null: it is none. */
  maxItems: number | null;
}

/** A kind of object in expressions: the only way to its source, field by field. */
export interface View<Source> {
  name: string;
  fields: Readonly<Record<string, Field<Source>>>;
  /** Instances of it are what CEL sees. */
  type: new (
    source: Source,
  ) => object;
}

/**
 * Declares an object that expressions see. No other fields exist for them: neither the rest of the source nor what
 * JavaScript hangs on objects. Lists and objects are made once per instance, whatever an expression does with them.
 */
export function defineView<Source>(name: string, fields: Record<string, Field<Source>>): View<Source> {
  class Instance {
    readonly source: Source;
    readonly made = new Map<string, unknown>();

    constructor(source: Source) {
      this.source = source;
    }
  }
  for (const [field, { type, read }] of Object.entries(fields)) {
    const isMade = type === "list" || type === "object" || type === "record";
    Object.defineProperty(Instance.prototype, field, { get: isMade ? make : readNow });
    function readNow(this: Instance): unknown {
      return read(this.source);
    }
    function make(this: Instance): unknown {
      if (!this.made.has(field)) this.made.set(field, read(this.source));
      return this.made.get(field);
    }
  }
  return { name, fields, type: Instance };
}

type Read<Source, Value> = (source: Source) => Value;

function scalar<Source>(
  type: FieldType,
  cel: string,
  description: string,
  example: unknown,
  read: Read<Source, unknown>,
): Field<Source> {
  return { type, cel, description, example, read, view: null, maxItems: null };
}

/** What is absent is "". */
export function text<Source>(
  description: string,
  example: string,
  read: Read<Source, string | null | undefined>,
): Field<Source> {
  return scalar("text", "string", description, example, (source) => cut(read(source) ?? ""));
}

const cut = (value: string): string =>
  value.length > MAX_TEXT_CHARACTERS ? value.slice(0, MAX_TEXT_CHARACTERS) : value;

/** Whole numbers: counts, and amounts in minor units. */
export function whole<Source>(description: string, example: number, read: Read<Source, number>): Field<Source> {
  return scalar("whole", "int", description, example, (source) => BigInt(read(source)));
}

export function flag<Source>(description: string, example: boolean, read: Read<Source, boolean>): Field<Source> {
  return scalar("flag", "bool", description, example, read);
}

export function moment<Source>(description: string, example: string, read: Read<Source, Date | null>): Field<Source> {
  return scalar("moment", "google.protobuf.Timestamp", description, example, (source) => read(source) ?? undefined);
}

/** Fields that others have given: those that are text, numbers or flags; objects and lists in it are not seen. */
export function record<Source>(
  description: string,
  example: object,
  read: Read<Source, Readonly<Record<string, unknown>>>,
): Field<Source> {
  return scalar("record", "map<string, dyn>", description, example, (source) => scalarsOf(read(source)));
}

function scalarsOf(given: Readonly<Record<string, unknown>>): Map<string, unknown> {
  const seen = new Map<string, unknown>();
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "string") seen.set(name, cut(value));
    else if (typeof value === "number" || typeof value === "boolean") seen.set(name, value);
  }
  return seen;
}

export function object<Source, Inner>(
  description: string,
  view: View<Inner>,
  read: Read<Source, Inner>,
): Field<Source> {
  const field = scalar<Source>("object", view.name, description, undefined, (source) => new view.type(read(source)));
  return { ...field, view: view as unknown as View<never> };
}

export function texts<Source>(
  description: string,
  example: readonly string[],
  maxItems: number,
  read: Read<Source, Iterable<string>>,
): Field<Source> {
  const field = scalar<Source>("list", "list<string>", description, example, (source) => {
    const values = Array.from(read(source), cut);
    refuseTooMany(values, maxItems);
    return values;
  });
  return { ...field, maxItems };
}

export function objects<Source, Inner>(
  description: string,
  maxItems: number,
  view: View<Inner>,
  read: Read<Source, Iterable<Inner>>,
): Field<Source> {
  const field = scalar<Source>("list", `list<${view.name}>`, description, undefined, (source) => {
    const values = Array.from(read(source), (inner) => new view.type(inner));
    refuseTooMany(values, maxItems);
    return values;
  });
  return { ...field, view: view as unknown as View<never>, maxItems };
}

/** The cost of an expression was reckoned with so many. */
function refuseTooMany(values: readonly unknown[], maxItems: number): void {
  if (values.length > maxItems) throw new Error(`Expressions see at most ${maxItems} items, not ${values.length}.`);
}
