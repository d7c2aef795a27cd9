import { Button, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { assignException, assignJobs, resolveException, retryJobs, skipJobs } from "../../api/generated/sdk.gen.ts";
import type { ProcessException } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { humanize } from "../humanize.ts";
import classes from "./exceptions.module.css";

const shownIn = ["exceptions", "today", "jobs", "deliveries", "webhook", "webhooks"];
/** Of single calls at once, so that a hundred of them do not take all connections of the browser. */
const atOnce = 5;

type ActOnExceptionsProps = { exceptions: readonly ProcessException[]; done?: () => void };

/**
 * The next action of one exception, or of all that are selected. One about a parked job is settled with its job: tried
 * again, skipped or given away there.
 */
export function ActOnExceptions({ exceptions, done }: ActOnExceptionsProps) {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<"end" | "assign" | null>(null);
  const [retrying, setRetrying] = useState(false);
  const [reason, setReason] = useState("");
  const [team, setTeam] = useState("");
  const open = exceptions.filter(({ closedAt }) => closedAt === null);
  const jobs = open.filter(isJob);
  const others = open.filter((each) => !isJob(each));
  if (open.length === 0 || !can("tasks:write") || (jobs.length > 0 && !can("jobs:write"))) return null;
  const close = () => setAsked(null);
  const only = open.length === 1 ? open[0] : undefined;
  const verb = others.length === 0 ? t("connect.skip") : t("exception.resolve");

  /** One call for all jobs, one for each of the others; what was refused is told with the first reason. */
  async function act(ofJobs: JobCall, ofOther: ((exception: ProcessException) => Promise<unknown>) | null) {
    const refusals: string[] = [];
    if (jobs.length > 0) {
      const { data } = await ofJobs(jobs.map(({ entityId }) => entityId));
      for (const { problem } of data.items) if (problem) refusals.push(problem.detail);
    }
    for (let from = 0; ofOther !== null && from < others.length; from += atOnce) {
      const part = await Promise.allSettled(others.slice(from, from + atOnce).map(ofOther));
      for (const each of part) if (each.status === "rejected") refusals.push(messageOf(each.reason));
    }
    const tried = jobs.length + (ofOther === null ? 0 : others.length);
    notifications.show({
      color: refusals.length > 0 ? "yellow" : "green",
      title: t("exception.acted", { count: tried - refusals.length }),
      message: refusals.length > 0 ? t("exception.refused", { count: refusals.length, why: refusals[0] }) : "",
    });
    await Promise.all(shownIn.map((word) => queries.invalidateQueries({ queryKey: [word] })));
    done?.();
  }

  async function retry() {
    setRetrying(true);
    try {
      await act((ids) => retryJobs({ body: { items: ids.map((id) => ({ id })) } }), null);
    } catch (refused) {
      notifications.show({ color: "red", title: t("ui.unexpected"), message: messageOf(refused) });
    } finally {
      setRetrying(false);
    }
  }

  return (
    <div className={classes.buttons}>
      {jobs.length > 0 && (
        <Button size="compact-xs" loading={retrying} onClick={() => void retry()}>
          {t("connect.tryNow")}
        </Button>
      )}
      <Button size="compact-xs" variant="default" onClick={() => setAsked("end")}>
        {verb}
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => setAsked("assign")}>
        {t("connect.assign")}
      </Button>
      <ConfirmAction
        opened={asked === "end"}
        onClose={close}
        title={
          only
            ? t("exception.endTitle", { verb, kind: humanize(only.kind) })
            : t("exception.endMany", { verb, count: open.length })
        }
        verb={verb}
        danger={jobs.length > 0}
        complete={reason.trim() !== ""}
        run={() => {
          const said = reason.trim();
          return act(
            (ids) => skipJobs({ body: { items: ids.map((id) => ({ id, reason: said })) } }),
            ({ id }) => resolveException({ path: { id }, body: { resolution: said } }),
          );
        }}
      >
        {only && <Facts exception={only} />}
        {jobs.length > 0 && <p className={classes.text}>{t("connect.skipText")}</p>}
        <Textarea
          label={t("exception.resolution")}
          placeholder={t("exception.resolutionExample")}
          required
          autosize
          minRows={2}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
      </ConfirmAction>
      <ConfirmAction
        opened={asked === "assign"}
        onClose={close}
        title={t("exception.assignTitle", { count: open.length })}
        verb={t("connect.assign")}
        complete={team.trim() !== ""}
        run={() => {
          const ownerTeam = team.trim();
          return act(
            (ids) => assignJobs({ body: { items: ids.map((id) => ({ id, ownerTeam })) } }),
            ({ id }) => assignException({ path: { id }, body: { ownerTeam } }),
          );
        }}
      >
        <TextInput
          label={t("connect.team")}
          placeholder="customer-service"
          required
          maxLength={64}
          value={team}
          onChange={(event) => setTeam(event.currentTarget.value)}
          data-autofocus
        />
      </ConfirmAction>
    </div>
  );
}

type JobCall = (ids: readonly string[]) => Promise<{ data: { items: { problem?: { detail: string } }[] } }>;

function isJob({ entityType }: ProcessException): boolean {
  return entityType === "job";
}

function messageOf(refused: unknown): string {
  return refused instanceof Error ? refused.message : String(refused);
}

function Facts({ exception }: { exception: ProcessException }) {
  return (
    <>
      <p className={classes.text}>{exception.reason}</p>
      <p className={`${classes.text} soft`}>{exception.nextAction}</p>
    </>
  );
}
