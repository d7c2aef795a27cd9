import { Button, SegmentedControl } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconChecklist } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { listTasks } from "../../api/generated/sdk.gen.ts";
import type { Task } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { useCan } from "../../api/session.ts";
import { FilterBar } from "../../ui/filter-bar.tsx";
import type { Filter } from "../../ui/filters.ts";
import { formatCount } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { locationFilter, useLocationNames } from "../places.tsx";
import { useTeamOptions } from "../team-fields.tsx";
import { QueueRail } from "./queue-rail.tsx";
import { TaskList } from "./task-list.tsx";
import { summarized, useTaskCounts } from "./use-counts.ts";
import classes from "./tasks.module.css";

const route = getRouteApi("/signed-in/tasks");
const shown = ["mine", "unclaimed", "all", "history"] as const;
type Shown = (typeof shown)[number];

/** As wide as a list beside its task needs. */
const wide = "(min-width: 62em)";

/** What workflows ask of people: whose it is, until when, and everything to settle it on the same screen (W4). */
export function TaskInbox() {
  const { t } = useTranslation();
  const can = useCan();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const isWide = useMediaQuery(wide) ?? true;
  const { data: counts } = useTaskCounts();
  const { all } = summarized(counts ?? []);
  const show = shown.find((each) => each === search.show) ?? "all";
  const filters = useFilters(show, isWide);
  const change = (patch: Readonly<Record<string, string | undefined>>) =>
    void navigate({ search: (before) => ({ ...before, task: undefined, ...patch }), replace: true });
  const { list, rows } = useCursorList<Task>(["tasks", "list", { ...search, task: undefined }], (after, signal) =>
    listTasks({ query: { ...queryOf(search, show), after, limit: pageSize }, signal }),
  );
  const ofShown: Readonly<Record<Shown, number | undefined>> = {
    mine: all.mine,
    unclaimed: all.unclaimed,
    all: all.open,
    history: undefined,
  };
  return (
    <Page
      title={t("task.listTitle")}
      layout="fill"
      facts={
        counts && (
          <>
            {t("task.openCount", { count: all.open })}
            {all.overdue > 0 && <> · {t("task.overdueCount", { count: all.overdue })}</>}
          </>
        )
      }
      actions={
        can("documents:read") && (
          <Button variant="default" renderRoot={(root) => <Link {...root} to="/task-queues" />}>
            {t("task.manageQueues")}
          </Button>
        )
      }
    >
      <FilterBar
        filters={filters}
        values={search}
        change={change}
        lead={
          <SegmentedControl
            size="xs"
            aria-label={t("task.show")}
            data={shown.map((value) => ({
              value,
              label: [t(`task.shown.${value}`), ofShown[value] ? formatCount(ofShown[value]) : ""].join(" ").trim(),
            }))}
            value={show}
            onChange={(value) =>
              change({ show: value === "all" ? undefined : value, outcome: undefined, overdue: undefined })
            }
          />
        }
      />
      <div className={classes.inbox}>
        {isWide && show !== "history" && <QueueRail queue={search.queue} location={search.location} />}
        <TaskList
          rows={rows}
          list={list}
          chosen={isWide ? search.task : undefined}
          choose={
            isWide
              ? (task) => void navigate({ search: (before) => ({ ...before, task: task.id }), replace: true })
              : null
          }
          empty={
            <Empty
              title={t(`task.none.${show}`)}
              icon={<IconChecklist size={26} stroke={1.4} aria-hidden="true" />}
              action={
                show === "mine" && all.unclaimed > 0 ? (
                  <Button variant="default" onClick={() => change({ show: "unclaimed" })}>
                    {t("task.seeUnclaimed", { count: all.unclaimed })}
                  </Button>
                ) : undefined
              }
            >
              {t(`task.noneText.${show}`)}
            </Empty>
          }
        />
      </div>
    </Page>
  );
}

type Search = ReturnType<typeof route.useSearch>;

function queryOf(search: Search, show: Shown) {
  const { queue, location, assignee, entityType, outcome, closedFrom, closedTo } = search;
  return {
    queue,
    location,
    assignee,
    entityType,
    open: show !== "history",
    ...(show === "mine" ? { mine: true } : {}),
    ...(show === "unclaimed" ? { unclaimed: true } : {}),
    ...(search.team === undefined ? {} : search.team === "own" ? { ownTeams: true } : { team: search.team }),
    ...(search.overdue === "true" ? { overdue: true } : {}),
    ...(show === "history"
      ? { outcome, closedFrom: beginningOf(closedFrom, 0), closedTo: beginningOf(closedTo, 1) }
      : {}),
  };
}

/** A day of the reader's own, so many days later, as the API tells moments. */
function beginningOf(day: string | undefined, later: number): string | undefined {
  if (day === undefined) return undefined;
  const at = new Date(`${day}T00:00`);
  at.setDate(at.getDate() + later);
  return at.toISOString();
}

function useFilters(show: Shown, isWide: boolean): readonly Filter[] {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  const { data: counts } = useTaskCounts();
  const teams = useTeamOptions();
  return useMemo(() => {
    const { queues } = summarized(counts ?? []);
    const queue: Filter = {
      kind: "choice",
      name: "queue",
      label: t("task.queue"),
      options: queues.map(({ code, title }) => ({ value: code, label: title })),
    };
    const overdue: Filter = {
      kind: "choice",
      name: "overdue",
      label: t("task.dueAt"),
      options: [{ value: "true", label: t("task.overdue") }],
    };
    const team: Filter = {
      kind: "choice",
      name: "team",
      label: t("task.team"),
      options: [{ value: "own", label: t("team.own") }, ...teams],
    };
    const about: Filter = {
      kind: "choice",
      name: "entityType",
      label: t("task.about"),
      rare: true,
      options: [
        { value: "order", label: t("task.entityTypes.order") },
        { value: "fulfillmentOrder", label: t("task.entityTypes.fulfillmentOrder") },
      ],
    };
    const location = locationFilter(t("task.location"), nameOf);
    if (show !== "history") return [...(isWide ? [] : [queue]), location, team, overdue, about];
    return [
      queue,
      location,
      team,
      { kind: "dates", from: "closedFrom", to: "closedTo", label: t("task.closed") },
      { kind: "text", name: "outcome", label: t("task.outcome"), placeholder: "approve" },
      about,
    ];
  }, [t, nameOf, counts, teams, show, isWide]);
}
