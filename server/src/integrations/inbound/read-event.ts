import { isStorable } from "../../platform/http/unstorable.ts";
import { integrations } from "../refusals.ts";
import type { CompiledSource } from "./compile-source.ts";
import type { EventFacts } from "./inbound-context.ts";
import { readPointer, readTime } from "./read-pointer.ts";
import type { InboundRule } from "./source-schema.ts";

const LONGEST_ID = 200;
const LONGEST_TEXT = 500;

/** What an event tells; throws when it lacks what its source says every event has. */
export function readEvent({ code, content }: CompiledSource, body: string, headerId: string | undefined): EventFacts {
  const json = parse(body);
  const { event, fields } = content;
  const id = event.id === undefined ? headerId : nameAt(json, event.id);
  const type = nameAt(json, event.type);
  if (id === undefined || !isName(id)) throw unreadable(event.id ?? "webhook-id", "has no ID of 1 to 200 characters");
  if (type === undefined) throw unreadable(event.type, "has no type of 1 to 200 characters");
  const time = event.time === undefined ? null : readTime(readPointer(json, event.time));
  if (event.time !== undefined && time === null) throw unreadable(event.time, "has no time");
  const sequence = event.sequence === undefined ? null : readPointer(json, event.sequence);
  if (sequence !== null && !(Number.isSafeInteger(sequence) && (sequence as number) > 0))
    throw unreadable(event.sequence!, "has no whole number above 0");
  const known = Object.entries(fields).flatMap(([name, pointer]) => {
    const value = readPointer(json, pointer);
    return isScalar(value) ? [[name, value] as const] : [];
  });
  return { source: code, id, type, time, sequence: sequence as number | null, fields: Object.fromEntries(known) };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw unreadable("", "is not valid JSON");
  }
}

function nameAt(json: unknown, pointer: string): string | undefined {
  const value = readPointer(json, pointer);
  const name = typeof value === "number" ? String(value) : value;
  return typeof name === "string" && isName(name) ? name : undefined;
}

function isName(name: string): boolean {
  return name.length > 0 && name.length <= LONGEST_ID && isStorable(name);
}

function isScalar(value: unknown): value is string | number | boolean {
  return (typeof value === "string" && isStorable(value)) || typeof value === "number" || typeof value === "boolean";
}

function unreadable(pointer: string, message: string): Error {
  return integrations.refuse("unreadableEvent", { message: `The body ${message}.`, faults: [{ pointer, message }] });
}

export interface InboundPlan {
  rule: string;
  about: InboundRule["about"];
  /** By which the sender names the entity. */
  name: string;
  event: string;
  data: Readonly<Record<string, string | number | boolean>>;
}

/** What is to be done about an event. Faulty: the rules do not fit it, so that people must look. */
export type Meaning = { kind: "planned"; plan: InboundPlan } | { kind: "ignored" } | { kind: "faulty"; reason: string };

/** What the source's rules make of an event. */
export function meaningOf({ rules }: CompiledSource, facts: EventFacts): Meaning {
  for (const { rule, applies } of rules) {
    try {
      if (applies(facts)) return planOf(rule, facts);
    } catch (error) {
      return { kind: "faulty", reason: `The condition of the rule ${rule.name} fails: ${(error as Error).message}` };
    }
  }
  return { kind: "ignored" };
}

function planOf({ name: rule, about, event, data = {} }: InboundRule, { fields }: EventFacts): Meaning {
  const named = fields[about.field];
  const name = typeof named === "number" ? String(named) : named;
  if (typeof name !== "string" || name === "" || name.length > LONGEST_ID)
    return {
      kind: "faulty",
      reason: `The rule ${rule} applies, but the field ${about.field} names no ${about.entity}.`,
    };
  const told: Record<string, string | number | boolean> = {};
  for (const [key, datum] of Object.entries(data)) {
    const value = "value" in datum ? datum.value : fields[datum.field];
    if (typeof value === "string" && value.length > LONGEST_TEXT)
      return { kind: "faulty", reason: `The rule ${rule} applies, but its ${key} is longer than ${LONGEST_TEXT}.` };
    if (value !== undefined) told[key] = value;
  }
  return { kind: "planned", plan: { rule, about, name, event, data: told } };
}

/** The entity as the source names it: its events are applied one after the other. */
export function entityKeyOf(meaning: Meaning): string | null {
  if (meaning.kind !== "planned") return null;
  const { about, name } = meaning.plan;
  const channel = "channel" in about && about.channel !== undefined ? ` ${about.channel}` : "";
  return `${about.entity} ${about.by}${channel} ${name}`;
}
