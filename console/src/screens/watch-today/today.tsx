import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Today as Figures } from "../../api/generated/types.gen.ts";
import { todayQuery } from "../../api/today.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount, formatDuration } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { StatTile, StatTiles } from "../../ui/stat-tile.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { Backlogs } from "./backlogs.tsx";
import { CutOff } from "./cut-off.tsx";
import { Holds } from "./holds.tsx";
import { PlanChart } from "./plan-chart.tsx";
import classes from "./today.module.css";

/** The feed's own promise is far below; beyond this a person should look. */
const lagWorthNoticingMs = 2000;

/** The day at a glance: exact live counts, each opening its rows. */
export function Today() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(todayQuery);
  return (
    <Page
      title={t("today.title")}
      facts={
        data && (
          <>
            {t("today.asOf")} <DateTime at={data.asOf} show="time" />
          </>
        )
      }
    >
      {!data && error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <div className={classes.page}>
          <Counts figures={data} />
          {data ? (
            <div className={classes.columns}>
              <div className={classes.column}>
                <CutOff today={data} />
                <Backlogs today={data} />
              </div>
              <div className={classes.column}>
                <PlanChart today={data} />
                <Holds today={data} />
              </div>
            </div>
          ) : (
            <Loading lines={10} />
          )}
        </div>
      )}
    </Page>
  );
}

function Counts({ figures }: { figures: Figures | undefined }) {
  const { t } = useTranslation();
  const counts = figures?.counts;
  const when = <Tone extends string>(count: number | undefined, tone: Tone) => (count ? tone : undefined);
  const startOfDay = new Date();
  return (
    <StatTiles label={t("today.counts")}>
      <StatTile
        label={t("today.orders")}
        value={figures?.today.orders}
        note={figures && <PlanNote plan={figures.plan} />}
        link={{ to: "/orders", search: { orderedFrom: dayOf(startOfDay), orderedTo: dayOf(startOfDay) } }}
      />
      <StatTile
        label={t("today.unsourced")}
        value={counts?.unsourced}
        tone={when(counts?.unsourced, "attention")}
        link={{ to: "/orders", search: { backordered: "true" } }}
      />
      <StatTile
        label={t("today.held")}
        value={counts?.held}
        tone={when(counts?.held, "attention")}
        link={{ to: "/orders", search: { held: "true" } }}
      />
      <StatTile
        label={t("today.short")}
        value={counts?.short}
        note={counts && counts.short > 0 && t("orders.unitCount", { count: counts.shortUnits })}
        tone={when(counts?.short, "trouble")}
        link={{ to: "/inventory", search: { state: "short" } }}
      />
      <StatTile
        label={t("today.late")}
        value={counts?.late}
        tone={when(counts?.late, "trouble")}
        link={{ to: "/fulfillment", search: { dueBefore: "now" } }}
      />
      <StatTile
        label={t("today.stuck")}
        value={counts?.stuck}
        tone={when(counts?.stuck, "trouble")}
        link={{ to: "/fulfillment", search: { unchanged: "day" } }}
      />
      <StatTile
        label={t("today.exceptions")}
        value={counts?.exceptions}
        note={
          counts && counts.exceptionsOverdue > 0 && t("today.exceptionsOverdue", { count: counts.exceptionsOverdue })
        }
        tone={when(counts?.exceptions, counts?.exceptionsOverdue ? "trouble" : "attention")}
        link={{ to: "/exceptions" }}
      />
      <StatTile
        label={t("today.feedLag")}
        value={figures && formatDuration(figures.feed.lagMs)}
        tone={figures && figures.feed.lagMs > lagWorthNoticingMs ? "attention" : undefined}
      />
    </StatTiles>
  );
}

/** A day as filters write it: 2026-11-20, by the reader's own calendar. */
function dayOf(at: Date): string {
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
}

/** What this time of this weekday usually brings: as a number, because a percentage of the night's few orders says nothing. */
function PlanNote({ plan }: { plan: Figures["plan"] }) {
  const { t } = useTranslation();
  return <span title={plan.basis}>{t("today.plannedByNow", { orders: formatCount(Math.round(plan.orders)) })}</span>;
}
