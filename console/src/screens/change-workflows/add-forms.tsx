import { Button, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowEntityType } from "../../api/generated/types.gen.ts";
import { FieldRow } from "../../ui/edit-page.tsx";
import { useStatusText } from "../statuses.tsx";
import { type Duration, toMilliseconds } from "./durations.ts";
import { addState, addStateBetween, addTransition, isName, lastPlace, nameFor } from "./edit-statechart.ts";
import classes from "./editor.module.css";
import type { Selection } from "./selection.ts";
import {
  type ActionJson,
  type Chart,
  type ChartTransition,
  joined,
  type LocalText,
  parentOf,
  targetFor,
  type TransitionKind,
  type WorkflowJson,
} from "./statechart.ts";
import { DurationFields, EventSelect, eventsOf, TargetSelect, type Trigger, TriggerSelect } from "./trigger-fields.tsx";

export type EditProps = {
  workflow: WorkflowJson;
  chart: Chart;
  entityType: WorkflowEntityType;
  change: (change: (workflow: WorkflowJson) => WorkflowJson) => void;
  select: (selection: Selection) => void;
};

/** What people who work with such entities may do as a rule. */
export function newAction(text: string, de: string, entityType: string): ActionJson {
  const label: LocalText = de === "" ? { en: text } : { en: text, de };
  return { label, permission: entityType === "fulfillmentOrder" ? "fulfillment:write" : "orders:write" };
}

export function LabelSelect(props: {
  entityType: WorkflowEntityType;
  value: string | null;
  inherited: string | null;
  change: (label: string | null) => unknown;
}) {
  const { entityType, value, inherited, change } = props;
  const { t } = useTranslation();
  const statusText = useStatusText();
  return (
    <Select
      label={t("workflow.shows")}
      description={t("workflow.showsHint")}
      data={entityType.labels.map((label) => ({ value: label, label: statusText(label) }))}
      value={value}
      placeholder={inherited === null ? undefined : statusText(inherited)}
      clearable={inherited !== null}
      onChange={change}
    />
  );
}

type AddStateProps = EditProps & { parent: string; close: () => void };

/** A new state beside the others. */
export function AddState({ parent, workflow, chart, entityType, change, select, close }: AddStateProps) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const [label, setLabel] = useState<string | null>(null);
  const name = nameFor(words);
  const isTaken = chart.states.has(joined(parent, name));
  return (
    <form
      className={classes.add}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isName(name) || isTaken) return;
        change((before) => addState(before, parent, name, label === null ? {} : { meta: { label } }));
        select({ state: joined(parent, name) });
        close();
      }}
    >
      <TextInput
        label={t("workflow.stateName")}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        error={isTaken && t("workflow.nameTaken")}
        required
        data-autofocus
      />
      <LabelSelect
        entityType={entityType}
        value={label}
        inherited={chart.states.get(parent)?.label ?? null}
        change={setLabel}
      />
      <AddButtons verb={t("workflow.addState")} close={close} disabled={!isName(name) || isTaken || !workflow.id} />
    </form>
  );
}

type AddBetweenProps = EditProps & { transition: ChartTransition; close: () => void };

/** A new state on the way of a transition: a service between two others. */
export function AddBetween({ transition, chart, entityType, change, select, close }: AddBetweenProps) {
  const { t } = useTranslation();
  const { source } = transition;
  const parent = parentOf(source);
  const [words, setWords] = useState("");
  const [label, setLabel] = useState<string | null>(chart.states.get(source)?.label ?? null);
  const [button, setButton] = useState({ en: "", de: "" });
  const name = nameFor(words);
  const isTaken = chart.states.has(joined(parent, name));
  const event = nameFor(button.en);
  const isReady = isName(name) && !isTaken && isName(event);
  return (
    <form
      className={classes.add}
      onSubmit={(submitted) => {
        submitted.preventDefault();
        if (!isReady) return;
        const userAction = newAction(button.en.trim(), button.de.trim(), entityType.name);
        change((before) =>
          addStateBetween(before, transition, { name, label, event, transition: { meta: { userAction } } }),
        );
        select({ transition: { source, kind: "on", name: event, index: 0 } });
        close();
      }}
    >
      <p className="soft">{t("workflow.betweenHint")}</p>
      <TextInput
        label={t("workflow.stateName")}
        placeholder={t("workflow.stateExample")}
        value={words}
        onChange={(changed) => setWords(changed.currentTarget.value)}
        error={isTaken && t("workflow.nameTaken")}
        required
      />
      <LabelSelect
        entityType={entityType}
        value={label}
        inherited={chart.states.get(parent)?.label ?? null}
        change={setLabel}
      />
      <ButtonTexts value={button} change={setButton} />
      <AddButtons verb={t("workflow.addBetween")} close={close} disabled={!isReady} />
    </form>
  );
}

