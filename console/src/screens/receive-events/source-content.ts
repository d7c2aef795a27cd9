import type { DocumentName } from "../change-documents/documents.ts";

/** A source of events as its document says it (server/src/integrations/inbound/source-schema.ts). */
export interface Source {
  readonly title: string;
  readonly signature: Signature;
  readonly toleranceSeconds: number;
  readonly event: { readonly id?: string; readonly type: string; readonly time?: string; readonly sequence?: string };
  /** Where the body has what the rules look at, by name. */
  readonly fields: Readonly<Record<string, string>>;
  readonly rules: readonly SourceRule[];
}

export type Signature =
  | { readonly scheme: "standardWebhooks" }
  | {
      readonly scheme: "hmacSha256";
      readonly header: string;
      readonly encoding: "hex" | "base64";
      readonly prefix?: string;
    };

export interface SourceRule {
  readonly name: string;
  readonly when: string;
  readonly about: { readonly entity: Entity; readonly by: string; readonly field: string; readonly channel?: string };
  readonly event: string;
  readonly data?: Readonly<Record<string, Datum>>;
}

export type Datum = { readonly field: string } | { readonly value: string | number | boolean };

/** What events may be about, and by what each is named. */
export const naming = {
  order: ["number", "externalReference", "id"],
  fulfillmentOrder: ["id"],
  shipment: ["trackingNumber", "id"],
} as const;
export type Entity = keyof typeof naming;
export const entities = ["order", "fulfillmentOrder", "shipment"] as const satisfies readonly Entity[];

export const KIND = "inbound-source";

export function sourceName(code: string): DocumentName {
  return { kind: KIND, code };
}

/** What can be edited as a source; null: it has another shape. */
export function asSource(content: unknown): Source | null {
  const { signature, event, fields, rules } = (content ?? {}) as Partial<Source>;
  const sound = [signature, event, fields].every((part) => typeof part === "object" && part !== null);
  return sound && Array.isArray(rules) ? (content as Source) : null;
}

export function newSource(title: string): Source {
  return {
    title,
    signature: { scheme: "standardWebhooks" },
    toleranceSeconds: 300,
    event: { id: "/id", type: "/type", time: "/time" },
    fields: { order: "/data/order" },
    rules: [],
  };
}

export function newRule(name: string, { fields }: Source): SourceRule {
  return {
    name,
    when: 'event.type == "…"',
    about: { entity: "order", by: "number", field: Object.keys(fields)[0] ?? "" },
    event: "hold",
    data: { reason: { value: "…" } },
  };
}

/** Without what is empty: the document leaves it out. */
export function withPlace(source: Source, name: keyof Source["event"], place: string): Source {
  const { [name]: _, ...others } = source.event;
  return { ...source, event: { ...others, ...(place === "" ? {} : { [name]: place }) } as Source["event"] };
}

/** Replaces one entry of a record, keeping the order; undefined takes it away. */
export function withEntry<Value>(
  record: Readonly<Record<string, Value>>,
  index: number,
  entry: readonly [string, Value] | undefined,
): Record<string, Value> {
  const entries = Object.entries(record);
  return Object.fromEntries(entries.toSpliced(index, 1, ...(entry ? [[...entry] as [string, Value]] : [])));
}

/** A name that is not taken yet. */
export function freeName(taken: object, beginning: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? beginning : `${beginning}${number}`;
    if (!Object.hasOwn(taken, name)) return name;
  }
}

export function withRule(source: Source, index: number, rule: SourceRule | undefined): Source {
  return { ...source, rules: source.rules.toSpliced(index, 1, ...(rule ? [rule] : [])) };
}

export function withMovedRule(source: Source, index: number, step: 1 | -1): Source {
  const rule = source.rules[index];
  const to = index + step;
  if (!rule || to < 0 || to >= source.rules.length) return source;
  return { ...source, rules: source.rules.toSpliced(index, 1).toSpliced(to, 0, rule) };
}
