import { useTranslation } from "react-i18next";
import type { Fault } from "../change-documents/use-draft.ts";
import classes from "./editor.module.css";
import { placeOf, type Selection } from "./selection.ts";
import type { Chart } from "./statechart.ts";
import { stateName } from "./workflow-words.ts";

/** What is wrong with the part that is being edited, above its fields. */
export function FaultsHere({ faults }: { faults: readonly Fault[] }) {
  if (faults.length === 0) return null;
  return (
    <div role="alert">
      <ul className={classes.faults}>
        {faults.map(({ pointer, message }) => (
          <li key={`${pointer} ${message}`}>{message}</li>
        ))}
      </ul>
    </div>
  );
}

type FaultListProps = {
  chart: Chart;
  faults: readonly Fault[];
  warnings: readonly Fault[];
  select: (selection: Selection) => void;
};

/** Everything that the check has to say, each a way to its place. */
export function FaultList({ chart, faults, warnings, select }: FaultListProps) {
  const { t } = useTranslation();
  if (faults.length + warnings.length === 0) return null;
  return (
    <section className={classes.check} aria-label={t("document.check")}>
      <List
        title={t("document.faults", { count: faults.length })}
        tone="trouble"
        items={faults}
        {...{ chart, select }}
      />
      <List
        title={t("document.warnings", { count: warnings.length })}
        tone="attention"
        items={warnings}
        {...{ chart, select }}
      />
    </section>
  );
}

type ListProps = Pick<FaultListProps, "chart" | "select"> & {
  title: string;
  tone: "trouble" | "attention";
  items: readonly Fault[];
};

function List({ title, tone, items, chart, select }: ListProps) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  const nameOf = (place: Selection) => {
    const path = "state" in place ? place.state : place.transition.source;
    const name = path === "" ? t("workflow.whole") : stateName(path);
    return "state" in place ? name : `${name} · ${place.transition.name}`;
  };
  return (
    <details open={tone === "trouble"} data-tone={tone}>
      <summary>{title}</summary>
      <ul>
        {items.map((item) => {
          const place = placeOf(chart, item);
          return (
            <li key={`${item.pointer} ${item.message}`}>
              <button type="button" onClick={() => select(place)}>
                <strong>{nameOf(place)}</strong> {item.message}
              </button>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
