import { Button } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCan } from "../../api/session.ts";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { UnsavedGuard } from "../../ui/unsaved-guard.tsx";
import { useDocument } from "../change-documents/documents.ts";
import { DiscardDraft, DraftTools } from "../change-documents/draft-actions.tsx";
import { SaveTrouble } from "../change-documents/save-trouble.tsx";
import { type DraftStart, useDraft, useDraftStart } from "../change-documents/use-draft.ts";
import { ChartPanel } from "./chart-panel.tsx";
import { Details } from "./details.tsx";
import { useEntityTypes, workflowName } from "./documents.ts";
import { EditState } from "./edit-state.tsx";
import { EditTransition } from "./edit-transition.tsx";
import { FaultList } from "./faults.tsx";
import { liveIn, useLiveStates } from "./live-states.ts";
import { Publish } from "./publish.tsx";
import { faultsAt, selectedState, selectedTransition, type Selection } from "./selection.ts";
import { asWorkflow, readChart, type WorkflowJson } from "./statechart.ts";
import { TryWorkflow } from "./try-workflow.tsx";
import { useWorkflowWords } from "./workflow-words.ts";

const route = getRouteApi("/signed-in/changes/workflows/$code/draft");

/** A workflow as it is being changed: draft, check, publish. */
export function WorkflowDraft() {
  const { t } = useTranslation();
  const { code } = route.useParams();
  const { data: start, error, refetch, dataUpdatedAt } = useDraftStart(workflowName(code));
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
  const draft = useDraft(workflowName(code), start, begun);
  const { content: workflow, change, undo, redo, state, faults, warnings } = draft;
  const { data: entityTypes } = useEntityTypes();
  const { data: versions } = useLiveStates(code);
  const { data: document } = useDocument(workflowName(code));
  const [selection, select] = useState<Selection>({ state: "" });
  const navigate = useNavigate();
  const [publishing, setPublishing] = useState(false);
  const [trying, setTrying] = useState(false);
  const entityType = entityTypes?.find(({ name }) => name === workflow.meta.entityType);
  const words = useWorkflowWords(workflow, entityType);
  const chart = useMemo(() => readChart(workflow), [workflow]);
  const live = useMemo(() => liveIn(versions, start.basedOn), [versions, start.basedOn]);
  const mayWrite = can("documents:write");

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
      title={t("document.draftOf", { title: workflow.meta.title })}
      above={above}
      layout="fill"
      badges={
        faults.length > 0 ? (
          <StatusBadge tone="trouble">{t("document.faults", { count: faults.length })}</StatusBadge>
        ) : (
          <StatusBadge tone="working">{t("document.draft")}</StatusBadge>
        )
      }
      actions={
        mayWrite && (
          <>
            <DiscardDraft
              name={workflowName(code)}
              hasDraft={draft.revision() !== undefined}
              leave={() =>
                document?.latestVersion === 0
                  ? navigate({ to: "/changes/workflows" })
                  : navigate({ to: "/changes/workflows/$code", params: { code } })
              }
            />
            <Button variant="default" disabled={faults.length > 0} onClick={() => setTrying(true)}>
              {t("workflow.try")}
            </Button>
            <Button disabled={state !== "saved" || draft.revision() === undefined} onClick={() => setPublishing(true)}>
              {t("document.reviewPublish")}
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
        tools={mayWrite && <DraftTools {...{ undo, redo, state }} untouched={start.revision === undefined} />}
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
          published={document !== undefined && document.publishedVersion !== null}
          close={() => setPublishing(false)}
        />
      )}
      {trying && <TryWorkflow workflow={workflow} chart={chart} close={() => setTrying(false)} />}
      <UnsavedGuard isUnsaved={() => state !== "saved"} />
    </Page>
  );
}
