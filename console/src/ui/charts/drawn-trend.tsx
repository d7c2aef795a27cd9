import { CompositeChart } from "@mantine/charts";
import "@mantine/charts/styles.layer.css";
import { formatCompact, formatCount } from "../format.ts";
import type { TrendChartProps, TrendSeries } from "./trend-chart.tsx";

const colors: Readonly<Record<TrendSeries["kind"], string>> = {
  line: "var(--mantine-primary-color-filled)",
  bars: "var(--mantine-primary-color-filled)",
  dashed: "var(--ink-faint)",
};

export default function DrawnTrend({ points, series, height = 200 }: TrendChartProps) {
  return (
    <CompositeChart
      h={height}
      data={points.map((point) => ({ ...point }))}
      dataKey="at"
      series={series.map((each) => ({
        name: each.name,
        label: each.label,
        type: each.kind === "bars" ? "bar" : "line",
        color: colors[each.kind],
        strokeDasharray: each.kind === "dashed" ? "4 4" : undefined,
      }))}
      // The numbers follow as a table for screen readers; the drawing must not take the focus.
      composedChartProps={{ accessibilityLayer: false }}
      withDots={false}
      withLegend
      legendProps={{ verticalAlign: "top", height: 32 }}
      curveType="monotone"
      gridAxis="x"
      tickLine="none"
      strokeWidth={2}
      maxBarWidth={18}
      yAxisProps={{ width: 44, tickFormatter: (value: number) => formatCompact(value) }}
      valueFormatter={(value: number) => formatCount(value)}
      lineProps={{ isAnimationActive: false }}
      barProps={{ isAnimationActive: false, radius: [2, 2, 0, 0] }}
    />
  );
}
