import { Button, Checkbox, Group, Modal, Select, Stack, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { compareDocuments, migrateWorkflow, publishDocument } from "../../api/generated/sdk.gen.ts";
import type { LiveStates } from "../../api/generated/types.gen.ts";
import { onlyOn } from "../../api/edited.ts";
import { useCan } from "../../api/session.ts";
import { Failed, Loading, ProblemNote } from "../../ui/states.tsx";
import { StatusBadge, type Tone } from "../../ui/status-badge.tsx";
import { KIND } from "./documents.ts";
import { countAll, lostStates } from "./live-states.ts";
import classes from "./publish.module.css";
import { type Chart, restingStates } from "./statechart.ts";
import { stateName } from "./workflow-words.ts";

type PublishProps = {
  code: string;
  chart: Chart;
  revision: number | undefined;
  /** How many faults the check has found. */
  faults: number;
  versions: LiveStates["versions"];
  close: () => void;
};

const tones = { added: "ready", removed: "trouble", changed: "attention" } as const satisfies Record<string, Tone>;

/** What is different from what is in force, what happens to what is under way, why; then it is in force. */
export function Publish({ code, chart, revision, faults, versions, close }: PublishProps) {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [note, setNote] = useState("");
  const [mapping, setMapping] = useState<Readonly<Record<string, string>>>({});
  const [moveAll, setMoveAll] = useState(false);
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<unknown>();
  const changes = useQuery({
    queryKey: ["workflow-changes", code, revision],
    queryFn: async ({ signal }) => (await compareDocuments({ path: { kind: KIND, code }, signal })).data.changes,
    retry: false,
  });
  const lost = lostStates(versions, new Set(chart.states.keys()));
  const places = restingStates(chart);
  const isReady =
    faults === 0 &&
    note.trim() !== "" &&
    lost.every(({ state }) => mapping[state] !== undefined) &&
    can("documents:publish");

  /** Everything under way if that is wanted, else what stands in states that are gone. */
  async function moveOn(version: number): Promise<void> {
    let moved = 0;
    let refused = 0;
    if (moveAll || lost.length > 0) {
      let left = 1;
      let done = 1;
      // What is refused stays and would be tried for ever: who makes no headway stops.
      while (left > 0 && done > 0) {
        const { data } = await migrateWorkflow({ path: { code }, body: { toVersion: version, mapping } });
        done = data.items.filter(({ status }) => status === "ok").length;
        moved += done;
        refused = data.left;
        left = data.left;
      }
    }
    notifications.show({
      title: t("workflow.inForceNow", { version }),
      message: [
        moved > 0 ? t("workflow.moved", { count: moved }) : "",
        refused > 0 ? t("workflow.notMoved", { count: refused }) : "",
      ].join(" "),
    });
  }

  async function publish(event: React.FormEvent) {
    event.preventDefault();
    setSending(true);
    setError(undefined);
    try {
      const { version } = (
        await publishDocument({
          path: { kind: KIND, code },
          body: { note: note.trim(), ...(lost.length > 0 ? { options: { mapping } } : {}) },
          headers: onlyOn(revision),
        })
      ).data;
      await moveOn(version);
      await queries.invalidateQueries({ queryKey: ["workflows"] });
      await navigate({ to: "/changes/workflows/$code", params: { code } });
    } catch (refused) {
      setError(refused);
      setSending(false);
    }
  }

  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={<strong>{t("workflow.publishTitle")}</strong>}
      closeButtonProps={{ "aria-label": t("ui.close") }}
    >
      <form onSubmit={(event) => void publish(event)}>
        <Stack gap="md">
          {faults > 0 && <StatusBadge tone="trouble">{t("workflow.mendFirst", { count: faults })}</StatusBadge>}
          <section aria-label={t("workflow.changes")}>
            <h3 className={classes.heading}>{t("workflow.changes")}</h3>
            {changes.error ? (
              <Failed error={changes.error} />
            ) : !changes.data ? (
              <Loading />
            ) : changes.data.length === 0 ? (
              <p className="soft">{t("workflow.noChanges")}</p>
            ) : (
              <ul className={classes.changes}>
                {changes.data.map((each) => (
                  <li key={`${each.change} ${each.pointer} ${each.sentence}`}>
                    <StatusBadge tone={tones[each.change]}>{t(`workflow.changeKinds.${each.change}`)}</StatusBadge>
                    <span>{each.sentence}</span>
                  </li>
                ))}
              </ul>
            )}
          </section>
          {lost.length > 0 && (
            <section>
              <h3 className={classes.heading}>{t("workflow.lostTitle")}</h3>
              <p className="soft">{t("workflow.lostHint")}</p>
              {lost.map(({ state, count }) => (
                <Select
                  key={state}
                  label={t("workflow.lostState", { count, state: stateName(state) })}
                  data={places.map(({ path }) => ({ value: path, label: stateName(path) }))}
                  value={mapping[state] ?? null}
                  required
                  onChange={(to) => to !== null && setMapping((before) => ({ ...before, [state]: to }))}
                />
              ))}
            </section>
          )}
          <p className={classes.text}>{t("workflow.publishEffect")}</p>
          {lost.length === 0 && countAll(versions) > 0 && (
            <Checkbox
              label={t("workflow.moveAll", { count: countAll(versions) })}
              description={t("workflow.moveAllHint")}
              checked={moveAll}
              onChange={(event) => setMoveAll(event.currentTarget.checked)}
            />
          )}
          <Textarea
            label={t("workflow.note")}
            placeholder={t("workflow.noteExample")}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
            maxLength={1000}
            autosize
            minRows={2}
            required
            data-autofocus
          />
          {error !== undefined && <ProblemNote error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t("ui.back")}
            </Button>
            <Button type="submit" disabled={!isReady} loading={sending}>
              {t("workflow.publish")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
