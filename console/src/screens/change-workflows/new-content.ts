import type { WorkflowEntityType } from "../../api/generated/types.gen.ts";
import type { WorkflowJson } from "./statechart.ts";

/** The same under another code: targets that name the workflow follow it. What a release ships is numbered, a copy is not. */
export function copyOf(content: unknown, from: string, code: string, title: string): object {
  const text = JSON.stringify(content).replaceAll(`"#${from}"`, `"#${code}"`).replaceAll(`"#${from}.`, `"#${code}.`);
  const { version: _, ...copy } = JSON.parse(text) as WorkflowJson & { version?: string };
  return { ...copy, id: code, meta: { ...copy.meta, title } };
}

/** Which statuses the first and the last state show, and who may end it. */
const ends: Readonly<Record<string, { first: string; last: string; permission: string }>> = {
  order: { first: "created", last: "complete", permission: "orders:write" },
  fulfillmentOrder: { first: "created", last: "fulfilled", permission: "fulfillment:write" },
};

/** The smallest workflow that can be published: it begins, and a button ends it. */
export function emptyWorkflow(code: string, title: string, { name, labels }: WorkflowEntityType): WorkflowJson {
  const { first, last, permission } = ends[name] ?? {
    first: labels[0] ?? "",
    last: labels.at(-1) ?? "",
    permission: "orders:write",
  };
  const userAction = { label: { en: "Complete", de: "Abschließen" }, permission };
  return {
    id: code,
    meta: { entityType: name, title },
    initial: "created",
    states: {
      created: { meta: { label: first }, on: { complete: { target: "complete", meta: { userAction } } } },
      complete: { type: "final", meta: { label: last } },
    },
  };
}
