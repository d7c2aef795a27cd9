import { ActionIcon, Button, Select } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useQueueOptions } from "../do-tasks/use-queue.ts";
import { FormFields } from "./action-fields.tsx";
import { CommitField } from "../change-documents/commit-field.tsx";
import { dense, isName, nameFor } from "./edit-statechart.ts";
import classes from "./editor.module.css";
import { LocalTextFields } from "./local-text-fields.tsx";
import type { FieldJson, LocalText } from "./statechart.ts";

/** The step that asks something of people. */
export const OPEN_TASK = "openTask";
const mostOutcomes = 10;

export interface OutcomeJson {
  readonly event: string;
  readonly label: LocalText;
  readonly confirm?: LocalText;
  readonly form?: readonly FieldJson[];
}

type Params = Readonly<Record<string, unknown>>;
type TaskFieldsProps = { params: Params; change: (params: Params) => unknown };

/** What a new task begins with: a yes and a no, which nearly every question has. */
export function newTask(): Params {
  return {
    queue: "operations",
    title: { en: "Look at the order", de: "Auftrag ansehen" },
    outcomes: [
      { event: "accept", label: { en: "Accept", de: "Annehmen" } },
      { event: "reject", label: { en: "Reject", de: "Ablehnen" } },
    ] satisfies OutcomeJson[],
  };
}

/** The form of a task: who is asked, what, and how it may end. Each end is an event that a transition takes. */
export function TaskFields({ params, change }: TaskFieldsProps) {
  const { t } = useTranslation();
  const outcomes = Array.isArray(params["outcomes"]) ? (params["outcomes"] as OutcomeJson[]) : [];
  const set = (patch: Params) => change(dense({ ...params, ...patch }));
  const setOutcomes = (changed: readonly OutcomeJson[]) => set({ outcomes: changed });
  return (
    <div className={classes.fields}>
      <QueueSelect value={textOf(params["queue"])} change={(queue) => set({ queue })} />
      <LocalTextFields
        label={t("workflow.task.title")}
        value={params["title"] as LocalText | undefined}
        required
        maxLength={200}
        change={(title) => title !== undefined && set({ title })}
      />
      <LocalTextFields
        label={t("workflow.task.instructions")}
        value={params["instructions"] as LocalText | undefined}
        multiline
        maxLength={2000}
        change={(instructions) => set({ instructions })}
      />
      <strong>{t("workflow.task.outcomes")}</strong>
      <p className="faint">{t("workflow.task.outcomesHint")}</p>
      {outcomes.map((outcome, index) => (
        // An outcome is known by its place: its event may be changing.
        <div key={index} className={classes.item}>
          <Outcome
            outcome={outcome}
            change={(changed) => setOutcomes(outcomes.map((each, at) => (at === index ? changed : each)))}
            remove={() => setOutcomes(outcomes.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      {outcomes.length < mostOutcomes && (
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden="true" />}
            onClick={() =>
              setOutcomes([
                ...outcomes,
                { event: `outcome${outcomes.length + 1}`, label: { en: t("workflow.task.newOutcome") } },
              ])
            }
          >
            {t("workflow.task.addOutcome")}
          </Button>
        </div>
      )}
    </div>
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The queues that there are, by name. */
export function QueueSelect({ value, change }: { value: string; change: (queue: string) => unknown }) {
  const { t } = useTranslation();
  const { data = [] } = useQueueOptions();
  const known = value === "" || data.some((option) => option.value === value);
  return (
    <Select
      label={t("workflow.task.queue")}
      description={t("workflow.task.queueHint")}
      data={known ? data : [...data, { value, label: value }]}
      value={value === "" ? null : value}
      searchable
      allowDeselect={false}
      required
      onChange={(queue) => queue !== null && change(queue)}
    />
  );
}

type OutcomeProps = { outcome: OutcomeJson; change: (outcome: OutcomeJson) => unknown; remove: () => unknown };

function Outcome({ outcome, change, remove }: OutcomeProps) {
  const { t } = useTranslation();
  return (
    <>
      <div className={classes.itemHead}>
        <code className="code faint">{outcome.event}</code>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={t("workflow.task.removeOutcome")}
          onClick={remove}
        >
          <IconX size={15} />
        </ActionIcon>
      </div>
      <LocalTextFields
        label={t("workflow.buttonText")}
        value={outcome.label}
        required
        change={(label) => label !== undefined && change({ ...outcome, label })}
      />
      <CommitField
        label={t("workflow.eventName")}
        description={t("workflow.eventNameHint")}
        value={outcome.event}
        required
        commit={(text) => isName(nameFor(text)) && change({ ...outcome, event: nameFor(text) })}
      />
      <LocalTextFields
        label={t("workflow.confirm")}
        value={outcome.confirm}
        change={(confirm) => change(dense({ ...outcome, confirm }))}
      />
      <FormFields
        form={outcome.form ?? []}
        change={(form) => change(dense({ ...outcome, form: form.length === 0 ? undefined : form }))}
      />
    </>
  );
}
