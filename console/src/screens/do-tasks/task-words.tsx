import { IconArrowBigUpLines } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { ActionFormField, OfferedAction, Task } from "../../api/generated/types.gen.ts";
import { useSession } from "../../api/session.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { formatMoney } from "../../ui/format.ts";
import { StatusBadge } from "../../ui/status-badge.tsx";
import classes from "./tasks.module.css";

/** From here on a task is marked: what is usual needs no mark. */
const highPriority = 80;

/** After a person's own action the page shows its effect at once, without waiting for the event to come round. */
export function useTaskChanged(): () => Promise<unknown> {
  const queries = useQueryClient();
  return () => Promise.all(["tasks", "order", "orders"].map((word) => queries.invalidateQueries({ queryKey: [word] })));
}

/** The reader as `assignee` says it; null for an API key, which has no inbox. */
export function useMe(): string | null {
  const { user } = useSession();
  return user && `user:${user.id}`;
}

/** An outcome is offered like any action of a workflow: with its label, its question and its form. */
export function outcomeActions(task: Task): OfferedAction[] {
  return task.outcomes.map(({ event, label, confirm, form }) => ({
    event,
    label,
    confirm,
    form: form as unknown as ActionFormField[],
    fulfillmentOrderId: null,
    operation: null,
    permission: "tasks:write",
    whileHeld: true,
    blockedBy: null,
  }));
}

/** Until when; what is late says so in words and shape. */
export function Due({ task }: { task: Task }) {
  const { t } = useTranslation();
  if (!task.overdue)
    return (
      <span className="soft">
        {t("task.due")} <DateTime at={task.dueAt} />
      </span>
    );
  return (
    <StatusBadge tone="trouble">
      {t("task.overdue")} <DateTime at={task.dueAt} />
    </StatusBadge>
  );
}

/** How often nobody has done it in time. */
export function Level({ task }: { task: Task }) {
  const { t } = useTranslation();
  if (task.level === 0) return null;
  return (
    <span className={classes.level}>
      <IconArrowBigUpLines size={13} stroke={1.8} aria-hidden="true" />
      {t("task.escalated", { count: task.level })}
    </span>
  );
}

export function Priority({ task }: { task: Task }) {
  const { t } = useTranslation();
  if (task.priority < highPriority) return null;
  return <StatusBadge tone="attention">{t("task.highPriority")}</StatusBadge>;
}

/** Who works on it, from the reader's point of view. */
export function Assignee({ task }: { task: Task }) {
  const { t } = useTranslation();
  const me = useMe();
  if (task.assignee === null) return <span className="faint">{t("task.nobody")}</span>;
  return <>{task.assignee === me ? t("task.you") : (task.assigneeName ?? task.assignee)}</>;
}

/** The order that it belongs to, by its number. */
export function orderNumberOf({ subject }: Task): string {
  const number = subject["orderNumber"];
  return typeof number === "number" ? String(number) : "";
}

/** What the order costs; tasks that an earlier release opened do not say. */
export function totalOf({ subject: { total, currency } }: Task): string | null {
  return typeof total === "number" && typeof currency === "string" ? formatMoney(total, currency) : null;
}
