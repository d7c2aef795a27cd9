import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { formatCount } from "../../ui/format.ts";
import { StatusShape } from "../../ui/status-badge.tsx";
import { useLocationNames } from "../places.tsx";
import { type Count, summarized, useTaskCounts } from "./use-counts.ts";
import classes from "./tasks.module.css";

type QueueRailProps = { queue: string | undefined; location: string | undefined };

/** So many locations stand below a chosen queue; others are found by the filter. */
const mostLocations = 12;

/** The queues with what is open and what is late in them; below the chosen one, its locations. */
export function QueueRail({ queue: chosen, location: place }: QueueRailProps) {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  const { data } = useTaskCounts();
  const { all, queues } = summarized(data ?? []);
  return (
    <nav className={classes.rail} aria-label={t("task.queues")}>
      <RailLink label={t("task.allQueues")} count={all} queue={undefined} active={chosen === undefined} />
      {queues.map((each) => (
        <div key={each.code}>
          <RailLink
            label={each.title}
            count={each}
            queue={each.code}
            active={chosen === each.code && place === undefined}
          />
          {chosen === each.code &&
            each.locations
              .slice(0, mostLocations)
              .map((location) => (
                <RailLink
                  key={location.code}
                  label={nameOf(location.code)}
                  count={location}
                  queue={each.code}
                  location={location.code}
                  active={place === location.code}
                />
              ))}
        </div>
      ))}
    </nav>
  );
}

type RailLinkProps = { label: string; count: Count; queue: string | undefined; location?: string; active: boolean };

function RailLink({ label, count, queue, location, active }: RailLinkProps) {
  const { t } = useTranslation();
  return (
    <Link
      to="/tasks"
      search={(before) => ({ ...before, queue, location, task: undefined })}
      className={classes.railLink}
      data-active={active || undefined}
      data-inner={location !== undefined || undefined}
      aria-current={active ? "true" : undefined}
    >
      <span className="truncate">{label}</span>
      {count.overdue > 0 && (
        <span className={classes.late} title={t("task.overdueCount", { count: count.overdue })}>
          <StatusShape tone="trouble" />
          {formatCount(count.overdue)}
          <span className="visually-hidden"> {t("task.overdue")}</span>
        </span>
      )}
      <span className={classes.count}>
        {formatCount(count.open)}
        <span className="visually-hidden"> {t("task.openWord")}</span>
      </span>
    </Link>
  );
}
