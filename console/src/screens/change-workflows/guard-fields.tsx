import { ActionIcon, Select } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { WorkflowEntityType } from "../../api/generated/types.gen.ts";
import { inWords } from "../humanize.ts";
import { ConditionField } from "./condition-field.tsx";
import { callJson } from "./edit-statechart.ts";
import classes from "./editor.module.css";
import { ParamFields } from "./param-fields.tsx";
import type { Call, CallJson } from "./statechart.ts";
import { ALL_OF, CONDITION, partsOf } from "./workflow-words.ts";

type GuardFieldsProps = {
  entityType: WorkflowEntityType;
  guard: Call | null;
  change: (guard: CallJson | undefined) => unknown;
};

/** When a transition is taken: always, or only if all of these conditions hold. */
export function GuardFields({ entityType, guard, change }: GuardFieldsProps) {
  const { t } = useTranslation();
  const parts = partsOf(guard);
  const write = (changed: readonly Call[]) => {
    const [first, ...rest] = changed;
    if (!first) change(undefined);
    else change(rest.length === 0 ? callJson(first) : { type: ALL_OF, params: { guards: changed.map(callJson) } });
  };
  const options = entityType.guards.map(({ name, description }) => ({
    value: name,
    label: name === CONDITION ? t("workflow.ownCondition") : inWords(name),
    description,
  }));
  return (
    <fieldset className={classes.part}>
      <legend>{t("workflow.conditions")}</legend>
      {parts.length === 0 && <p className="faint">{t("workflow.always")}</p>}
      {parts.map((part, index) => {
        const about = entityType.guards.find(({ name }) => name === part.name);
        const replace = (changed: Call) => write(parts.map((each, at) => (at === index ? changed : each)));
        return (
          // A condition has no name of its own but its place.
          <div key={`${part.name} ${index}`} className={classes.item}>
            <div className={classes.itemHead}>
              <strong>{part.name === CONDITION ? t("workflow.ownCondition") : inWords(part.name)}</strong>
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={t("workflow.removeCondition")}
                onClick={() => write(parts.filter((_, at) => at !== index))}
              >
                <IconX size={15} />
              </ActionIcon>
            </div>
            {part.name === CONDITION ? (
              <ConditionField
                entityType={entityType}
                value={String(part.params["expression"] ?? "")}
                commit={(expression) => replace({ name: CONDITION, params: { expression } })}
              />
            ) : (
              <>
                <p className="faint">{about?.description}</p>
                <ParamFields
                  schema={about?.params ?? null}
                  params={part.params}
                  change={(params) => replace({ ...part, params })}
                />
              </>
            )}
          </div>
        );
      })}
      <Select
        aria-label={t("workflow.addCondition")}
        placeholder={t("workflow.addCondition")}
        data={options}
        value={null}
        searchable
        size="xs"
        renderOption={({ option }) => (
          <span className={classes.option}>
            {option.label}
            <span className="faint">{options.find(({ value }) => value === option.value)?.description}</span>
          </span>
        )}
        onChange={(name) =>
          name !== null && write([...parts, { name, params: name === CONDITION ? { expression: "" } : {} }])
        }
      />
    </fieldset>
  );
}
