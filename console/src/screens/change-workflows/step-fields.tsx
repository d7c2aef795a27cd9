import { ActionIcon, Select } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { WorkflowEntityType } from "../../api/generated/types.gen.ts";
import { inWords } from "../humanize.ts";
import { callsJson } from "./edit-statechart.ts";
import classes from "./editor.module.css";
import { ParamFields } from "./param-fields.tsx";
import type { Call, CallJson } from "./statechart.ts";
import { newTask, OPEN_TASK, TaskFields } from "./task-fields.tsx";

type StepFieldsProps = {
  title: string;
  entityType: WorkflowEntityType;
  steps: readonly Call[];
  change: (steps: CallJson | CallJson[] | undefined) => unknown;
};

/** What is done, in this order, each step with the form that its parameters ask for. */
export function StepFields({ title, entityType, steps, change }: StepFieldsProps) {
  const { t } = useTranslation();
  const write = (changed: readonly Call[]) => change(callsJson(changed));
  const swap = (index: number) =>
    write(steps.toSpliced(index - 1, 2, ...[steps[index], steps[index - 1]].filter((each) => each !== undefined)));
  return (
    <fieldset className={classes.part}>
      <legend>{title}</legend>
      {steps.map((step, index) => {
        const about = entityType.steps.find(({ name }) => name === step.name);
        const Fields = step.name === OPEN_TASK ? TaskFields : ParamFields;
        return (
          // A step has no name of its own but its place.
          <div key={`${step.name} ${index}`} className={classes.item}>
            <div className={classes.itemHead}>
              <strong>
                {index + 1}. {inWords(step.name)}
              </strong>
              {index > 0 && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={t("workflow.stepUp")}
                  onClick={() => swap(index)}
                >
                  <IconArrowUp size={15} />
                </ActionIcon>
              )}
              {index < steps.length - 1 && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={t("workflow.stepDown")}
                  onClick={() => swap(index + 1)}
                >
                  <IconArrowDown size={15} />
                </ActionIcon>
              )}
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={t("workflow.removeStep")}
                onClick={() => write(steps.filter((_, at) => at !== index))}
              >
                <IconX size={15} />
              </ActionIcon>
            </div>
            <p className="faint">{about?.description}</p>
            <Fields
              schema={about?.params ?? null}
              params={step.params}
              change={(params) => write(steps.map((each, at) => (at === index ? { ...each, params } : each)))}
            />
          </div>
        );
      })}
      <Select
        aria-label={`${t("workflow.addStep")}: ${title}`}
        placeholder={t("workflow.addStep")}
        data={entityType.steps.map(({ name }) => ({ value: name, label: inWords(name) }))}
        value={null}
        searchable
        size="xs"
        renderOption={({ option }) => (
          <span className={classes.option}>
            {option.label}
            <span className="faint">{entityType.steps.find(({ name }) => name === option.value)?.description}</span>
          </span>
        )}
        onChange={(name) => name !== null && write([...steps, { name, params: name === OPEN_TASK ? newTask() : {} }])}
      />
    </fieldset>
  );
}
