import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { getTask } from "../../api/generated/sdk.gen.ts";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { useLocalText } from "../offered-actions.ts";
import { TaskDetail, useOutcomeText } from "./task-detail.tsx";
import { Due, Level, Priority } from "./task-words.tsx";

const route = getRouteApi("/signed-in/tasks/$taskId");

export function useTask(id: string | undefined) {
  return useQuery({
    queryKey: ["tasks", "one", id],
    queryFn: async ({ signal }) => (await getTask({ path: { id: id ?? "" }, signal })).data,
    enabled: id !== undefined,
  });
}

/** A task by itself: where links from elsewhere lead, and how it looks on a phone. */
export function TaskPage() {
  const { t } = useTranslation();
  const { taskId } = route.useParams();
  const { data: task, error, refetch } = useTask(taskId);
  const outcome = useOutcomeText();
  const textOf = useLocalText();
  const above = <Link to="/tasks">{t("task.listTitle")}</Link>;
  if (!task) {
    return (
      <Page title={t("task.one")} above={above}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  return (
    <Page
      title={textOf(task.title)}
      above={above}
      badges={
        task.closedAt === null ? (
          <>
            <Due task={task} />
            <Priority task={task} />
            <Level task={task} />
          </>
        ) : (
          <StatusBadge tone={task.outcome === null ? "stopped" : "done"}>{outcome(task)}</StatusBadge>
        )
      }
    >
      <Panel title={t("task.whatToDo")}>
        <TaskDetail task={task} />
      </Panel>
    </Page>
  );
}
