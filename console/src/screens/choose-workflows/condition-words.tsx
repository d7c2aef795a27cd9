import { useTranslation } from "react-i18next";
import { formatCount } from "../../ui/format.ts";
import { useChoiceFields } from "./queries.ts";
import { readParts } from "./rule-conditions.ts";

/** A condition in words where it is made of choices, else as it was written. */
export function ConditionWords({ condition, entityType }: { condition: string; entityType: string }) {
  const { t } = useTranslation();
  const fields = useChoiceFields(entityType);
  const parts = readParts(condition, fields);
  if (parts === null) return <code className="code">{condition}</code>;
  if (parts.length === 0) return t("choice.always");
  return parts
    .map(({ path, values }) => {
      const field = fields.find((each) => each.path === path);
      if (field?.isAmount) return `${field.label} ≥ ${formatCount(Number(values[0]))}`;
      const said = values.map((value) => field?.say?.(value) ?? value);
      return `${field?.label ?? path}: ${said.join(` ${t("choice.or")} `)}`;
    })
    .join(` ${t("workflow.and")} `);
}
