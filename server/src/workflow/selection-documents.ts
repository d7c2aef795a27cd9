import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import type { Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import type { DocumentChange, DocumentCheck, DocumentKind } from "../platform/documents/document-kind.ts";
import { documents } from "../platform/documents/refusals.ts";
import type { Fault } from "../platform/refusals.ts";
import { doubtsIn } from "./doubts-in.ts";
import type { DescribedEntityType } from "./compiled.ts";
import { pointerTo } from "./parse-definition.ts";

export const SELECTION_KIND = "workflow-selection";
const MAX_RULES = 100;
const closed = { additionalProperties: false } as const;

const Workflow = Type.String({
  pattern: "^[a-z][a-z0-9-]{0,63}$",
  description: "Code of a published workflow.",
  examples: ["pickup-order"],
});

export const Selection = Type.Object(
  {
    version: Type.Optional(Type.String({ maxLength: 20, description: "Of what a release ships.", examples: ["1"] })),
    title: Type.String({ minLength: 1, maxLength: 200, description: "For people.", examples: ["Workflows of orders"] }),
    entityType: Type.String({ maxLength: 64, description: "What it chooses for.", examples: ["order"] }),
    rules: Type.Array(
      Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 200, description: "For people.", examples: ["Pickup"] }),
          when: Type.String({
            minLength: 1,
            maxLength: 2_000,
            description: "A condition in CEL.",
            examples: ['order.type == "pickup"'],
          }),
          workflow: Workflow,
        },
        closed,
      ),
      { maxItems: MAX_RULES, description: "Tried in order; the first whose condition holds decides." },
    ),
    otherwise: Workflow,
  },
  { ...closed, description: "Which workflow something new starts with." },
);
export type Selection = Static<typeof Selection>;

export interface SelectionDocumentOptions {
  entityTypes: readonly DescribedEntityType[];
  shipped: readonly unknown[];
  /** The workflows that are in force, and those that come with this release. */
  published: () => readonly unknown[];
}

/** Which workflow something new starts with, as documents: one for each entity type (B1, O13). */
export function selectionDocuments(options: SelectionDocumentOptions): DocumentKind {
  return {
    kind: SELECTION_KIND,
    title: "Choice of workflow",
    description: "Rules over channel, brand, market, type, customer, lines and location that choose the workflow.",
    schema: Selection,
    titleOf: (content) => {
      const { title } = (content ?? {}) as { title?: unknown };
      return typeof title === "string" && title !== "" ? title.slice(0, 200) : null;
    },
    facts: { entityType: "entityType" },
    check: (content, code) => check(options, content, code),
    compare: (before, after) => compare(before as Selection, after as Selection),
    publish: (transaction, { content }) => refuseUnpublished(transaction, content as Selection),
    retire: async () => {
      throw documents.refuse("documentInUse", { message: "Without it nothing new could start; publish another one." });
    },
    shipped: options.shipped.map((content) => {
      const { entityType, version } = content as Selection;
      return { code: selectionCode(entityType), shippedVersion: Number(version), content };
    }),
  };
}

