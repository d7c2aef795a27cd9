import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { claimTask, completeTask, releaseTask } from "../../api/generated/sdk.gen.ts";
import type { Task } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { ActionButtons } from "../action-buttons.tsx";
import { useLocalText } from "../offered-actions.ts";
import { useTeamName } from "../team-fields.tsx";
import { outcomeActions, useMe, useTaskChanged } from "./task-words.tsx";
import classes from "./tasks.module.css";

const AssignTask = lazy(() => import("./assign-task.tsx"));

/** Taking a task, or giving it back, is one click; a refusal says who was faster. */
export function useTakeTask() {
  const { t } = useTranslation();
  const changed = useTaskChanged();
  return useMutation({
    mutationFn: async ({ task, give }: { task: Task; give?: boolean }) => {
      const call = { path: { id: task.id }, body: {} };
      await (give ? releaseTask(call) : claimTask(call));
    },
    onSettled: changed,
    onError: (refused) => notifications.show({ color: "red", title: t("task.notDone"), message: refused.message }),
  });
}

type TaskActionsProps = { task: Task; size?: "compact-sm" };

/**
 * What can be done with a task now. Whoever decides has said that they work on it: what nobody works on is claimed
 * first, what somebody else works on is taken over first. Tasks of other teams are looked at.
 */
export function TaskActions({ task, size }: TaskActionsProps) {
  const { t } = useTranslation();
  const can = useCan();
  const me = useMe();
  const textOf = useLocalText();
  const changed = useTaskChanged();
  const take = useTakeTask();
  const [assigning, setAssigning] = useState(false);
  const [asked, setAsked] = useState(false);
  const [taking, setTaking] = useState(false);
  const teamName = useTeamName();
  if (task.closedAt !== null || !can("tasks:write")) return null;
  if (!task.mayDo)
    return (
      <p className="faint">{t("task.othersTeam", { teams: [task.team, ...task.helpers].map(teamName).join(", ") })}</p>
    );
  const isMine = task.assignee !== null && task.assignee === me;
  const buttonSize = size ?? "sm";
  return (
    <div className={classes.actions}>
      {isMine && (
        <ActionButtons
          actions={outcomeActions(task)}
          size={size}
          take={async ({ event }, data) => {
            await completeTask({ path: { id: task.id }, body: { outcome: event, data: { ...data } } });
            notifications.show({ color: "green", title: t("task.done"), message: textOf(task.title) });
            await changed();
          }}
        />
      )}
      {task.assignee === null && (
        <Button size={buttonSize} loading={take.isPending} onClick={() => take.mutate({ task })}>
          {t("task.claim")}
        </Button>
      )}
      {task.assignee !== null && !isMine && (
        <Button size={buttonSize} variant="default" onClick={() => setTaking(true)}>
          {t("task.takeOver")}
        </Button>
      )}
      <span className={classes.quiet}>
        {isMine && (
          <Button
            size={buttonSize}
            variant="subtle"
            loading={take.isPending}
            onClick={() => take.mutate({ task, give: true })}
          >
            {t("task.giveBack")}
          </Button>
        )}
        <Button
          size={buttonSize}
          variant="subtle"
          onClick={() => {
            setAsked(true);
            setAssigning(true);
          }}
        >
          {t("task.assign")}
        </Button>
      </span>
      <ConfirmAction
        opened={taking}
        onClose={() => setTaking(false)}
        title={t("task.takeOverTitle", { name: task.assigneeName ?? "" })}
        verb={t("task.takeOver")}
        run={async () => {
          await claimTask({ path: { id: task.id }, body: { takeOver: true } });
          await changed();
        }}
      >
        <p style={{ margin: 0 }}>{t("task.takeOverText", { name: task.assigneeName ?? "" })}</p>
      </ConfirmAction>
      {asked && (
        <Suspense>
          <AssignTask task={task} opened={assigning} close={() => setAssigning(false)} />
        </Suspense>
      )}
    </div>
  );
}
