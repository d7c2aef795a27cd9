import { Checkbox, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AddButtons, type EditProps, LabelSelect } from "./add-forms.tsx";
import { addReview, promisesUnits } from "./add-review-state.ts";
import { ConditionField } from "./condition-field.tsx";
import { isName, nameFor } from "./edit-statechart.ts";
import classes from "./editor.module.css";
import { type CallJson, type ChartTransition, joined, parentOf } from "./statechart.ts";
import { newTask, OPEN_TASK, QueueSelect } from "./task-fields.tsx";
import { CONDITION, stateName } from "./workflow-words.ts";

type AddReviewProps = EditProps & { transition: ChartTransition; close: () => void };

/** Stands for "everything that is open is cancelled" among the states. */
const CANCEL = "cancelUnits";

/** People look before it goes on: who, at what, and what happens if they say no. */
export function AddReview({ transition, chart, entityType, change, select, close }: AddReviewProps) {
  const { t, i18n } = useTranslation();
  const { source, kind, name: event, target } = transition;
  const parent = parentOf(source);
  const [words, setWords] = useState("");
  const [queue, setQueue] = useState("");
  const [title, setTitle] = useState("");
  const [expression, setExpression] = useState("");
  const [label, setLabel] = useState<string | null>(chart.states.get(source)?.label ?? null);
  const canCancel = entityType.steps.some((step) => step.name === CANCEL);
  const [rejected, setRejected] = useState<string | null>(canCancel ? CANCEL : null);
  const name = nameFor(words);
  const isTaken = chart.states.has(joined(parent, name));
  const isReady = isName(name) && !isTaken && queue !== "" && title.trim() !== "" && rejected !== null;
  const promises = promisesUnits(chart.states.get(target ?? "")?.entry ?? []);
  const [hold, setHold] = useState(promises);

  function add(submitted: React.FormEvent) {
    submitted.preventDefault();
    if (!isReady) return;
    const task: CallJson = {
      type: OPEN_TASK,
      params: { ...newTask(), queue, title: { [i18n.language]: title.trim() } },
    };
    const reason = words.trim();
    const held: CallJson[] = hold ? [{ type: "createFulfillmentOrders" }, { type: "hold", params: { reason } }] : [];
    change((before) =>
      addReview(
        before,
        { source, kind, name: event },
        {
          name,
          label,
          guard: expression.trim() === "" ? null : { type: CONDITION, params: { expression: expression.trim() } },
          entry: [...held, task],
          exit: hold ? [{ type: "unhold", params: { reason } }] : [],
          accept: "accept",
          reject: "reject",
          rejectTarget: rejected === CANCEL ? null : rejected,
          rejectSteps: rejected === CANCEL ? [{ type: CANCEL }] : [],
        },
      ),
    );
    select({ state: joined(parent, name) });
    close();
  }

  return (
    <form className={classes.add} onSubmit={add}>
      <p className="soft">{t("workflow.review.hint")}</p>
      <TextInput
        label={t("workflow.stateName")}
        placeholder={t("workflow.review.example")}
        value={words}
        onChange={(changed) => setWords(changed.currentTarget.value)}
        error={isTaken && t("workflow.nameTaken")}
        required
      />
      <QueueSelect value={queue} change={setQueue} />
      <TextInput
        label={t("workflow.task.title")}
        placeholder={t("workflow.task.newTitle")}
        value={title}
        maxLength={200}
        onChange={(changed) => setTitle(changed.currentTarget.value)}
        required
      />
      <strong>{t("workflow.review.when")}</strong>
      <p className="faint">{t("workflow.review.whenHint")}</p>
      <ConditionField entityType={entityType} value={expression} commit={setExpression} mayBeEmpty />
      <Select
        label={t("workflow.review.rejected")}
        data={[
          ...(canCancel ? [{ value: CANCEL, label: t("workflow.review.cancel") }] : []),
          ...[...chart.states.values()]
            .filter(({ path }) => path !== "")
            .map(({ path }) => ({ value: path, label: stateName(path) })),
        ]}
        value={rejected}
        searchable
        allowDeselect={false}
        required
        onChange={setRejected}
      />
      {promises && (
        <Checkbox
          label={t("workflow.review.hold")}
          description={t("workflow.review.holdHint")}
          checked={hold}
          onChange={(changed) => setHold(changed.currentTarget.checked)}
        />
      )}
      <LabelSelect
        entityType={entityType}
        value={label}
        inherited={chart.states.get(parent)?.label ?? null}
        change={setLabel}
      />
      <AddButtons verb={t("workflow.addReview")} close={close} disabled={!isReady} />
    </form>
  );
}
