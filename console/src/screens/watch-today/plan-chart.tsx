import { useTranslation } from "react-i18next";
import type { Today } from "../../api/generated/types.gen.ts";
import { TrendChart } from "../../ui/charts/trend-chart.tsx";
import { formatTime } from "../../ui/format.ts";
import { Panel } from "../../ui/panel.tsx";

/** Orders hour by hour beside what the same hours of this weekday usually bring. */
export function PlanChart({ today }: { today: Today }) {
  const { t } = useTranslation();
  const now = new Date();
  const points = today.hours.map(({ hour, orders, plan }) => ({
    at: formatTime(new Date(2026, 0, 1, hour)),
    orders: hour > now.getHours() ? null : orders,
    plan: Math.round(plan),
  }));
  return (
    <Panel title={t("today.plan")}>
      <TrendChart
        label={t("today.plan")}
        points={points}
        height={220}
        series={[
          { name: "orders", label: t("today.orders"), kind: "bars" },
          { name: "plan", label: t("today.planned"), kind: "dashed" },
        ]}
      />
    </Panel>
  );
}
