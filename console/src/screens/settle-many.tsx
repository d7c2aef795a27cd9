import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { serverText } from "../api/server-text.ts";
import { ConfirmAction } from "../ui/confirm-action.tsx";
import classes from "./settle-many.module.css";
import { TeamField } from "./team-fields.tsx";

/** The API's own limit of one bulk call. */
const mostAtOnce = 200;
const mostWords = 500;

type Ids = readonly string[];
type Answer = { data: { items: readonly { problem?: { detail: string } | undefined }[] } };

/** An action on a list, as one call says it. */
type Step = { ids: Ids; call: (part: Ids) => Promise<Answer> };
type StepWith = { ids: Ids; title: string; call: (part: Ids, said: string) => Promise<Answer> };

type SettleManyProps = {
  /** Tried again at once, without a question; null: nothing of it can be. */
  retry: Step | null;
  /** Ended with a reason. */
  end: StepWith & {
    verb: string;
    label: string;
    example?: string;
    danger: boolean;
    /** What it means. */
    children?: React.ReactNode;
  };
  /** Given to another team; null: nobody owns it. */
  assign: StepWith | null;
  /** Words of the queries that show it. */
  shownIn: readonly string[];
  size?: "sm" | "compact-sm" | "compact-xs";
  done?: (() => void) | undefined;
};

/** What failed, one or all that are selected: tried again, ended with a reason, or given to another team. */
export function SettleMany({ retry, end, assign, shownIn, size = "compact-sm", done }: SettleManyProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<"end" | "assign" | null>(null);
  const [retrying, setRetrying] = useState(false);
  const [team, setTeam] = useState("");
  const close = () => setAsked(null);

  /** What was refused is told with the first reason; the others are done. When a later portion fails, so are the earlier ones. */
  async function act({ ids, call }: Step) {
    const refusals: string[] = [];
    let answered = 0;
    try {
      for (; answered < ids.length; answered += mostAtOnce)
        for (const { problem } of (await call(ids.slice(answered, answered + mostAtOnce))).data.items)
          if (problem) refusals.push(serverText(problem.detail));
    } catch (failed) {
      if (answered > 0) tell(answered, refusals, ids.length - answered);
      throw failed;
    } finally {
      await Promise.all(shownIn.map((word) => queries.invalidateQueries({ queryKey: [word] })));
    }
    tell(ids.length, refusals, 0);
    done?.();
  }

  function tell(answered: number, refusals: readonly string[], left: number) {
    const refused = refusals.length > 0 && t("settle.refused", { count: refusals.length, why: refusals[0] });
    const notDone = left > 0 && t("settle.left", { count: left });
    notifications.show({
      color: refused || notDone ? "yellow" : "green",
      title: t("settle.done", { count: answered - refusals.length }),
      message: [refused, notDone].filter(Boolean).join(" "),
    });
  }

  async function tryAgain(step: Step) {
    setRetrying(true);
    try {
      await act(step);
    } catch (refused) {
      const message = refused instanceof Error ? refused.message : String(refused);
      notifications.show({ color: "red", title: t("ui.unexpected"), message });
    } finally {
      setRetrying(false);
    }
  }

  return (
    <div className={classes.buttons}>
      {retry && (
        <Button size={size} loading={retrying} onClick={() => void tryAgain(retry)}>
          {t("connect.tryNow")}
        </Button>
      )}
      <Button size={size} variant="default" onClick={() => setAsked("end")}>
        {end.verb}
      </Button>
      {assign && (
        <Button size={size} variant="default" onClick={() => setAsked("assign")}>
          {t("connect.assign")}
        </Button>
      )}
      <ConfirmAction
        opened={asked === "end"}
        onClose={close}
        title={end.title}
        verb={end.verb}
        danger={end.danger}
        words={{ label: end.label, example: end.example, maxLength: mostWords }}
        run={({ note }) => act({ ids: end.ids, call: (part) => end.call(part, note) })}
      >
        {end.children}
      </ConfirmAction>
      {assign && (
        <ConfirmAction
          opened={asked === "assign"}
          onClose={close}
          title={assign.title}
          verb={t("connect.assign")}
          complete={team.trim() !== ""}
          run={() => act({ ids: assign.ids, call: (part) => assign.call(part, team.trim()) })}
        >
          <TeamField label={t("connect.team")} required value={team} onChange={setTeam} data-autofocus />
        </ConfirmAction>
      )}
    </div>
  );
}
