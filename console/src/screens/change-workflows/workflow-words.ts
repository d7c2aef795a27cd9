import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowEntityType } from "../../api/generated/types.gen.ts";
import { inWords } from "../humanize.ts";
import { localText } from "../offered-actions.ts";
import { durationOf } from "./durations.ts";
import type { Call, ChartTransition, WorkflowJson } from "./statechart.ts";

/** Several conditions of which all must hold. */
export const ALL_OF = "allOf";
/** A condition that people write. */
export const CONDITION = "cel";

export function stateName(path: string): string {
  return inWords(path.split(".").at(-1) ?? path);
}

export type WorkflowWords = ReturnType<typeof wordsOf>;

/** What a workflow says in words. */
export function useWorkflowWords(workflow: WorkflowJson, entityType: WorkflowEntityType | undefined) {
  const { t, i18n } = useTranslation();
  return useMemo(() => wordsOf(workflow, entityType, t, i18n.language), [workflow, entityType, t, i18n.language]);
}

function wordsOf(
  workflow: WorkflowJson,
  entityType: WorkflowEntityType | undefined,
  t: TFunction<"console">,
  language: string,
) {
  function delay(name: string): string {
    const duration = durationOf(workflow, name);
    return duration === null ? name : t(`workflow.duration.${duration.unit}`, { count: duration.count });
  }

  /** What makes it happen, as short as a label in the diagram. */
  function trigger({ kind, name, action }: Pick<ChartTransition, "kind" | "name" | "action">): string {
    if (kind === "after") return t("workflow.afterDelay", { delay: delay(name) });
    if (kind === "always") return t("workflow.atOnce");
    return action ? localText(action.label, language) : inWords(name);
  }

  /** As short as a line of the diagram: of what happens by itself, the condition says more than the event. */
  function inShort(transition: ChartTransition): string {
    const { kind, action } = transition;
    if (transition.guard === null || action !== null || kind === "after") return trigger(transition);
    const text = guard(transition.guard);
    return text.length > 34 ? `${text.slice(0, 33)}…` : text;
  }

  function guard(call: Call): string {
    if (call.name === CONDITION) return String(call.params["expression"] ?? "");
    if (call.name === ALL_OF)
      return partsOf(call)
        .map(guard)
        .join(` ${t("workflow.and")} `);
    return inWords(call.name);
  }

  function aboutGuard(call: Call): string | undefined {
    return entityType?.guards.find(({ name }) => name === call.name)?.description;
  }

  function aboutStep(call: Call): string | undefined {
    return entityType?.steps.find(({ name }) => name === call.name)?.description;
  }

  function aboutEvent(event: string): string | undefined {
    return entityType?.events.find(({ name }) => name === event)?.description;
  }

  return { trigger, inShort, guard, aboutGuard, aboutStep, aboutEvent };
}

/** The conditions that a guard consists of. */
export function partsOf(guard: Call | null): Call[] {
  if (guard === null) return [];
  const parts = guard.name === ALL_OF ? guard.params["guards"] : undefined;
  if (!Array.isArray(parts)) return [guard];
  return parts.map((part: unknown): Call => {
    if (typeof part === "string") return { name: part, params: {} };
    const { type = "", params = {} } = (part ?? {}) as { type?: string; params?: Call["params"] };
    return { name: type, params };
  });
}
