import { useTranslation } from "react-i18next";
import { formatCount, formatDuration } from "../../ui/format.ts";
import { Status } from "../statuses.tsx";
import type { ChartView } from "./diagram.tsx";
import { isSame } from "./edit-statechart.ts";
import classes from "./outline.module.css";
import type { ChartTransition } from "./statechart.ts";
import { stateName } from "./workflow-words.ts";

/** The statechart as a list: the same as the diagram, to be read from top to bottom. */
export function Outline(view: ChartView) {
  const { t } = useTranslation();
  return (
    <nav className={classes.outline} aria-label={t("workflow.outline")}>
      <Transitions path="" view={view} />
      <States parent="" view={view} />
    </nav>
  );
}

function States({ parent, view }: { parent: string; view: ChartView }) {
  const { t } = useTranslation();
  const { chart, live, selection, select, faulty } = view;
  const around = chart.states.get(parent);
  return (
    <ul className={classes.states}>
      {around?.children.map((path) => {
        const state = chart.states.get(path)!;
        const here = live.get(path);
        return (
          <li key={path}>
            <button
              type="button"
              className={classes.state}
              aria-pressed={"state" in selection && selection.state === path}
              data-faulty={faulty({ state: path }) || undefined}
              onClick={() => select({ state: path })}
            >
              <strong>{stateName(path)}</strong>
              {state.label && <Status of={state.label} />}
              {around.initial === state.name && <span className="faint">{t("workflow.begins")}</span>}
              {state.final && <span className="faint">{t("workflow.ends")}</span>}
              {here && (
                <span className={classes.live}>
                  {t("workflow.standing", {
                    count: here.count,
                    dwell: formatDuration(here.medianDwellSeconds * 1000),
                  })}
                </span>
              )}
            </button>
            <Transitions path={path} view={view} />
            {state.children.length > 0 && <States parent={path} view={view} />}
          </li>
        );
      })}
    </ul>
  );
}

function Transitions({ path, view }: { path: string; view: ChartView }) {
  const { chart, selection, select, trigger, guard, faulty } = view;
  const { t } = useTranslation();
  const own = chart.transitions.filter(({ source }) => source === path);
  if (own.length === 0) return null;
  const whereTo = (transition: ChartTransition) =>
    transition.target === null ? t("workflow.stays") : stateName(transition.target);
  return (
    <ul className={classes.transitions}>
      {own.map((each) => (
        <li key={each.pointer}>
          <button
            type="button"
            className={classes.transition}
            aria-pressed={"transition" in selection && isSame(selection.transition, each)}
            data-kind={each.action ? "action" : each.kind}
            data-faulty={faulty({ transition: each }) || undefined}
            onClick={() => select({ transition: each })}
          >
            <span>{trigger(each)}</span>
            {each.count > 1 && <span className="faint">{formatCount(each.index + 1)}</span>}
            <span className="faint">→</span>
            <span>{whereTo(each)}</span>
            {each.guard && <span className="faint">{t("workflow.onlyIf", { guard: guard(each.guard) })}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}
