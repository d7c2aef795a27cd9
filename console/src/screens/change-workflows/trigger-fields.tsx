import { NumberInput, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { WorkflowEntityType } from "../../api/generated/types.gen.ts";
import { FieldRow } from "../../ui/edit-page.tsx";
import { inWords } from "../humanize.ts";
import { type Duration, isUnit, units } from "./durations.ts";
import type { Chart, WorkflowJson } from "./statechart.ts";
import { stateName } from "./workflow-words.ts";

/** How a transition comes about, in the words of those who edit it. */
export const triggers = ["button", "event", "timer", "atOnce"] as const;
export type Trigger = (typeof triggers)[number];

export function TriggerSelect({ value, change }: { value: Trigger; change: (trigger: Trigger) => unknown }) {
  const { t } = useTranslation();
  return (
    <Select
      label={t("workflow.happens")}
      data={triggers.map((each) => ({ value: each, label: t(`workflow.triggers.${each}`) }))}
      value={value}
      allowDeselect={false}
      onChange={(chosen) => {
        const trigger = triggers.find((each) => each === chosen);
        if (trigger) change(trigger);
      }}
    />
  );
}

/** Events that somebody sends: from outside, by steps, or by other systems that the workflow names. */
export function eventsOf(entityType: WorkflowEntityType, workflow: WorkflowJson): string[] {
  const outside = entityType.events.map(({ name }) => name);
  const steps = entityType.steps.flatMap(({ emits }) => emits);
  return [...new Set([...outside, ...steps, ...(workflow.meta.receives ?? [])])];
}

type EventSelectProps = {
  entityType: WorkflowEntityType;
  workflow: WorkflowJson;
  value: string;
  change: (event: string) => unknown;
};

export function EventSelect({ entityType, workflow, value, change }: EventSelectProps) {
  const { t } = useTranslation();
  const names = eventsOf(entityType, workflow);
  const known = value === "" || names.includes(value) ? names : [...names, value];
  return (
    <Select
      label={t("workflow.event")}
      data={known.map((name) => ({ value: name, label: inWords(name) }))}
      description={entityType.events.find(({ name }) => name === value)?.description}
      value={value === "" ? null : value}
      searchable
      allowDeselect={false}
      onChange={(name) => name !== null && change(name)}
    />
  );
}

export function DurationFields({ value, change }: { value: Duration; change: (duration: Duration) => unknown }) {
  const { t } = useTranslation();
  return (
    <FieldRow columns="1fr 1fr">
      <NumberInput
        label={t("workflow.after")}
        value={value.count}
        min={1}
        max={3650}
        allowDecimal={false}
        onChange={(count) => typeof count === "number" && count >= 1 && change({ ...value, count })}
      />
      <Select
        label={t("workflow.unit")}
        data={units.map((unit) => ({ value: unit, label: t(`workflow.units.${unit}`) }))}
        value={value.unit}
        allowDeselect={false}
        onChange={(unit) => isUnit(unit) && change({ ...value, unit })}
      />
    </FieldRow>
  );
}

const STAYS = "-";

type TargetSelectProps = {
  chart: Chart;
  source: string;
  value: string | null;
  change: (target: string | null) => unknown;
};

export function TargetSelect({ chart, source, value, change }: TargetSelectProps) {
  const { t } = useTranslation();
  const states = [...chart.states.values()].filter(({ path }) => path !== "" && path !== source);
  return (
    <Select
      label={t("workflow.to")}
      data={[
        { value: STAYS, label: t("workflow.staysLong") },
        ...states.map(({ path, depth }) => ({ value: path, label: `${"· ".repeat(depth - 1)}${stateName(path)}` })),
      ]}
      value={value ?? STAYS}
      searchable
      allowDeselect={false}
      onChange={(target) => change(target === STAYS ? null : target)}
    />
  );
}
