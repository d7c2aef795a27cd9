import { Button, Checkbox, Group, Modal, Select, Stack, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { migrateWorkflow, publishDocument } from "../../api/generated/sdk.gen.ts";
import type { LiveStates } from "../../api/generated/types.gen.ts";
import { onlyOn } from "../../api/edited.ts";
import { useCan } from "../../api/session.ts";
import { ProblemNote } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Changes } from "../change-documents/changes.tsx";
import { useDocumentsChanged } from "../change-documents/documents.ts";
import { workflowName } from "./documents.ts";
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
  /** Whether a version of it is in force. */
  published: boolean;
  close: () => void;
};

/** What is different from what is in force, what happens to what is under way, why; then it is in force. */
export function Publish({ code, chart, revision, faults, versions, published, close }: PublishProps) {
  const { t } = useTranslation();
  const can = useCan();
  const changed = useDocumentsChanged();
  const navigate = useNavigate();
  const [note, setNote] = useState("");
  const [mapping, setMapping] = useState<Readonly<Record<string, string>>>({});
  const [moveAll, setMoveAll] = useState(false);
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<unknown>();
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
      title: t("document.inForceNow", { version }),
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
          path: workflowName(code),
          body: { note: note.trim(), ...(lost.length > 0 ? { options: { mapping } } : {}) },
          headers: onlyOn(revision),
        })
      ).data;
      await moveOn(version);
      await changed();
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
      title={<strong>{t("document.publishTitle")}</strong>}
      closeButtonProps={{ "aria-label": t("ui.close") }}
    >
      <form onSubmit={(event) => void publish(event)}>
        <Stack gap="md">
          {faults > 0 && <StatusBadge tone="trouble">{t("document.mendFirst", { count: faults })}</StatusBadge>}
          {published && <Changes name={workflowName(code)} from="published" to="draft" revision={revision} />}
          {!published && <p className={classes.text}>{t("document.isNew")}</p>}
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
          <p className={classes.text}>{t("document.publishEffect")}</p>
          {lost.length === 0 && countAll(versions) > 0 && (
            <Checkbox
              label={t("workflow.moveAll", { count: countAll(versions) })}
              description={t("workflow.moveAllHint")}
              checked={moveAll}
              onChange={(event) => setMoveAll(event.currentTarget.checked)}
            />
          )}
          <Textarea
            label={t("document.note")}
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
              {t("document.publish")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
