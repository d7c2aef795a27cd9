import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { WorkflowRehearsalAnswer } from "../../api/generated/types.gen.ts";
import { serverText } from "../../api/server-text.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { inWords } from "../humanize.ts";
import { MovementKind } from "../keep-stock/movement-kind.tsx";
import { useLocalText } from "../offered-actions.ts";
import { Status } from "../statuses.tsx";
import { SeenValues } from "../change-documents/seen-values.tsx";
import type { Chart, WorkflowJson } from "./statechart.ts";
import classes from "./try-workflow.module.css";
import { stateName, type WorkflowWords } from "./workflow-words.ts";

type Entity = WorkflowRehearsalAnswer["entities"][number];
type Step = WorkflowRehearsalAnswer["steps"][number];

/** What happens to it when it is captured. */
const START = "start";

type TriedProps = {
  answer: WorkflowRehearsalAnswer;
  workflow: WorkflowJson;
  chart: Chart;
  words: WorkflowWords;
  busy: boolean;
  /** Lets something happen to it where it stands then. */
  happen: (event: string) => void;
  back: (() => void) | undefined;
};

/** What a rehearsal has told: where it gets, on which way, what was asked on it and what was done. */
export function Tried({ answer, workflow, chart, words, busy, happen, back }: TriedProps) {
  const { t } = useTranslation();
  const [own, ...others] = answer.entities;
  if (!own) return null;
  const wordsOf = (event: string, from: string | null) => eventWords(chart, words, t("workflow.tryStart"), event, from);
  const next = nextEvents(own, chart);
  return (
    <div className={classes.result} aria-busy={busy}>
      <div className={classes.outcome} data-tone={own.failure === null ? undefined : "trouble"} role="status">
        <span>{t("workflow.tryEnds")}</span>
        <strong>{own.state === null ? "–" : stateName(own.state)}</strong>
        {own.label && <Status of={own.label} />}
        {own.failure !== null && <span>{t("workflow.tryFails", { failure: serverText(own.failure) })}</span>}
      </div>
      {own.ignored.length > 0 && (
        <p className="soft" style={{ margin: 0 }}>
          {t("workflow.tryIgnored", { events: own.ignored.map(inWords).join(", ") })}
        </p>
      )}
      <section>
        <h3>{t("workflow.tryPath")}</h3>
        {own.moves.length === 0 ? (
          <p className="soft">{t("workflow.tryStays")}</p>
        ) : (
          <ol className={classes.path}>
            {own.moves.map((move, index) => (
              <li key={`${index} ${move.event} ${move.to}`}>
                <span className="soft">
                  {move.event === START && index > 0 ? t("workflow.atOnce") : wordsOf(move.event, move.from)}
                </span>
                → <strong>{stateName(move.to)}</strong>
              </li>
            ))}
          </ol>
        )}
      </section>
      {(next.length > 0 || back) && (
        <section>
          <h3>{t("workflow.tryNext")}</h3>
          <div className={classes.buttons}>
            {next.map((event) => (
              <Button key={event} size="xs" variant="default" onClick={() => happen(event)}>
                {wordsOf(event, own.state)}
              </Button>
            ))}
            {back && (
              <Button size="xs" variant="subtle" onClick={back}>
                {t("workflow.tryBack")}
              </Button>
            )}
          </div>
        </section>
      )}
      <Guards of={own} />
      <section>
        <h3>{t("workflow.steps")}</h3>
        {answer.steps.length === 0 ? (
          <p className="soft">{t("workflow.tryNoSteps")}</p>
        ) : (
          <ol className={classes.items}>
            {answer.steps.map((step, index) => (
              <StepEffect key={`${index} ${step.step}`} step={step} own={workflow.meta.entityType} />
            ))}
          </ol>
        )}
      </section>
      <Timers of={own} wordsOf={(event) => wordsOf(event, own.state)} />
      {others.length > 0 && (
        <section>
          <h3>{t("workflow.tryOthers")}</h3>
          <ul className={classes.items}>
            {others.map((each) => (
              <li key={each.entityId} className={classes.line}>
                {inWords(each.entityType)} → <strong>{each.state === null ? "–" : stateName(each.state)}</strong>
                {each.label && <Status of={each.label} />}
                {each.failure && serverText(each.failure)}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Guards({ of: { guards } }: { of: Entity }) {
  const { t } = useTranslation();
  if (guards.length === 0) return null;
  return (
    <section>
      <h3>{t("workflow.tryGuards")}</h3>
      <ul className={classes.items}>
        {guards.map((asked) => (
          <li key={`${asked.pointer} ${asked.from} ${asked.event} ${asked.guard}`}>
            <span className={classes.line}>
              <StatusBadge tone={asked.holds === null ? "trouble" : asked.holds ? "ready" : "stopped"}>
                {t(
                  asked.holds === null
                    ? "workflow.guardFails"
                    : asked.holds
                      ? "workflow.guardHolds"
                      : "workflow.guardNot",
                )}
              </StatusBadge>
              {asked.values.length > 0 ? <code className="code">{asked.guard}</code> : inWords(asked.guard)}
              <span className="faint">
                {asked.from !== null && stateName(asked.from)} → {stateName(asked.to)}
              </span>
            </span>
            <SeenValues values={asked.values} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function StepEffect({ step, own }: { step: Step; own: string }) {
  const { t } = useTranslation();
  const textOf = useLocalText();
  const nothing = step.events.length + step.movements.length + step.requests.length === 0;
  return (
    <li>
      <span className={classes.line}>
        <strong>{inWords(step.step)}</strong>
        {step.entityType !== own && <span className="faint">{inWords(step.entityType)}</span>}
      </span>
      {step.movements.map((each) => (
        <p key={`${each.sku} ${each.location} ${each.kind}`}>
          <MovementKind kind={each.kind} />:{" "}
          {[
            t("workflow.tryMovement", { sku: each.sku, location: each.location }),
            ...(each.onHand === 0 ? [] : [t("workflow.tryOnHand", { units: signed(each.onHand) })]),
            ...(each.allocated === 0 ? [] : [t("workflow.tryPromised", { units: signed(each.allocated) })]),
          ].join(", ")}
        </p>
      ))}
      {step.requests.map((each) => (
        <p key={`${each.kind} ${textOf(each.name)}`}>
          {t(`workflow.tryRequest.${each.kind}`, {
            name: each.kind === "wait" ? inWords(textOf(each.name)) : textOf(each.name),
          })}
          {each.dueAt && (
            <>
              {" "}
              <DateTime at={each.dueAt} show="date-time" />
            </>
          )}
        </p>
      ))}
      {step.events.map((each, index) => (
        <p key={`${index} ${each.type}`} className="soft">
          {t("workflow.tryEvent", { event: each.type })}
        </p>
      ))}
      {nothing && <p className="faint">{t("workflow.tryNothing")}</p>}
    </li>
  );
}

function Timers({ of: { timers }, wordsOf }: { of: Entity; wordsOf: (event: string) => string }) {
  const { t } = useTranslation();
  if (timers.length === 0) return null;
  return (
    <section>
      <h3>{t("workflow.tryTimers")}</h3>
      <ul className={classes.items}>
        {timers.map(({ event, dueAt }) => (
          <li key={event} className={classes.line}>
            {wordsOf(event)} <DateTime at={dueAt} show="date-time" />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What may happen to it where it stands: buttons and events of the state and those around it, then timers. */
function nextEvents({ state, timers }: Entity, { transitions }: Chart): string[] {
  if (state === null) return [];
  const here = transitions.filter(({ source, kind }) => kind === "on" && isWithin(state, source));
  const buttonsFirst = here.toSorted((one, other) => Number(other.action !== null) - Number(one.action !== null));
  return [...new Set([...buttonsFirst.map(({ name }) => name), ...timers.map(({ event }) => event)])];
}

function isWithin(state: string, source: string): boolean {
  return source === "" || state === source || state.startsWith(`${source}.`);
}

const TIMER = /^xstate\.after\.([^.]+)\./;

function eventWords(chart: Chart, words: WorkflowWords, start: string, event: string, from: string | null): string {
  if (event === START) return start;
  const delay = TIMER.exec(event)?.[1];
  if (delay !== undefined) return words.trigger({ kind: "after", name: delay, action: null });
  const known = chart.transitions.find(
    ({ kind, name, source }) => kind === "on" && name === event && from !== null && isWithin(from, source),
  );
  return words.trigger(known ?? { kind: "on", name: event, action: null });
}

function signed(units: number): string {
  return units > 0 ? `+${units}` : String(units);
}
