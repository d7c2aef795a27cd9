import type { DocumentCheck } from "../../platform/documents/document-kind.ts";
import type { Fault } from "../../platform/refusals.ts";
import { faultsOfSchema } from "../../platform/documents/faults-of-schema.ts";
import { tellableFault } from "../../orders/public.ts";
import { type EventFacts, inboundConditions } from "./inbound-context.ts";
import { InboundSource, type InboundRule } from "./source-schema.ts";

/** A source in force, ready to read events. */
export interface CompiledSource {
  code: string;
  content: InboundSource;
  rules: readonly { rule: InboundRule; applies: (facts: EventFacts) => boolean }[];
}

export function compileSource(code: string, content: unknown): CompiledSource {
  const { faults } = checkSource(content);
  if (faults.length > 0) throw new Error(`The source ${code} is faulty: ${faults[0]!.pointer} ${faults[0]!.message}`);
  const source = content as InboundSource;
  const rules = source.rules.map((rule) => {
    const compiled = inboundConditions.compile(rule.when);
    if ("faults" in compiled) throw new Error(`The rule ${rule.name} of ${code} is faulty.`);
    return { rule, applies: compiled.test };
  });
  return { code, content: source, rules };
}

/** Everything that keeps a source from being published. */
export function checkSource(content: unknown): DocumentCheck {
  const shape = faultsOfSchema(InboundSource, content);
  if (shape.length > 0) return { faults: shape, warnings: [] };
  const source = content as InboundSource;
  const faults = [...eventFaults(source), ...source.rules.flatMap((rule, index) => ruleFaults(source, rule, index))];
  const warnings = source.rules.length === 0 ? [{ pointer: "/rules", message: "without rules all is ignored" }] : [];
  return { faults, warnings };
}

/** What is not signed proves nothing: with a signature of the body alone, ID and time must stand in the body. */
function eventFaults({ signature, event }: InboundSource): Fault[] {
  if (signature.scheme === "standardWebhooks") return [];
  const faults: Fault[] = [];
  if (event.id === undefined)
    faults.push({ pointer: "/event/id", message: "is required: only the body is signed, so the ID must stand in it" });
  if (event.time === undefined)
    faults.push({ pointer: "/event/time", message: "is required: only it tells an old replay from an event" });
  return faults;
}

function ruleFaults(source: InboundSource, rule: InboundRule, index: number): Fault[] {
  const pointer = `/rules/${index}`;
  const faults: Fault[] = [];
  const known = (name: string): boolean => Object.hasOwn(source.fields, name);
  const compiled = inboundConditions.compile(rule.when);
  if ("faults" in compiled)
    for (const { message, start, end } of compiled.faults)
      faults.push({ pointer: `${pointer}/when`, message: `${message} (characters ${start} to ${end})` });
  if (!known(rule.about.field))
    faults.push({ pointer: `${pointer}/about/field`, message: `${rule.about.field} is none of the fields` });
  if (rule.about.entity === "order" && (rule.about.by === "externalReference") !== (rule.about.channel !== undefined))
    faults.push({ pointer: `${pointer}/about/channel`, message: "belongs to externalReference, and is needed there" });
  const message = eventFault(rule);
  if (message !== null) faults.push({ pointer: `${pointer}/event`, message });
  for (const [name, datum] of Object.entries(rule.data ?? {}))
    if ("field" in datum && !known(datum.field))
      faults.push({ pointer: `${pointer}/data/${name}/field`, message: `${datum.field} is none of the fields` });
  return faults;
}

function eventFault({ about, event, data = {} }: InboundRule): string | null {
  if (about.entity === "shipment") {
    if (event === "deliver") return Object.keys(data).length === 0 ? null : "deliver takes no data";
    if (event !== "lose") return "must be deliver or lose for a shipment";
    return Object.keys(data).every((name) => name === "reason") ? null : "lose takes only a reason";
  }
  if (about.entity === "order" && event === "hold")
    return "reason" in data && Object.keys(data).length === 1 ? null : "hold takes a reason and nothing else";
  return tellableFault(about.entity, event);
}
