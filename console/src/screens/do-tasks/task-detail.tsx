import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Task } from "../../api/generated/types.gen.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { KeyValue } from "../../ui/key-value.tsx";
import { inWords } from "../humanize.ts";
import { useLocalText } from "../offered-actions.ts";
import { useLocationNames } from "../places.tsx";
import { useTeamName } from "../team-fields.tsx";
import { TaskActions } from "./task-actions.tsx";
import { TaskComments } from "./task-comments.tsx";
import { Assignee, orderNumberOf, totalOf } from "./task-words.tsx";
import { useQueueTitle } from "./use-counts.ts";
import classes from "./tasks.module.css";

/** One task: what is asked, about what, until when, what can be said to it, and what was said. */
export function TaskDetail({ task }: { task: Task }) {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  const instructions = useLocalText()(task.instructions);
  const queueTitle = useQueueTitle();
  const teamName = useTeamName();
  return (
    <div className={classes.body}>
      {instructions !== "" && <p className={classes.instructions}>{instructions}</p>}
      {task.closedAt !== null && <Ended task={task} />}
      <TaskActions task={task} />
      {task.closedAt === null && task.assignee === null && task.mayDo && (
        <p className="faint">{t("task.claimFirst")}</p>
      )}
      <KeyValue
        facts={[
          [
            t("task.about"),
            <span key="about">
              <Link to="/orders/$orderId" params={{ orderId: task.orderId }}>
                {t("order.title", { number: orderNumberOf(task) })}
              </Link>
              {task.entityType === "fulfillmentOrder" && (
                <>
                  {" · "}
                  <Link to="/fulfillment/$fulfillmentOrderId" params={{ fulfillmentOrderId: task.entityId }}>
                    {t("task.work")}
                  </Link>
                </>
              )}
            </span>,
          ],
          [t("task.total"), totalOf(task)],
          [t("task.location"), task.location && nameOf(task.location)],
          [t("task.assignee"), <Assignee key="assignee" task={task} />],
          [t("task.queue"), queueTitle(task.queue)],
          [t("task.team"), [task.team, ...task.helpers].map(teamName).join(", ")],
          [t("task.dueAt"), <DateTime key="due" at={task.dueAt} show="date-time" />],
          [
            t("task.escalatesAt"),
            task.escalatesAt && <DateTime key="escalates" at={task.escalatesAt} show="relative" />,
          ],
          [t("task.priority"), String(task.priority)],
          [t("task.opened"), <DateTime key="opened" at={task.openedAt} />],
        ]}
      />
      <TaskComments task={task} />
    </div>
  );
}

function Ended({ task }: { task: Task }) {
  const { t } = useTranslation();
  const outcome = useOutcomeText();
  const data = Object.entries(task.outcomeData ?? {});
  return (
    <div className={classes.ended}>
      <strong>{outcome(task)}</strong>{" "}
      <span className="soft">
        <DateTime at={task.closedAt} />
        {task.outcome !== null && task.closedByName !== null && <> · {task.closedByName}</>}
      </span>
      {task.outcome === null && <p className="soft">{t("task.withdrawnText")}</p>}
      {data.length > 0 && <KeyValue facts={data.map(([name, value]) => [inWords(name), String(value)] as const)} />}
    </div>
  );
}

/** How it ended, in the words of the workflow that asked. */
export function useOutcomeText(): (task: Task) => string {
  const { t } = useTranslation();
  const textOf = useLocalText();
  return ({ outcome, outcomes }) => {
    if (outcome === null) return t("task.withdrawn");
    const chosen = outcomes.find(({ event }) => event === outcome);
    return chosen ? textOf(chosen.label) : inWords(outcome);
  };
}