type Texts = { en: string; de: string };

function ButtonTexts({ value, change }: { value: Texts; change: (texts: Texts) => void }) {
  const { t } = useTranslation();
  return (
    <FieldRow columns="1fr 1fr">
      {(["en", "de"] as const).map((language) => (
        <TextInput
          key={language}
          label={`${t("workflow.buttonText")}, ${t(`workflow.language.${language}`)}`}
          value={value[language]}
          required={language === "en"}
          onChange={(event) => change({ ...value, [language]: event.currentTarget.value })}
        />
      ))}
    </FieldRow>
  );
}

type AddTransitionProps = EditProps & { source: string; close: () => void };

/** Something more that can happen in a state. */
export function AddTransition({ source, workflow, chart, entityType, change, select, close }: AddTransitionProps) {
  const { t } = useTranslation();
  const [trigger, setTrigger] = useState<Trigger>("button");
  const [button, setButton] = useState<Texts>({ en: "", de: "" });
  const [event, setEvent] = useState("");
  const [duration, setDuration] = useState<Duration>({ count: 2, unit: "hours" });
  const [target, setTarget] = useState<string | null>(null);
  const at = placeOf(trigger, { button: button.en, event, duration });
  const isReady = at.kind === "on" ? isName(at.name) : target !== null;
  return (
    <form
      className={classes.add}
      onSubmit={(submitted) => {
        submitted.preventDefault();
        if (!isReady) return;
        const userAction = newAction(button.en.trim(), button.de.trim(), entityType.name);
        const added = addTransition(
          workflow,
          { source, ...at },
          {
            ...(target === null ? {} : { target: targetFor(workflow.id, source, target) }),
            ...(trigger === "button" ? { meta: { userAction } } : {}),
          },
        );
        change(() => added);
        select({ transition: lastPlace(added, { source, ...at }) });
        close();
      }}
    >
      <TriggerSelect value={trigger} change={setTrigger} />
      {trigger === "button" && <ButtonTexts value={button} change={setButton} />}
      {trigger === "event" && (
        <EventSelect entityType={entityType} workflow={workflow} value={event} change={setEvent} />
      )}
      {trigger === "timer" && <DurationFields value={duration} change={setDuration} />}
      <TargetSelect chart={chart} source={source} value={target} change={setTarget} />
      <AddButtons verb={t("workflow.addTransition")} close={close} disabled={!isReady} />
    </form>
  );
}

function placeOf(
  trigger: Trigger,
  given: { button: string; event: string; duration: Duration },
): { kind: TransitionKind; name: string } {
  switch (trigger) {
    case "button":
      return { kind: "on", name: nameFor(given.button) };
    case "event":
      return { kind: "on", name: given.event };
    case "timer":
      return { kind: "after", name: toMilliseconds(given.duration) };
    case "atOnce":
      return { kind: "always", name: "" };
  }
}

/** Another trigger for a transition that is there: where it goes, with a first event that can be changed. */
export function placeFor(trigger: Trigger, entityType: WorkflowEntityType, workflow: WorkflowJson, event: string) {
  const first = eventsOf(entityType, workflow)[0] ?? "";
  return placeOf(trigger, {
    button: event === "" ? "action" : event,
    event: event === "" ? first : event,
    duration: { count: 2, unit: "hours" },
  });
}

export function AddButtons({ verb, close, disabled }: { verb: string; close: () => void; disabled: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={classes.buttons}>
      <Button variant="default" size="xs" onClick={close}>
        {t("ui.cancel")}
      </Button>
      <Button type="submit" size="xs" disabled={disabled}>
        {verb}
      </Button>
    </div>
  );
}
