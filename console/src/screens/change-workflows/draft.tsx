import { ActionIcon, Button } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconArrowBackUp, IconArrowForwardUp } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { discardDocumentDraft } from "../../api/generated/sdk.gen.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading, ProblemNote } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { UnsavedGuard } from "../../ui/unsaved-guard.tsx";
import { ChartPanel } from "./chart-panel.tsx";
import { Details } from "./details.tsx";
import details from "./details.module.css";
import { KIND, useEntityTypes } from "./documents.ts";
import { EditState } from "./edit-state.tsx";
import { EditTransition } from "./edit-transition.tsx";
import classes from "./editor.module.css";
import { FaultList } from "./faults.tsx";
import { liveIn, useLiveStates } from "./live-states.ts";
import { Publish } from "./publish.tsx";
import { faultsAt, selectedState, selectedTransition, type Selection } from "./selection.ts";
import { asWorkflow, readChart, type WorkflowJson } from "./statechart.ts";
import { type Draft, type DraftStart, useDraft, useDraftStart } from "./use-draft.ts";
import { useWorkflowWords } from "./workflow-words.ts";

const route = getRouteApi("/signed-in/changes/workflows/$code/draft");

/** A workflow as it is being changed: draft, check, publish. */
export function WorkflowDraft() {
  const { t } = useTranslation();
  const { code } = route.useParams();
  const { data: start, error, refetch, dataUpdatedAt } = useDraftStart(code);
  const workflow = start && asWorkflow(start.content);
  const above = (
    <Link to="/changes/workflows/$code" params={{ code }}>
      {workflow?.meta.title ?? code}
    </Link>
  );
  if (!start || !workflow) {
    return (
      <Page title={code} above={above}>
        {start ? <p>{t("workflow.undrawable")}</p> : error ? <Failed error={error} /> : <Loading lines={8} />}
      </Page>
    );
  }
  return (
    <Editor
      key={dataUpdatedAt}
      code={code}
      start={start}
      workflow={workflow}
      reload={() => void refetch()}
      above={above}
    />
  );
}

type EditorProps = {
  code: string;
  start: DraftStart;
  workflow: WorkflowJson;
  reload: () => void;
  above: React.ReactNode;
};

