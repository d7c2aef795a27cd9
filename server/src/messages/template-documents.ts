import { type TSchema, Type } from "typebox";
import type { DocumentCheck, DocumentKind, ShippedDocument } from "../platform/documents/document-kind.ts";
import type { Fault } from "../platform/refusals.ts";
import { compareTemplates } from "./compare-templates.ts";
import { faultsOfSchema } from "../platform/documents/faults-of-schema.ts";
import { listAt, type ParsedText, parseText, unknownNames } from "./liquid.ts";
import { EVERY_MESSAGE } from "./message-context.ts";
import { titleOf } from "./sender.ts";
import { Block, MAX_ROWS, MessageTemplate } from "./template.ts";
import type { MessageTrigger } from "./triggers.ts";

export const TEMPLATE_KIND = "message-template";

/** Parts that a message renders at most: 2 to 4 µs each, so that the costliest one stays below 10 ms (reliability 16). */
const MAX_COST = 1_500;

export interface TemplateDocumentOptions {
  triggers: readonly MessageTrigger[];
  shipped: readonly ShippedDocument[];
}

/** What messages say, as documents that people edit, check, compare and publish. */
export function templateDocuments({ triggers, shipped }: TemplateDocumentOptions): DocumentKind {
  const contexts = new Map(triggers.map((trigger) => [trigger.code, contextOf(trigger)]));
  return {
    kind: TEMPLATE_KIND,
    title: "Message template",
    description:
      "What a message to customers says: for one trigger, medium and language, and if wanted for one brand or channel.",
    schema: MessageTemplate,
    titleOf,
    facts: { trigger: "trigger", medium: "medium", language: "language", brand: "brand", channel: "channel" },
    check: (content) => checkTemplate(content, contexts),
    compare: (before, after) => compareTemplates(before as MessageTemplate, after as MessageTemplate),
    shipped,
  };
}

/** All that templates of this trigger may name. */
export function contextOf(trigger: MessageTrigger): TSchema {
  return Type.Object({ ...EVERY_MESSAGE.properties, ...trigger.context.properties });
}

const Frame = Type.Object(
  {
    ...MessageTemplate.properties,
    blocks: Type.Optional(Type.Array(Type.Object({ type: Type.String() }), { minItems: 1, maxItems: 40 })),
  },
  { additionalProperties: false },
);

function checkTemplate(content: unknown, contexts: ReadonlyMap<string, TSchema>): DocumentCheck {
  const faults = faultsOfSchema(Frame, content);
  if (faults.length > 0) return { faults, warnings: [] };
  const template = content as MessageTemplate;
  for (const [index, block] of (template.blocks ?? []).entries())
    faults.push(...faultsOfBlock(block, `/blocks/${index}`));
  faults.push(...missingParts(template));
  const context = contexts.get(template.trigger);
  if (context === undefined)
    faults.push({ pointer: "/trigger", message: `is none of ${[...contexts.keys()].join(", ")}` });
  if (context === undefined || faults.length > 0) return { faults, warnings: [] };
  return { faults: faultsOfTexts(template, context), warnings: [] };
}

const BLOCKS = new Map(Block.anyOf.map((schema) => [schema.properties.type.const as string, schema as TSchema]));

function faultsOfBlock(block: { type: string }, pointer: string): Fault[] {
  const schema = BLOCKS.get(block.type);
  if (schema === undefined)
    return [{ pointer: `${pointer}/type`, message: `is none of ${[...BLOCKS.keys()].join(", ")}` }];
  return faultsOfSchema(schema, block, pointer);
}

function missingParts({ medium, subject, blocks, text, layout }: MessageTemplate): Fault[] {
  const needs = { subject: medium !== "sms", blocks: medium === "email", text: medium !== "email" };
  const given = { subject, blocks, text };
  const faults = (Object.keys(needs) as (keyof typeof needs)[]).flatMap((part): Fault[] => {
    if (needs[part] === (given[part] !== undefined)) return [];
    return [{ pointer: `/${part}`, message: needs[part] ? `is needed for ${medium}` : `has no place in ${medium}` }];
  });
  if (layout !== undefined && medium !== "email")
    faults.push({ pointer: "/layout", message: `has no place in ${medium}` });
  return faults;
}

/** Every text of a template with its place; `each` where it is filled in for each row of a list. */
interface PlacedText {
  pointer: string;
  text: string;
  each: string | null;
}

export function textsOf({ subject, text, blocks = [] }: MessageTemplate): PlacedText[] {
  const placed: PlacedText[] = [];
  if (subject !== undefined) placed.push({ pointer: "/subject", text: subject, each: null });
  if (text !== undefined) placed.push({ pointer: "/text", text, each: null });
  for (const [index, block] of blocks.entries()) {
    const each = block.type === "rows" ? block.each : null;
    for (const [field, value] of Object.entries(block)) {
      if (field !== "type" && field !== "each")
        placed.push({ pointer: `/blocks/${index}/${field}`, text: value, each });
    }
  }
  return placed;
}

function faultsOfTexts(template: MessageTemplate, context: TSchema): Fault[] {
  const faults: Fault[] = [];
  let cost = 0;
  for (const { pointer, text, each } of textsOf(template)) {
    const parsed = parseText(text);
    if ("fault" in parsed) {
      faults.push({ pointer, message: parsed.fault });
      continue;
    }
    cost += parsed.cost * (each === null ? 1 : Math.min(MAX_ROWS, listAt(context, each)?.maxItems ?? MAX_ROWS));
    faults.push(...faultsOfNames(parsed, pointer, each, context));
  }
  for (const [index, block] of (template.blocks ?? []).entries()) {
    if (block.type === "rows" && listAt(context, block.each) === undefined)
      faults.push({ pointer: `/blocks/${index}/each`, message: `there is no list ${block.each}` });
  }
  if (cost > MAX_COST) faults.push({ pointer: "", message: `has ${cost} parts to fill in, of at most ${MAX_COST}` });
  return faults;
}

function faultsOfNames(parsed: ParsedText, pointer: string, each: string | null, context: TSchema): Fault[] {
  const row = each === null ? undefined : listAt(context, each)?.row;
  if (each !== null && row === undefined) return [];
  const properties = (context as { properties?: Record<string, TSchema> }).properties!;
  return unknownNames(parsed, row === undefined ? context : Type.Object({ ...properties, row }), pointer);
}
