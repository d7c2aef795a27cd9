import { Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";

const DrawnTrend = lazy(() => import("./drawn-trend.tsx"));

export type TrendSeries = { name: string; label: string; kind: "line" | "dashed" | "bars" };
export type TrendPoint = { at: string } & Record<string, string | number | null>;

export type TrendChartProps = {
  /** What the chart shows, for screen readers; the numbers follow as a table that only they see. */
  label: string;
  points: readonly TrendPoint[];
  series: readonly TrendSeries[];
  height?: number;
};

/** A course over time. The drawing library is loaded with the first chart; until then its space is kept. */
export function TrendChart(props: TrendChartProps) {
  return (
    <figure aria-label={props.label} style={{ margin: 0 }}>
      <div aria-hidden="true">
        <Suspense fallback={<Skeleton height={props.height ?? 200} />}>
          <DrawnTrend {...props} />
        </Suspense>
      </div>
      <table className="visually-hidden">
        <caption>{props.label}</caption>
        <thead>
          <tr>
            <td />
            {props.series.map((each) => (
              <th key={each.name} scope="col">
                {each.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.points.map((point) => (
            <tr key={point.at}>
              <th scope="row">{point.at}</th>
              {props.series.map((each) => (
                <td key={each.name}>{point[each.name] ?? "–"}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
