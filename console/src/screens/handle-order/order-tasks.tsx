import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { listTasks } from "../../api/generated/sdk.gen.ts";
import type { Order } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { Panel } from "../../ui/panel.tsx";
import cards from "../card.module.css";
import { TaskActions } from "../do-tasks/task-actions.tsx";
import { Assignee, Due, Level, Priority } from "../do-tasks/task-words.tsx";
import { useLocalText } from "../offered-actions.ts";
import { useTeamName } from "../team-fields.tsx";
import classes from "../do-tasks/tasks.module.css";

/** What the order waits for people to decide, decided here. Nothing is shown when it waits for nobody. */
export function OrderTasks({ order }: { order: Order }) {
  const { t } = useTranslation();
  const can = useCan();
  const textOf = useLocalText();
  const teamName = useTeamName();
  const { data: tasks = [] } = useQuery({
    queryKey: ["tasks", "of", order.id],
    queryFn: async ({ signal }) => (await listTasks({ query: { order: order.id, limit: 50 }, signal })).data.data,
    enabled: can("tasks:read"),
  });
  if (tasks.length === 0) return null;
  return (
    <Panel title={t("task.ofOrder")}>
      {tasks.map((task) => (
        <div key={task.id} className={classes.openTask}>
          <span className={cards.line}>
            <Link to="/tasks/$taskId" params={{ taskId: task.id }} className="truncate">
              <strong>{textOf(task.title)}</strong>
            </Link>
            <span className={cards.end}>
              <Due task={task} />
            </span>
          </span>
          {textOf(task.instructions) !== "" && (
            <span className={classes.instructions}>{textOf(task.instructions)}</span>
          )}
          <span className={classes.marks}>
            <span className="soft">
              {teamName(task.team)} · <Assignee task={task} />
            </span>
            <Priority task={task} />
            <Level task={task} />
          </span>
          <TaskActions task={task} size="compact-sm" />
        </div>
      ))}
    </Panel>
  );
}
