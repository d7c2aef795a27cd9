import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Today } from "../../api/generated/types.gen.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Meter } from "../../ui/meter.tsx";
import { Panel } from "../../ui/panel.tsx";
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
        <div className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">{t("today.location")}</th>
                <th scope="col" data-numeric>
                  {t("today.open")}
                </th>
                <th scope="col" data-numeric>
                  {t("today.late")}
                </th>
                <th scope="col">{t("today.dueAgainstCapacity")}</th>
                <th scope="col">{t("today.nextCutOff")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.location}>
                  <td>
                    <LocationLink code={row.location} />
                  </td>
                  <td data-numeric>
                    <Link to="/fulfillment" search={{ location: row.location }}>
                      {formatCount(row.open)}
                    </Link>
                  </td>
                  <td data-numeric>
                    {row.late > 0 ? (
                      <Link to="/fulfillment" search={{ location: row.location, dueBefore: "now" }}>
                        <StatusBadge tone="trouble">{formatCount(row.late)}</StatusBadge>
                      </Link>
                    ) : (
                      <span className="faint">0</span>
                    )}
                  </td>
                  <td>
                    <Load due={row.dueToday} left={capacityLeft(row)} />
                  </td>
                  <td>
                    <DateTime at={row.nextDueAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
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
