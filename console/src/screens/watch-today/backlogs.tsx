import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Today } from "../../api/generated/types.gen.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Meter } from "../../ui/meter.tsx";
import { Panel } from "../../ui/panel.tsx";
import { PanelTable } from "../../ui/panel-table.tsx";
import { Empty } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { LocationLink } from "../places.tsx";
import { capacityLeft, loadRatio, nearlyFull } from "./capacity.ts";
import classes from "./today.module.css";

/** A retailer may have thousands of locations; the page of locations has them all. */
const mostShown = 20;

/** What waits where, the most endangered location first. */
export function Backlogs({ today }: { today: Today }) {
  const { t } = useTranslation();
  const rows = today.backlog.toSorted((a, b) => b.late - a.late || b.open - a.open).slice(0, mostShown);
  return (
    <Panel title={t("today.backlog")} actions={<Link to="/locations">{t("today.allLocations")}</Link>} bleed>
      {rows.length === 0 ? (
        <Empty small title={t("today.noBacklog")} />
      ) : (
        <PanelTable
          label={t("today.backlog")}
          rows={rows}
          rowId={({ location }) => location}
          columns={[
            { header: t("today.location"), cell: ({ location }) => <LocationLink code={location} /> },
            {
              header: t("today.open"),
              numeric: true,
              cell: ({ location, open }) => (
                <Link to="/fulfillment" search={{ location }}>
                  {formatCount(open)}
                </Link>
              ),
            },
            { header: t("today.late"), numeric: true, cell: (row) => <Late row={row} /> },
            {
              header: t("today.dueAgainstCapacity"),
              cell: (row) => <Load due={row.dueToday} left={capacityLeft(row)} />,
            },
            { header: t("today.nextCutOff"), cell: ({ nextDueAt }) => <DateTime at={nextDueAt} /> },
          ]}
        />
      )}
    </Panel>
  );
}

function Late({ row: { location, late } }: { row: Today["backlog"][number] }) {
  if (late === 0) return <span className="faint">0</span>;
  return (
    <Link to="/fulfillment" search={{ location, dueBefore: "now" }}>
      <StatusBadge tone="trouble">{formatCount(late)}</StatusBadge>
    </Link>
  );
}

function Load({ due, left }: { due: number; left: number | null }) {
  const { t } = useTranslation();
  if (left === null) return <>{formatCount(due)}</>;
  const ratio = loadRatio(due, left);
  return (
    <div className={classes.load}>
      <Meter ratio={ratio} label={t("today.dueAgainstCapacity")} tone={ratio > nearlyFull ? "attention" : "accent"} />
      <span>
        {formatCount(due)} <span className="faint">/ {formatCount(left)}</span>
      </span>
    </div>
  );
}
