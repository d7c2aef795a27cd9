import type { DocumentName } from "../change-documents/documents.ts";

/** Rules that choose a workflow, as their document says them (server/src/workflow/selection-documents.ts). */
export interface Choice {
  readonly title: string;
  readonly entityType: string;
  readonly rules: readonly Rule[];
  readonly otherwise: string;
}

export interface Rule {
  readonly name: string;
  readonly when: string;
  readonly workflow: string;
}

export const KIND = "workflow-selection";

export function choiceName(code: string): DocumentName {
  return { kind: KIND, code };
}

/** What can be edited as rules; null: it has another shape. */
export function asChoice(content: unknown): Choice | null {
  const { entityType, rules, otherwise } = (content ?? {}) as Partial<Choice>;
  const sound = typeof entityType === "string" && typeof otherwise === "string" && Array.isArray(rules);
  return sound ? (content as Choice) : null;
}

export function withRule(choice: Choice, index: number, rule: Rule): Choice {
  return { ...choice, rules: choice.rules.with(index, rule) };
}

export function withoutRule(choice: Choice, index: number): Choice {
  return { ...choice, rules: choice.rules.toSpliced(index, 1) };
}

export function withMovedRule(choice: Choice, index: number, step: 1 | -1): Choice {
  const rule = choice.rules[index];
  const to = index + step;
  if (!rule || to < 0 || to >= choice.rules.length) return choice;
  return { ...choice, rules: choice.rules.toSpliced(index, 1).toSpliced(to, 0, rule) };
}
