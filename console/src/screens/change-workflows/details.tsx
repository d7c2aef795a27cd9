import { useTranslation } from "react-i18next";
import type { WorkflowEntityType } from "../../api/generated/types.gen.ts";
import { shippedText } from "../../api/server-text.ts";
import { formatCount, formatDuration, formatRelative } from "../../ui/format.ts";
import { KeyValue } from "../../ui/key-value.tsx";
import { Panel } from "../../ui/panel.tsx";
import { usePermissionText } from "../grant-access/permission-texts.ts";
import { inWords } from "../humanize.ts";
import { isLocalText, useLocalText } from "../offered-actions.ts";
import { Status } from "../statuses.tsx";
import classes from "./details.module.css";
import type { LiveState } from "./live-states.ts";
import { selectedState, selectedTransition, type Selection } from "./selection.ts";
import type { Call, Chart, ChartState, ChartTransition, WorkflowJson } from "./statechart.ts";
import { CONDITION, partsOf, stateName, useWorkflowWords } from "./workflow-words.ts";

type DetailsProps = {
  workflow: WorkflowJson;
  chart: Chart;
  entityType: WorkflowEntityType | undefined;
  live: ReadonlyMap<string, LiveState>;
  selection: Selection;
  select: (selection: Selection) => void;
};

/** What is selected, in words. */
export function Details(props: DetailsProps) {
  const state = selectedState(props.chart, props.selection);
  const transition = selectedTransition(props.chart, props.selection);
  if (transition) return <TransitionDetails {...props} transition={transition} />;
  if (state) return <StateDetails {...props} state={state} />;
  return null;
}

function StateDetails(props: DetailsProps & { state: ChartState }) {
  const { workflow, chart, entityType, live, state, select } = props;
  const { t } = useTranslation();
  const here = live.get(state.path);
  const own = chart.transitions.filter(({ source }) => source === state.path);
  const isWhole = state.path === "";
  return (
    <Panel
      title={isWhole ? shippedText(workflow.meta.title) : stateName(state.path)}
      beside={state.label && <Status of={state.label} />}
    >
      <div className={classes.parts}>
        {isWhole && <p>{t("workflow.wholeHint")}</p>}
        {state.description && <p>{state.description}</p>}
        <KeyValue
          facts={[
            [t("workflow.entityType"), isWhole ? (entityType?.title ?? workflow.meta.entityType) : null],
            [t("workflow.within"), state.parent ? stateName(state.parent) : null],
            [t("workflow.here"), here && formatCount(here.count)],
            [t("workflow.medianDwell"), here && formatDuration(here.medianDwellSeconds * 1000)],
            [t("workflow.oldest"), here && formatRelative(new Date(here.oldestAt), Date.now())],
          ]}
        />
        {state.final && <p className="soft">{t("workflow.endsHere")}</p>}
        <Steps title={t("workflow.entrySteps")} steps={state.entry} {...props} />
        <Steps title={t("workflow.exitSteps")} steps={state.exit} {...props} />
        {own.length > 0 && (
          <section>
            <h3>{t("workflow.whatHappens")}</h3>
            <TransitionList transitions={own} select={select} workflow={workflow} entityType={entityType} />
          </section>
        )}
      </div>
    </Panel>
  );
}

type TransitionListProps = Pick<DetailsProps, "workflow" | "entityType" | "select"> & {
  transitions: readonly ChartTransition[];
};

export function TransitionList({ transitions, select, workflow, entityType }: TransitionListProps) {
  const { t } = useTranslation();
  const words = useWorkflowWords(workflow, entityType);
  return (
    <ul className={classes.list}>
      {transitions.map((each) => (
        <li key={each.pointer}>
          <button type="button" className={classes.link} onClick={() => select({ transition: each })}>
            {words.trigger(each)}
          </button>{" "}
          → {each.target === null ? t("workflow.stays") : stateName(each.target)}
          {each.guard && <span className="faint"> · {t("workflow.onlyIf", { guard: words.guard(each.guard) })}</span>}
        </li>
      ))}
    </ul>
  );
}

function TransitionDetails(props: DetailsProps & { transition: ChartTransition }) {
  const { workflow, entityType, transition, select } = props;
  const { t } = useTranslation();
  const textOf = useLocalText();
  const permissionText = usePermissionText();
  const words = useWorkflowWords(workflow, entityType);
  const { source, target, kind, name, guard, steps, action, description } = transition;
  const stateLink = (path: string) => (
    <button type="button" className={classes.link} onClick={() => select({ state: path })}>
      {path === "" ? shippedText(workflow.meta.title) : stateName(path)}
    </button>
  );
  return (
    <Panel title={words.trigger(transition)}>
      <div className={classes.parts}>
        {description && <p>{description}</p>}
        <KeyValue
          facts={[
            [t("workflow.from"), stateLink(source)],
            [t("workflow.to"), target === null ? t("workflow.staysLong") : stateLink(target)],
            [
              t("workflow.event"),
              kind === "on" ? (
                <>
                  {inWords(name)}
                  {words.aboutEvent(name) && <span className="faint"> · {words.aboutEvent(name)}</span>}
                </>
              ) : null,
            ],
            [t("workflow.timer"), kind === "after" ? words.trigger(transition) : null],
            [
              t("workflow.order"),
              transition.count > 1
                ? t("workflow.orderOf", { index: transition.index + 1, count: transition.count })
                : null,
            ],
          ]}
        />
        {guard && (
          <section>
            <h3>{t("workflow.conditions")}</h3>
            <ul className={classes.list}>
              {partsOf(guard).map((part) => (
                <li key={JSON.stringify(part)}>
                  {part.name === CONDITION ? <code className="code">{words.guard(part)}</code> : inWords(part.name)}
                  {part.name !== CONDITION && <p className="faint">{words.aboutGuard(part)}</p>}
                </li>
              ))}
            </ul>
          </section>
        )}
        <Steps title={t("workflow.steps")} steps={steps} {...props} />
        {action && (
          <section>
            <h3>{t("workflow.button")}</h3>
            <KeyValue
              facts={[
                [t("workflow.buttonLabel"), textOf(action.label)],
                [t("workflow.permission"), permissionText(action.permission, action.permission)],
                [t("workflow.confirm"), action.confirm && textOf(action.confirm)],
                [t("workflow.form"), action.form?.map((field) => textOf(field.label)).join(", ")],
                [t("workflow.whileHeld"), action.whileHeld ? t("workflow.yes") : null],
              ]}
            />
          </section>
        )}
      </div>
    </Panel>
  );
}

function Steps({ title, steps, workflow, entityType }: DetailsProps & { title: string; steps: readonly Call[] }) {
  const words = useWorkflowWords(workflow, entityType);
  const textOf = useLocalText();
  if (steps.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ol className={classes.list}>
        {steps.map((step) => (
          <li key={JSON.stringify(step)}>
            {inWords(step.name)}
            <p className="faint">{words.aboutStep(step)}</p>
            {Object.keys(step.params).length > 0 && (
              <KeyValue
                facts={Object.entries(step.params).map(([key, value]) => [
                  inWords(key),
                  typeof value === "string" ? value : isLocalText(value) ? textOf(value) : JSON.stringify(value),
                ])}
              />
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
