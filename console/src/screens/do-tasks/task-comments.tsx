import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { commentTask } from "../../api/generated/sdk.gen.ts";
import type { Task } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { ProblemNote } from "../../ui/states.tsx";
import { useTaskChanged } from "./task-words.tsx";
import classes from "./tasks.module.css";

/** What people said about a task, and a place to say more while it is open. */
export function TaskComments({ task }: { task: Task }) {
  const { t } = useTranslation();
  const can = useCan();
  const mayWrite = task.closedAt === null && can("tasks:write");
  if (!mayWrite && task.comments.length === 0) return null;
  return (
    <section className={classes.comments} aria-label={t("task.comments")}>
      <h3>{t("task.comments")}</h3>
      {task.comments.length > 0 && (
        <ol>
          {task.comments.map((comment) => (
            <li key={comment.id}>
              <span className={classes.said}>{comment.text}</span>
              <span className="faint">
                {comment.byName ?? comment.by} · <DateTime at={comment.at} />
              </span>
            </li>
          ))}
        </ol>
      )}
      {mayWrite && <NewComment task={task} />}
    </section>
  );
}

function NewComment({ task }: { task: Task }) {
  const { t } = useTranslation();
  const changed = useTaskChanged();
  const [text, setText] = useState("");
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<unknown>();

  async function send(event: React.FormEvent) {
    event.preventDefault();
    setSending(true);
    setError(undefined);
    try {
      await commentTask({ path: { id: task.id }, body: { text: text.trim() } });
      setText("");
      await changed();
    } catch (refused) {
      setError(refused);
    } finally {
      setSending(false);
    }
  }

  return (
    <form onSubmit={(event) => void send(event)} className={classes.newComment}>
      <Textarea
        aria-label={t("task.newComment")}
        placeholder={t("task.newComment")}
        value={text}
        autosize
        minRows={2}
        maxLength={2000}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {error !== undefined && <ProblemNote error={error} />}
      <div>
        <Button type="submit" size="xs" variant="default" disabled={text.trim() === ""} loading={sending}>
          {t("task.comment")}
        </Button>
      </div>
    </form>
  );
}
