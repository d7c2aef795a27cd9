import { SegmentedControl } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "../../ui/states.tsx";
import classes from "./chart-panel.module.css";
import type { ChartView } from "./diagram.tsx";
import { Outline } from "./outline.tsx";

// The library that draws is loaded with the first picture; no other page pays for it.
const Diagram = lazy(() => import("./diagram.tsx"));

type ChartPanelProps = ChartView & {
  /** Left of the choice between picture and list. */
  tools?: React.ReactNode;
  /** What is said of what is selected. */
  children: React.ReactNode;
};

/** A statechart as picture or list, and beside it what is selected. At phone size the list comes first. */
export function ChartPanel({ tools, children, ...view }: ChartPanelProps) {
  const { t } = useTranslation();
  const phone = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const [chosen, setChosen] = useState<"diagram" | "outline" | null>(null);
  const shown = chosen ?? (phone ? "outline" : "diagram");
  return (
    <div className={classes.columns}>
      <div className={classes.chart}>
        <div className={classes.tools}>
          {tools}
          <SegmentedControl
            className={classes.choice}
            size="xs"
            value={shown}
            onChange={(value) => setChosen(value === "outline" ? "outline" : "diagram")}
            aria-label={t("workflow.shownAs")}
            data={[
              { value: "diagram", label: t("workflow.diagram") },
              { value: "outline", label: t("workflow.outline") },
            ]}
          />
        </div>
        <div className={classes.canvas} data-shown={shown}>
          {shown === "outline" ? (
            <Outline {...view} />
          ) : (
            <Suspense fallback={<Loading lines={6} />}>
              <Diagram {...view} />
            </Suspense>
          )}
        </div>
      </div>
      <aside className={classes.side} aria-label={t("workflow.details")}>
        {children}
      </aside>
    </div>
  );
}
