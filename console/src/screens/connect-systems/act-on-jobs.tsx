import { Button, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { assignJobs, retryJobs, skipJobs } from "../../api/generated/sdk.gen.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import classes from "./connect.module.css";

/** The API's own limit of one bulk call. */
const mostAtOnce = 200;
const shownIn = ["jobs", "deliveries", "delivery", "webhook", "webhooks", "exceptions"];

type ActOnJobsProps = {
  ids: readonly string[];
  mayRetry?: boolean;
  mayAssign?: boolean;
  size?: "sm" | "compact-sm";
  done?: () => void;
};

type Answer = { data: { items: { problem?: { detail: string } }[] } };

/** Tries work again, gives it up with a reason, or gives it to another team: one job, or all that are selected. */
export function ActOnJobs({ ids, mayRetry = true, mayAssign = true, size = "compact-sm", done }: ActOnJobsProps) {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<"skip" | "assign" | null>(null);
  const [retrying, setRetrying] = useState(false);
  const [reason, setReason] = useState("");
  const [team, setTeam] = useState("");
  if (!can("jobs:write") || ids.length === 0) return null;
  const close = () => setAsked(null);

  async function act(call: (part: readonly string[]) => Promise<Answer>) {
    const items = [];
    for (let from = 0; from < ids.length; from += mostAtOnce)
      items.push(...(await call(ids.slice(from, from + mostAtOnce))).data.items);
    const refused = items.filter((item) => item.problem);
    notifications.show({
      color: refused.length > 0 ? "yellow" : "green",
      title: t("connect.jobsActed", { count: items.length - refused.length }),
      message:
        refused.length > 0 ? t("connect.jobsRefused", { count: refused.length, why: refused[0]?.problem?.detail }) : "",
    });
    await Promise.all(shownIn.map((word) => queries.invalidateQueries({ queryKey: [word] })));
    done?.();
  }

  async function retry() {
    setRetrying(true);
    try {
      await act((part) => retryJobs({ body: { items: part.map((id) => ({ id })) } }));
    } catch (refused) {
      notifications.show({
        color: "red",
        title: t("ui.unexpected"),
        message: refused instanceof Error ? refused.message : "",
      });
    } finally {
      setRetrying(false);
    }
  }

  return (
    <div className={classes.buttons}>
      {mayAssign && (
        <Button size={size} variant="default" onClick={() => setAsked("assign")}>
          {t("connect.assign")}
        </Button>
      )}
      <Button size={size} variant="default" onClick={() => setAsked("skip")}>
        {t("connect.skip")}
      </Button>
      {mayRetry && (
        <Button size={size} loading={retrying} onClick={() => void retry()}>
          {t("connect.tryNow")}
        </Button>
      )}
      <ConfirmAction
        opened={asked === "skip"}
        onClose={close}
        title={t("connect.skipTitle", { count: ids.length })}
        verb={t("connect.skip")}
        danger
        complete={reason.trim() !== ""}
        run={() => act((part) => skipJobs({ body: { items: part.map((id) => ({ id, reason: reason.trim() })) } }))}
      >
        <p style={{ margin: 0 }}>{t("connect.skipText")}</p>
        <Textarea
          label={t("ui.reason")}
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
        title={t("connect.assignTitle", { count: ids.length })}
        verb={t("connect.assign")}
        complete={team.trim() !== ""}
        run={() => act((part) => assignJobs({ body: { items: part.map((id) => ({ id, ownerTeam: team.trim() })) } }))}
      >
        <TextInput
          label={t("connect.team")}
          placeholder="operations"
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
