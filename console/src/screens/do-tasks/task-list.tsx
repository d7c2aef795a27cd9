import { Button } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Task } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import type { ListState } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { useLocalText } from "../offered-actions.ts";
import { useLocationNames } from "../places.tsx";
import { useTeamName } from "../team-fields.tsx";
import { useTakeTask } from "./task-actions.tsx";
import { TaskDetail, useOutcomeText } from "./task-detail.tsx";
import { useTask } from "./task-page.tsx";
import { Assignee, Due, Level, orderNumberOf, Priority, totalOf } from "./task-words.tsx";
import { useQueueTitle } from "./use-counts.ts";
import classes from "./tasks.module.css";

type TaskListProps = {
  rows: readonly Task[];
  list: ListState;
  chosen: string | undefined;
  /** Null where a task opens as a page of its own. */
  choose: ((task: Task) => void) | null;
  empty: React.ReactNode;
};

/** The tasks, and beside them the one that is looked at. J and K walk, C claims. */
export function TaskList({ rows, list, chosen, choose, empty }: TaskListProps) {
  const { t } = useTranslation();
  const can = useCan();
  const textOf = useLocalText();
  const take = useTakeTask();
  const items = useRef<HTMLUListElement>(null);
  const { data: task, error } = useTask(chosen);
  const place = rows.findIndex(({ id }) => id === chosen);

  useEffect(() => {
    if (place >= 0) items.current?.children[place]?.scrollIntoView({ block: "nearest" });
  }, [place]);

  function walk(step: number) {
    const next = rows[place < 0 ? 0 : place + step];
    if (next && choose) choose(next);
  }

  useHotkeys([
    ["j", () => walk(1)],
    ["k", () => walk(-1)],
    [
      "c",
      () => {
        if (task && task.assignee === null && task.closedAt === null && task.mayDo && can("tasks:write"))
          take.mutate({ task });
      },
    ],
  ]);

  if (list.error && rows.length === 0) return <Failed error={list.error} retry={() => list.refetch()} />;
  if (list.isPending) return <Loading lines={10} />;
  // What was just claimed or ended may have left the list: it stays in sight until another one is chosen.
  if (rows.length === 0 && chosen === undefined) return <div className={classes.nothing}>{empty}</div>;
  return (
    <>
      <div className={classes.list} data-stale={list.isPlaceholderData || undefined}>
        {rows.length === 0 && empty}
        <ul ref={items} aria-label={t("task.listTitle")} hidden={rows.length === 0}>
          {rows.map((each) => (
            <li key={each.id}>
              <TaskRow task={each} isChosen={each.id === chosen} inPlace={choose !== null} />
            </li>
          ))}
        </ul>
        {list.hasNextPage && (
          <div className={classes.more}>
            <Button
              variant="default"
              size="xs"
              loading={list.isFetchingNextPage}
              onClick={() => void list.fetchNextPage()}
            >
              {t("task.more")}
            </Button>
          </div>
        )}
      </div>
      {choose && (
        <section className={classes.pane} aria-label={t("task.one")}>
          {task ? (
            <>
              <h2 className={classes.paneTitle}>{textOf(task.title)}</h2>
              <div className={classes.marks}>
                {task.closedAt === null ? (
                  <>
                    <Due task={task} />
                    <Priority task={task} />
                    <Level task={task} />
                  </>
                ) : (
                  <EndBadge task={task} />
                )}
              </div>
              <TaskDetail key={task.id} task={task} />
            </>
          ) : error ? (
            <Failed error={error} />
          ) : chosen === undefined ? (
            <p className={classes.hint}>
              {t("task.chooseOne")} <kbd>J</kbd> <kbd>K</kbd> {t("task.walkKeys")} <kbd>C</kbd> {t("task.claimKey")}
            </p>
          ) : (
            <Loading lines={6} />
          )}
        </section>
      )}
    </>
  );
}

function EndBadge({ task }: { task: Task }) {
  const outcome = useOutcomeText();
  return <StatusBadge tone={task.outcome === null ? "stopped" : "done"}>{outcome(task)}</StatusBadge>;
}

type TaskRowProps = { task: Task; isChosen: boolean; inPlace: boolean };

function TaskRow({ task, isChosen, inPlace }: TaskRowProps) {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  const textOf = useLocalText();
  const queueTitle = useQueueTitle();
  const teamName = useTeamName();
  const content = (
    <>
      <span className={classes.line}>
        <strong className="truncate">{textOf(task.title)}</strong>
        <span className={classes.end}>{task.closedAt === null ? <Due task={task} /> : <EndBadge task={task} />}</span>
      </span>
      <span className={classes.line}>
        <span className={`${classes.matter} soft truncate`}>
          {t("order.title", { number: orderNumberOf(task) })}
          {totalOf(task) !== null && <> · {totalOf(task)}</>}
          {task.location !== null && <> · {nameOf(task.location)}</>}
        </span>
        <span className={classes.end}>
          {task.closedAt === null ? <Assignee task={task} /> : <DateTime at={task.closedAt} />}
        </span>
      </span>
      <span className={classes.line}>
        <span className="faint truncate">{whose(queueTitle(task.queue), teamName(task.team))}</span>
        <span className={`${classes.end} ${classes.marks}`}>
          {task.closedAt === null ? (
            <>
              <Priority task={task} />
              <Level task={task} />
            </>
          ) : (
            <span className="faint">{task.closedByName}</span>
          )}
        </span>
      </span>
    </>
  );
  if (!inPlace) {
    return (
      <Link to="/tasks/$taskId" params={{ taskId: task.id }} className={classes.row}>
        {content}
      </Link>
    );
  }
  return (
    <Link
      to="/tasks"
      search={(before) => ({ ...before, task: task.id })}
      replace
      className={classes.row}
      data-active={isChosen || undefined}
      aria-current={isChosen ? "true" : undefined}
    >
      {content}
    </Link>
  );
}

/** Most queues are called like their team. */
function whose(queue: string, team: string): string {
  return queue.startsWith(team) ? queue : `${queue} · ${team}`;
}
