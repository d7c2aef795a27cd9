import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { checkCondition } from "../../api/generated/sdk.gen.ts";
import type { WorkflowEntityType } from "../../api/generated/types.gen.ts";
import { serverText } from "../../api/server-text.ts";
import { CompletingField } from "../change-documents/completing-field.tsx";
import { completionsAt } from "./complete-condition.ts";

type ConditionFieldProps = {
  entityType: WorkflowEntityType;
  value: string;
  commit: (expression: string) => unknown;
  /** Nothing is a condition too: it always holds. */
  mayBeEmpty?: boolean;
};

/** A condition, completed from what it may look at and checked by the server while it is typed. */
export function ConditionField({ entityType, value, commit, mayBeEmpty }: ConditionFieldProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const [asked] = useDebouncedValue(text, 300);
  const isNothing = mayBeEmpty === true && asked.trim() === "";
  const { data: found = [] } = useQuery({
    queryKey: ["check-condition", entityType.name, asked],
    queryFn: async ({ signal }) =>
      (await checkCondition({ path: { name: entityType.name }, body: { expression: asked }, signal })).data.faults,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
    enabled: !isNothing,
  });
  const faults = isNothing ? [] : found;
  return (
    <CompletingField
      label={t("workflow.condition")}
      description={t("workflow.conditionHint")}
      placeholder='order.channel == "web"'
      code
      value={value}
      typed={setText}
      commit={commit}
      completions={(written, caret) => completionsAt(entityType.conditions, written, caret)}
      faults={faults.map(({ message, start, end }) => ({
        message: serverText(message),
        excerpt: end > start ? asked.slice(start, end) : undefined,
      }))}
    />
  );
}