/** The one document that chooses for an entity type: `fulfillment-order` for fulfillmentOrder. */
export function selectionCode(entityType: string): string {
  return entityType.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function check(options: SelectionDocumentOptions, content: unknown, code: string): DocumentCheck {
  const wrong = Value.Errors(Selection, content).map(({ instancePath, message }) => ({
    pointer: instancePath,
    message,
  }));
  if (wrong.length > 0) return { faults: wrong, warnings: [] };
  const selection = content as Selection;
  const entityType = options.entityTypes.find(({ name }) => name === selection.entityType);
  if (entityType === undefined || selectionCode(entityType.name) !== code) {
    const known = options.entityTypes.find(({ name }) => selectionCode(name) === code)?.name;
    const message = known === undefined ? `does not belong to the code ${code}` : `must be ${known}, as its code says`;
    return { faults: [{ pointer: "/entityType", message }], warnings: [] };
  }
  const known = options.published() as readonly { id: string; meta: { entityType: string } }[];
  const workflowFault = (workflow: string, pointer: string): Fault[] => {
    const of = known.find(({ id }) => id === workflow)?.meta.entityType;
    if (of === undefined) return [{ pointer, message: `is no published workflow: ${workflow}` }];
    return of === entityType.name ? [] : [{ pointer, message: `is a workflow of ${of}, not of ${entityType.name}` }];
  };
  const faults = selection.rules.flatMap(({ when, workflow }, index) => {
    const at = pointerTo("/rules", index);
    const compiled = entityType.conditions.compile(when);
    const conditions = "faults" in compiled ? compiled.faults : [];
    return [
      ...conditions.map(({ message, start, end }) => ({
        pointer: `${at}/when`,
        message: `${message} (characters ${start} to ${end})`,
      })),
      ...workflowFault(workflow, `${at}/workflow`),
    ];
  });
  const doubts = doubtsIn(selection, entityType.conditions);
  const warnings = [...warningsOf(selection), ...doubts];
  return { faults: [...faults, ...workflowFault(selection.otherwise, "/otherwise")], warnings };
}

/** Rules that never decide, or that decide nothing. */
function warningsOf({ rules, otherwise }: Selection): Fault[] {
  const seen = new Set<string>();
  const always = rules.findIndex(({ when }) => when.trim() === "true");
  return rules.flatMap(({ when }, index): Fault[] => {
    const pointer = pointerTo("/rules", index);
    if (always !== -1 && index > always) return [{ pointer, message: "never decides: one before it always does" }];
    if (seen.has(when.trim())) return [{ pointer, message: "never decides: one before it has the same condition" }];
    seen.add(when.trim());
    const idle = rules.slice(index).every(({ workflow }) => workflow === otherwise);
    return idle ? [{ pointer, message: `changes nothing: ${otherwise} is chosen either way` }] : [];
  });
}

function compare(before: Selection, after: Selection): DocumentChange[] {
  const changes: DocumentChange[] = [];
  const changed = (part: string, pointer: string, what: string, was: string, is: string): void => {
    if (was === is) return;
    const sentence = `${what} is now ${is} instead of ${was}.`;
    changes.push({ change: "changed", part, pointer, sentence, before: was, after: is });
  };
  changed("title", "/title", "The name", before.title, after.title);
  const kept: number[] = [];
  before.rules.forEach((rule, index) => {
    if (after.rules.some(({ name }) => name === rule.name)) return;
    const sentence = `The rule ${rule.name} is gone: ${rule.workflow} when ${rule.when}.`;
    changes.push({
      change: "removed",
      part: "rule",
      pointer: pointerTo("/rules", index),
      sentence,
      before: rule,
      after: null,
    });
  });
  after.rules.forEach((rule, index) => {
    const pointer = pointerTo("/rules", index);
    const place = before.rules.findIndex(({ name }) => name === rule.name);
    const was = before.rules[place];
    if (was === undefined) {
      const sentence = `The rule ${rule.name} is new: ${rule.workflow} when ${rule.when}.`;
      changes.push({ change: "added", part: "rule", pointer, sentence, before: null, after: rule });
      return;
    }
    kept.push(place);
    changed("rule", `${pointer}/when`, `The condition of the rule ${rule.name}`, was.when, rule.when);
    changed("rule", `${pointer}/workflow`, `The workflow of the rule ${rule.name}`, was.workflow, rule.workflow);
  });
  if (kept.some((place, index) => index > 0 && place < kept[index - 1]!)) {
    const sentence = "The rules are tried in another order.";
    changes.push({ change: "changed", part: "rule", pointer: "/rules", sentence, before: null, after: null });
  }
  changed("otherwise", "/otherwise", "The workflow of all others", before.otherwise, after.otherwise);
  return changes;
}

const readPublished = statement<{ code: string }>(
  "workflow.readPublishedCodes",
  "select code from platform.documents where kind = 'workflow' and published_version is not null",
);

/** Under the lock of all publications: what was checked in memory may have been withdrawn a moment ago. */
async function refuseUnpublished(transaction: Transaction, { rules, otherwise }: Selection): Promise<void> {
  const published = new Set((await transaction.read(readPublished)).map(({ code }) => code));
  const missing = [...rules.map(({ workflow }) => workflow), otherwise].filter((code) => !published.has(code));
  if (missing.length > 0)
    throw documents.refuse("faultyDraft", { message: `There is no published workflow ${missing.join(", ")}.` });
}

const readSelections = statement<{ code: string; content: Selection }>(
  "workflow.readSelections",
  `select d.code, v.content from platform.documents d
     join platform.document_versions v on v.document_id = d.id and v.version = d.published_version
    where d.kind = 'workflow-selection'`,
);

/** A workflow that something new may start with is not withdrawn. */
export async function refuseChosenWorkflow(transaction: Transaction, code: string): Promise<void> {
  for (const { content } of await transaction.read(readSelections)) {
    const chosen = content.otherwise === code || content.rules.some(({ workflow }) => workflow === code);
    if (chosen)
      throw documents.refuse("documentInUse", { message: `${content.title} chooses this workflow for what is new.` });
  }
}
