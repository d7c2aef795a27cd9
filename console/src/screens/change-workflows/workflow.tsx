import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DocumentVersion } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { ChartPanel } from "./chart-panel.tsx";
import { Details } from "./details.tsx";
import { useEntityTypes, useWorkflowDocument, useWorkflowVersion } from "./documents.ts";
import { liveIn, useLiveStates } from "./live-states.ts";
import { Offer } from "./offer.tsx";
import type { Selection } from "./selection.ts";
import { asWorkflow, readChart, type WorkflowJson } from "./statechart.ts";
import { Versions } from "./versions.tsx";
import { DocumentState } from "./workflows.tsx";
import { useWorkflowWords } from "./workflow-words.ts";

const route = getRouteApi("/signed-in/changes/workflows/$code");

/** A workflow as it is in force: how things go, what stands where, and for how long. */
export function WorkflowPage() {
  const { t } = useTranslation();
  const can = useCan();
  const { code } = route.useParams();
  const { version: asked } = route.useSearch();
  const { data: document, error, refetch } = useWorkflowDocument(code);
  const shown = asked === undefined ? (document?.publishedVersion ?? null) : Number(asked);
  const version = useWorkflowVersion(code, document ? shown : null);
  const above = <Link to="/changes/workflows">{t("workflow.listTitle")}</Link>;
  const failure = error ?? version.error;
  if (!document || (shown !== null && !version.data)) {
    return (
      <Page title={code} above={above}>
        {failure ? <Failed error={failure} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  return (
    <Page
      title={document.title}
      above={above}
      layout="fill"
      badges={
        <>
          <DocumentState {...document} />
          {document.draft && <StatusBadge tone="working">{t("workflow.draftOpen")}</StatusBadge>}
        </>
      }
      facts={version.data && <Published {...version.data} />}
      actions={
        can("documents:write") && (
          <Button renderRoot={(root) => <Link {...root} to="/changes/workflows/$code/draft" params={{ code }} />}>
            {document.draft ? t("workflow.continueDraft") : t("workflow.change")}
          </Button>
        )
      }
    >
      {document.offeredVersion !== null && <Offer code={code} hasDraft={document.draft !== null} />}
      {version.data && <InForce version={version.data} />}
    </Page>
  );
}

function Published({ version, publishedAt, publishedByName, origin, note, state }: DocumentVersion) {
  const { t } = useTranslation();
  const who = publishedByName ?? (origin === "shipped" ? t("workflow.shipped") : null);
  return (
    <>
      {state === "retired" && `${t("workflow.formerVersion", { version })} · `}
      <DateTime at={publishedAt} />
      {who && ` · ${who}`} · {note}
    </>
  );
}

function InForce({ version }: { version: DocumentVersion }) {
  const { t } = useTranslation();
  const workflow = asWorkflow(version.content);
  if (workflow === null) return <p>{t("workflow.undrawable")}</p>;
  return <Drawn key={version.version} version={version} workflow={workflow} />;
}

function Drawn({ version, workflow }: { version: DocumentVersion; workflow: WorkflowJson }) {
  const { data: entityTypes } = useEntityTypes();
  const { data: versions } = useLiveStates(version.code);
  const [selection, select] = useState<Selection>({ state: "" });
  const entityType = entityTypes?.find(({ name }) => name === workflow.meta.entityType);
  const words = useWorkflowWords(workflow, entityType);
  const chart = useMemo(() => readChart(workflow), [workflow]);
  const live = useMemo(() => liveIn(versions, version.version), [versions, version.version]);
  return (
    <ChartPanel
      chart={chart}
      live={live}
      selection={selection}
      select={select}
      trigger={words.trigger}
      inShort={words.inShort}
      guard={words.guard}
      faulty={() => false}
    >
      <Details
        workflow={workflow}
        chart={chart}
        entityType={entityType}
        live={live}
        selection={selection}
        select={select}
      />
      <Versions code={version.code} shown={version.version} live={versions} />
    </ChartPanel>
  );
}
