import { Button, Checkbox, Select } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatCount } from "../../ui/format.ts";
import { Panel } from "../../ui/panel.tsx";
import { humanize } from "../humanize.ts";
import { AddState, AddTransition, type EditProps, LabelSelect } from "./add-forms.tsx";
import { CommitField } from "../change-documents/commit-field.tsx";
import { TransitionList } from "./details.tsx";
import { dense, isName, nameFor, removeState, renameState, setLabel, withState } from "./edit-statechart.ts";
import classes from "./editor.module.css";
import { FaultsHere } from "./faults.tsx";
import type { Fault } from "../change-documents/use-draft.ts";
import { type ChartState, joined, parentOf, type StateJson } from "./statechart.ts";
import { StepFields } from "./step-fields.tsx";
import { stateName } from "./workflow-words.ts";

type EditStateProps = EditProps & {
  state: ChartState;
  /** How many stand in it now, in any version. */
  standing: number;
  faults: readonly Fault[];
};

export function EditState(props: EditStateProps) {
  const { state, workflow, chart, entityType, change, select, standing, faults } = props;
  const { t } = useTranslation();
  const [adding, setAdding] = useState<"state" | "transition" | null>(null);
  const { path, name } = state;
  const isWhole = path === "";
  const set = (write: (json: StateJson) => StateJson) => change((before) => withState(before, path, write));
  const own = chart.transitions.filter(({ source }) => source === path);
  const around = chart.states.get(state.parent ?? "");

  function rename(words: string) {
    const changed = nameFor(words);
    if (!isName(changed) || changed === name || chart.states.has(joined(parentOf(path), changed))) return;
    change((before) => renameState(before, path, changed));
    select({ state: joined(parentOf(path), changed) });
  }

  return (
    <Panel title={isWhole ? workflow.meta.title : stateName(path)}>
      <div className={classes.editor}>
        <FaultsHere faults={faults} />
        {isWhole ? (
          <>
            <p className="soft">{t("workflow.editHint")}</p>
            <CommitField
              label={t("workflow.title")}
              value={workflow.meta.title}
              required
              commit={(title) =>
                title.trim() !== "" &&
                change((before) => ({ ...before, meta: { ...before.meta, title: title.trim() } }))
              }
            />
          </>
        ) : (
          <>
            <CommitField label={t("workflow.stateName")} value={humanize(name)} required commit={rename} />
            <LabelSelect
              entityType={entityType}
              value={state.ownLabel}
              inherited={around?.label ?? null}
              change={(label) => change((before) => setLabel(before, path, label))}
            />
            {around?.path === "" && state.children.length === 0 && (
              <Checkbox
                label={t("workflow.isFinal")}
                checked={state.final}
                onChange={(event) => {
                  const type = event.currentTarget.checked ? ("final" as const) : undefined;
                  set((json) => dense({ ...json, type }));
                }}
              />
            )}
          </>
        )}
        {(isWhole || state.children.length > 0) && (
          <Select
            label={t("workflow.initial")}
            data={state.children.map((child) => ({ value: child.split(".").at(-1)!, label: stateName(child) }))}
            value={state.initial}
            allowDeselect={false}
            onChange={(initial) => initial !== null && set((json) => ({ ...json, initial }))}
          />
        )}
        {!isWhole && (
          <StepFields
            title={t("workflow.entrySteps")}
            entityType={entityType}
            steps={state.entry}
            change={(entry) => set((json) => dense({ ...json, entry }))}
          />
        )}
        {!isWhole && !state.final && (
          <StepFields
            title={t("workflow.exitSteps")}
            entityType={entityType}
            steps={state.exit}
            change={(exit) => set((json) => dense({ ...json, exit }))}
          />
        )}
        {!state.final && (
          <section className={classes.part}>
            <h3>{t("workflow.whatHappens")}</h3>
            {own.length > 0 && (
              <TransitionList transitions={own} select={select} workflow={workflow} entityType={entityType} />
            )}
            {adding === "transition" ? (
              <AddTransition {...props} source={path} close={() => setAdding(null)} />
            ) : (
              <div className={classes.buttons}>
                <Button variant="default" size="xs" onClick={() => setAdding("transition")}>
                  {t("workflow.addTransition")}
                </Button>
              </div>
            )}
          </section>
        )}
        {adding === "state" ? (
          <AddState
            {...props}
            parent={isWhole || state.children.length > 0 ? path : parentOf(path)}
            close={() => setAdding(null)}
          />
        ) : (
          <div className={classes.buttons}>
            <Button variant="default" size="xs" onClick={() => setAdding("state")}>
              {isWhole || state.children.length > 0 ? t("workflow.addStateInside") : t("workflow.addStateBeside")}
            </Button>
            {!isWhole && (
              <Button
                variant="default"
                c="var(--danger)"
                size="xs"
                onClick={() => {
                  change((before) => removeState(before, path));
                  select({ state: parentOf(path) });
                }}
              >
                {t("workflow.removeState")}
              </Button>
            )}
          </div>
        )}
        {standing > 0 && !isWhole && (
          <p className="soft">{t("workflow.standingHere", { count: standing, number: formatCount(standing) })}</p>
        )}
      </div>
    </Panel>
  );
}
