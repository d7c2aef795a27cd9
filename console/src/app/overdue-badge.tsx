import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { formatCount } from "../ui/format.ts";
import type { Destination } from "./navigation.ts";
import classes from "./overdue-badge.module.css";

/** The server counts no further. */
const countedAtMost = 1_000;

type OverdueBadgeProps = { name: Destination["name"]; count: number; follow?: () => void };

/** What is late and one's own, and the way to exactly that. */
export function OverdueBadge({ name, count, follow }: OverdueBadgeProps) {
  const { t } = useTranslation();
  if (count === 0) return null;
  const label = name === "tasks" ? t("app.overdueTasks", { count }) : t("app.overdueExceptions", { count });
  const shown = count < countedAtMost ? formatCount(count) : `${formatCount(countedAtMost - 1)}+`;
  const shared = { className: classes.badge, title: label, "aria-label": label, onClick: follow };
  return name === "tasks" ? (
    <Link to="/tasks" search={{ overdue: "true", team: "own" }} {...shared}>
      {shown}
    </Link>
  ) : (
    <Link to="/exceptions" search={{ overdue: "true", owner: "own" }} {...shared}>
      {shown}
    </Link>
  );
}
