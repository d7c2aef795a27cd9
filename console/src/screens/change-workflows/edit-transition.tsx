import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../ui/panel.tsx";
import { humanize } from "../humanize.ts";
import { ActionFields } from "./action-fields.tsx";
import { AddBetween, type EditProps, newAction, placeFor } from "./add-forms.tsx";
import { CommitField } from "../change-documents/commit-field.tsx";
import { AddReview } from "./add-review.tsx";
import detailClasses from "./details.module.css";
import { type Duration, durationOf, toIso, toMilliseconds } from "./durations.ts";
import {
  dense,
  isName,
  lastPlace,
  moveTransition,
  nameFor,
  removeTransition,
  setDelay,
  setTransition,
} from "./edit-statechart.ts";
import classes from "./editor.module.css";
import { FaultsHere } from "./faults.tsx";
import { GuardFields } from "./guard-fields.tsx";
import type { Fault } from "../change-documents/use-draft.ts";
import { type ChartTransition, targetFor, type TransitionJson, type TransitionKind } from "./statechart.ts";
import { StepFields } from "./step-fields.tsx";
import { DurationFields, EventSelect, TargetSelect, type Trigger, TriggerSelect } from "./trigger-fields.tsx";
import { stateName, useWorkflowWords } from "./workflow-words.ts";

type EditTransitionProps = EditProps & { transition: ChartTransition; faults: readonly Fault[] };

function triggerOf({ kind, action }: ChartTransition): Trigger {
  if (kind === "after") return "timer";
  if (kind === "always") return "atOnce";
  return action ? "button" : "event";
}

export function EditTransition(props: EditTransitionProps) {
  const { transition, workflow, chart, entityType, change, select, faults } = props;
  const { t } = useTranslation();
  const words = useWorkflowWords(workflow, entityType);
  const [adding, setAdding] = useState<"between" | "review" | null>(null);
  const { source, kind, name, action } = transition;
  const trigger = triggerOf(transition);
  const set = (write: (json: TransitionJson) => TransitionJson) =>
    change((before) => setTransition(before, transition, (json) => dense(write(json))));

  function moveTo(to: { kind: TransitionKind; name: string }) {
    if (to.kind === kind && to.name === name) return;
    const moved = moveTransition(workflow, transition, { source, ...to });
    change(() => moved);
    select({ transition: lastPlace(moved, { source, ...to }) });
  }

  function setTrigger(chosen: Trigger) {
    const to = placeFor(chosen, entityType, workflow, kind === "on" ? name : "");
    const userAction = chosen === "button" ? (action ?? newAction(humanize(to.name), "", entityType.name)) : undefined;
    const marked = setTransition(workflow, transition, ({ meta: _, ...json }) =>
      userAction === undefined ? json : { ...json, meta: { userAction } },
    );
    const isSamePlace = to.kind === kind && to.name === name;
    const moved = isSamePlace ? marked : moveTransition(marked, transition, { source, ...to });
    change(() => moved);
    select({ transition: isSamePlace ? transition : lastPlace(moved, { source, ...to }) });
  }

  function wait(duration: Duration) {
    if (/^\d+$/.test(name)) moveTo({ kind: "after", name: toMilliseconds(duration) });
    else change((before) => setDelay(before, name, toIso(duration)));
  }

  return (
    <Panel title={words.trigger(transition)}>
      <div className={classes.editor}>
        <FaultsHere faults={faults} />
        <p className="soft">
          {t("workflow.from")}{" "}
          <button type="button" className={detailClasses.link} onClick={() => select({ state: source })}>
            {source === "" ? workflow.meta.title : stateName(source)}
          </button>
        </p>
        <TriggerSelect value={trigger} change={setTrigger} />
        {trigger === "button" && (
          <CommitField
            label={t("workflow.eventName")}
            description={t("workflow.eventNameHint")}
            value={name}
            required
            commit={(text) => isName(nameFor(text)) && moveTo({ kind: "on", name: nameFor(text) })}
          />
        )}
        {trigger === "event" && (
          <EventSelect
            entityType={entityType}
            workflow={workflow}
            value={name}
            change={(event) => moveTo({ kind: "on", name: event })}
          />
        )}
        {trigger === "timer" && (
          <DurationFields value={durationOf(workflow, name) ?? { count: 1, unit: "hours" }} change={wait} />
        )}
        <TargetSelect
          chart={chart}
          source={source}
          value={transition.target}
          change={(target) =>
            set(
              (json) =>
                ({
                  ...json,
                  target: target === null ? undefined : targetFor(workflow.id, source, target),
                }) as TransitionJson,
            )
          }
        />
        <GuardFields
          entityType={entityType}
          guard={transition.guard}
          change={(guard) => set((json) => ({ ...json, guard }) as TransitionJson)}
        />
        <StepFields
          title={t("workflow.steps")}
          entityType={entityType}
          steps={transition.steps}
          change={(actions) => set((json) => ({ ...json, actions }) as TransitionJson)}
        />
        {action && (
          <ActionFields
            action={action}
            change={(userAction) => set((json) => ({ ...json, meta: { ...json.meta, userAction } }))}
          />
        )}
        {adding === "between" ? (
          <AddBetween {...props} close={() => setAdding(null)} />
        ) : adding === "review" ? (
          <AddReview {...props} close={() => setAdding(null)} />
        ) : (
          <div className={classes.buttons}>
            {source !== "" && transition.target !== null && (
              <>
                <Button variant="default" size="xs" onClick={() => setAdding("between")}>
                  {t("workflow.addBetween")}
                </Button>
                <Button variant="default" size="xs" onClick={() => setAdding("review")}>
                  {t("workflow.addReview")}
                </Button>
              </>
            )}
            <Button
              variant="default"
              c="var(--danger)"
              size="xs"
              onClick={() => {
                change((before) => removeTransition(before, transition));
                select({ state: source });
              }}
            >
              {t("workflow.removeTransition")}
            </Button>
          </div>
        )}
      </div>
    </Panel>
  );
}