function Editor({ code, start, workflow: begun, reload, above }: EditorProps) {
  const { t } = useTranslation();
  const can = useCan();
  const draft = useDraft(code, start, begun);
  const { workflow, change, undo, redo, state, faults, warnings } = draft;
  const { data: entityTypes } = useEntityTypes();
  const { data: versions } = useLiveStates(code);
  const [selection, select] = useState<Selection>({ state: "" });
  const [publishing, setPublishing] = useState(false);
  const entityType = entityTypes?.find(({ name }) => name === workflow.meta.entityType);
  const words = useWorkflowWords(workflow, entityType);
  const chart = useMemo(() => readChart(workflow), [workflow]);
  const live = useMemo(() => liveIn(versions, start.basedOn), [versions, start.basedOn]);
  const mayWrite = can("documents:write");
  useHotkeys([
    ["mod+Z", () => undo?.()],
    ["mod+shift+Z", () => redo?.()],
  ]);

  // Undoing may take away what is selected: the whole is shown then.
  const chosen = (selectedState(chart, selection) ?? selectedTransition(chart, selection)) ? selection : { state: "" };
  const place = selectedState(chart, chosen);
  const transition = selectedTransition(chart, chosen);
  const faultsHere = faultsAt(chart, faults, chosen);
  const faulty = useCallback((place: Selection) => faultsAt(chart, faults, place).length > 0, [chart, faults]);
  const standing = versions
    ?.flatMap(({ states }) => states)
    .filter((each) => each.state === place?.path)
    .reduce((sum, { count }) => sum + count, 0);

  return (
    <Page
      title={t("workflow.draftOf", { title: workflow.meta.title })}
      above={above}
      layout="fill"
      badges={
        faults.length > 0 ? (
          <StatusBadge tone="trouble">{t("workflow.faults", { count: faults.length })}</StatusBadge>
        ) : (
          <StatusBadge tone="working">{t("workflow.draft")}</StatusBadge>
        )
      }
      actions={
        mayWrite && (
          <>
            <Discard code={code} hasDraft={draft.revision() !== undefined} />
            <Button disabled={state !== "saved" || draft.revision() === undefined} onClick={() => setPublishing(true)}>
              {t("workflow.reviewPublish")}
            </Button>
          </>
        )
      }
    >
      <SaveTrouble draft={draft} reload={reload} />
      <FaultList chart={chart} faults={faults} warnings={warnings} select={select} />
      <ChartPanel
        chart={chart}
        live={live}
        selection={chosen}
        select={select}
        trigger={words.trigger}
        inShort={words.inShort}
        guard={words.guard}
        faulty={faulty}
        tools={
          mayWrite && (
            <>
              <span className={classes.saving} role="status">
                {start.revision === undefined && !undo ? t("workflow.notChanged") : t(`workflow.saving.${state}`)}
              </span>
              <ActionIcon variant="default" size="lg" disabled={!undo} aria-label={t("workflow.undo")} onClick={undo}>
                <IconArrowBackUp size={18} />
              </ActionIcon>
              <ActionIcon variant="default" size="lg" disabled={!redo} aria-label={t("workflow.redo")} onClick={redo}>
                <IconArrowForwardUp size={18} />
              </ActionIcon>
            </>
          )
        }
      >
        {!mayWrite || !entityType ? (
          <Details {...{ workflow, chart, entityType, live, select }} selection={chosen} />
        ) : transition ? (
          <EditTransition
            key={transition.pointer}
            {...{ workflow, chart, entityType, change, select, transition }}
            faults={faultsHere}
          />
        ) : (
          place && (
            <EditState
              key={place.path}
              {...{ workflow, chart, entityType, change, select }}
              state={place}
              standing={standing ?? 0}
              faults={faultsHere}
            />
          )
        )}
      </ChartPanel>
      {publishing && (
        <Publish
          code={code}
          chart={chart}
          revision={draft.revision()}
          faults={faults.length}
          versions={versions ?? []}
          close={() => setPublishing(false)}
        />
      )}
      <UnsavedGuard isUnsaved={() => state !== "saved"} />
    </Page>
  );
}

/** Somebody else has saved this draft, or it could not be saved: what is here stays until that is settled. */
function SaveTrouble({ draft, reload }: { draft: Draft; reload: () => void }) {
  const { t } = useTranslation();
  if (draft.state === "conflict") {
    return (
      <div className={details.notice} data-tone="trouble" role="alert">
        <p>{t("workflow.conflict")}</p>
        <div className={details.buttons}>
          <Button variant="default" size="xs" onClick={reload}>
            {t("workflow.takeTheirs")}
          </Button>
          <Button size="xs" onClick={() => void draft.overwrite()}>
            {t("workflow.keepMine")}
          </Button>
        </div>
      </div>
    );
  }
  if (draft.state !== "failed") return null;
  return (
    <div className={details.notice} data-tone="trouble">
      <ProblemNote error={draft.error} />
      <Button variant="default" size="xs" onClick={() => void draft.retry()}>
        {t("ui.retry")}
      </Button>
    </div>
  );
}

function Discard({ code, hasDraft }: { code: string; hasDraft: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  if (!hasDraft) return null;
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t("workflow.discard")}
      </Button>
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("workflow.discardTitle")}
        verb={t("workflow.discard")}
        danger
        run={async () => {
          await discardDocumentDraft({ path: { kind: KIND, code } });
          await queries.invalidateQueries({ queryKey: ["workflows"] });
          await navigate({ to: "/changes/workflows/$code", params: { code } });
        }}
      >
        <p style={{ margin: 0 }}>{t("workflow.discardEffect")}</p>
      </ConfirmAction>
    </>
  );
}
