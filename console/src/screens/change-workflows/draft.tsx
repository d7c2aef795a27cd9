import { Button } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { DraftTools } from "../change-documents/draft-actions.tsx";
import { DraftPage, OpenDraft, type OpenedDraft } from "../change-documents/draft-page.tsx";
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
  return (
    <OpenDraft
      name={workflowName(code)}
      read={asWorkflow}
      unreadable={t("workflow.undrawable")}
      list={{ to: "/changes/workflows" }}
      listTitle={t("workflow.listTitle")}
      page={{ to: "/changes/workflows/$code", params: { code } }}
      editor={Editor}
    />
  );
}

function Editor({ draft }: { draft: OpenedDraft<WorkflowJson> }) {
  const { t } = useTranslation();
  const { content: workflow, change, faults, warnings, basedOn, mayWrite } = draft;
  const { data: entityTypes } = useEntityTypes();
  const { data: versions } = useLiveStates(draft.name.code);
  const [selection, select] = useState<Selection>({ state: "" });
  const [trying, setTrying] = useState(false);
  const entityType = entityTypes?.find(({ name }) => name === workflow.meta.entityType);
  const words = useWorkflowWords(workflow, entityType);
  const chart = useMemo(() => readChart(workflow), [workflow]);
  const live = useMemo(() => liveIn(versions, basedOn), [versions, basedOn]);

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
    <DraftPage
      draft={draft}
      title={workflow.meta.title}
      layout="fill"
      actions={
        <Button variant="default" disabled={faults.length > 0} onClick={() => setTrying(true)}>
          {t("workflow.try")}
        </Button>
      }
      publish={(dialog) => <Publish dialog={dialog} chart={chart} versions={versions ?? []} />}
    >
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
        tools={mayWrite && <DraftTools draft={draft} />}
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
      {trying && <TryWorkflow workflow={workflow} chart={chart} close={() => setTrying(false)} />}
    </DraftPage>
  );
}
