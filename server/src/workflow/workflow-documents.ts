import { createHash } from "node:crypto";
import type { Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import type { DocumentChange, DocumentCheck, DocumentKind, Publication } from "../platform/documents/document-kind.ts";
import { documents } from "../platform/documents/refusals.ts";
import { checkMeaning } from "./check-meaning.ts";
import { compareWorkflows } from "./compare-workflows.ts";
import { compileWorkflow } from "./compile.ts";
import type { DescribedEntityType } from "./compiled.ts";
import { PublishOptions, refuseLostStates, refuseUnderWay } from "./keep-live-states.ts";
import { refuseChosenWorkflow } from "./selection-documents.ts";
import { doubtsIn } from "./doubts-in.ts";
import { parseDefinition } from "./parse-definition.ts";
import { workflowSchema } from "./workflow-schema.ts";

export const WORKFLOW_KIND = "workflow";

export interface WorkflowDocumentOptions {
  entityTypes: readonly DescribedEntityType[];
  /** Parsed JSON documents that come with this release. */
  shipped: readonly unknown[];
}

/** Workflows as documents that people edit, check, compare and publish (W1). */
export function workflowDocuments({ entityTypes, shipped }: WorkflowDocumentOptions): DocumentKind {
  return {
    kind: WORKFLOW_KIND,
    title: "Workflow",
    description:
      "The states that an entity goes through, with events, guards, steps and timers: a statechart in a checked subset of XState's JSON.",
    schema: workflowSchema(entityTypes),
    titleOf,
    facts: { entityType: "meta.entityType" },
    check: (content, code) => check(content, code, entityTypes),
    compare,
    publishOptions: PublishOptions,
    publish: async (transaction, publication) => {
      refuseOtherEntityType(publication);
      // A release must start whatever stands where; what is under way stays on its version.
      if (publication.origin === "own") await refuseLostStates(transaction, publication);
      addDefinition(transaction, publication);
    },
    retire: async (transaction, code) => {
      await refuseChosenWorkflow(transaction, code);
      await refuseUnderWay(transaction, code);
    },
    shipped: shipped.map(shippedWorkflow),
  };
}

function shippedWorkflow(content: unknown) {
  const { id, version } = content as { id: string; version: string };
  return { code: id, shippedVersion: Number(version), content };
}

function titleOf(content: unknown): string | null {
  const meta = (content as { meta?: { title?: unknown } } | null)?.meta;
  return typeof meta?.title === "string" && meta.title !== "" ? meta.title.slice(0, 200) : null;
}

function check(content: unknown, code: string, entityTypes: readonly DescribedEntityType[]): DocumentCheck {
  const parsed = parseDefinition(content);
  if ("faults" in parsed) return { faults: parsed.faults, warnings: [] };
  const compiled = compileWorkflow(content, entityTypes);
  if ("faults" in compiled) return { faults: compiled.faults, warnings: [] };
  const entityType = entityTypes.find(({ name }) => name === compiled.workflow.entityType)!;
  const { faults, warnings } = checkMeaning(parsed.definition, compiled.workflow, entityType);
  if (compiled.workflow.id !== code)
    faults.unshift({ pointer: "/id", message: `must be the document's code: ${code}` });
  return { faults, warnings: [...warnings, ...doubtsIn(content, entityType.conditions)] };
}

function compare(before: unknown, after: unknown): DocumentChange[] {
  const [was, is] = [parseDefinition(before), parseDefinition(after)];
  if ("faults" in was || "faults" in is) throw new Error("Only definitions without faults are compared.");
  return compareWorkflows(was.definition, is.definition);
}

// The previous release adds rows under this lock when it starts.
const lockPublishing = statement(
  "workflow.lockPublishing",
  `select pg_advisory_xact_lock(hashtextextended('workflow.publish', 0))`,
);

const insertDefinition = statement(
  "workflow.insertDefinition",
  `insert into workflow.definitions (code, entity_type, version, document, content_hash, document_version)
   select $1, $2, coalesce(max(version), 0) + 1, $3::jsonb, $4::bytea, $5::int from workflow.definitions where code = $1`,
);

function refuseOtherEntityType({ content, replaces }: Publication): void {
  if (replaces === null || entityTypeOf(replaces) === entityTypeOf(content)) return;
  throw documents.refuse("faultyDraft", {
    message: "A workflow stays one of the same entity type; give this one a code of its own.",
    faults: [{ pointer: "/meta/entityType", message: `must be ${entityTypeOf(replaces)}, as in the version in force` }],
  });
}

/** What entities run on. The document is sound: it has just been checked. */
function addDefinition(transaction: Transaction, { code, version, content }: Publication): void {
  const entityType = entityTypeOf(content);
  const text = JSON.stringify(content);
  transaction.write(lockPublishing);
  transaction.write(insertDefinition, [code, entityType, text, createHash("sha256").update(text).digest(), version]);
}

function entityTypeOf(content: unknown): string {
  return (content as { meta: { entityType: string } }).meta.entityType;
}
