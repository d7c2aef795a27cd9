import { Button } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DocumentVersion } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { DocumentState } from "../change-documents/document-state.tsx";
import { useDocument, useVersion } from "../change-documents/documents.ts";
import { Offer } from "../change-documents/offer.tsx";
import { RetireDocument } from "../change-documents/retire-document.tsx";
import { VersionList } from "../change-documents/version-list.tsx";
import { ChartPanel } from "./chart-panel.tsx";
import { Details } from "./details.tsx";
import classes from "./details.module.css";
import { useEntityTypes, workflowName } from "./documents.ts";
import { countAll, liveIn, useLiveStates } from "./live-states.ts";
import type { Selection } from "./selection.ts";
import { asWorkflow, readChart, type WorkflowJson } from "./statechart.ts";
import { useWorkflowWords } from "./workflow-words.ts";

const route = getRouteApi("/signed-in/changes/workflows/$code");

/** A workflow as it is in force: how things go, what stands where, and for how long. */
export function WorkflowPage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const { code } = route.useParams();
  const name = workflowName(code);
  const { version: asked } = route.useSearch();
  const { data: document, error, refetch } = useDocument(name);
  // A withdrawn one is shown as it was last.
  const last = document?.latestVersion ? document.latestVersion : null;
  const shown = asked === undefined ? (document?.publishedVersion ?? last) : Number(asked);
  const version = useVersion(name, document ? shown : null);
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
          {document.draft && <StatusBadge tone="working">{t("document.draftOpen")}</StatusBadge>}
        </>
      }
      facts={version.data && <Published {...version.data} />}
      actions={
        <>
          {document.publishedVersion !== null && (
            <RetireDocument name={name} title={document.title} effect={t("workflow.retireEffect")} />
          )}
          {can("documents:write") && (
            <Button renderRoot={(root) => <Link {...root} to="/changes/workflows/$code/draft" params={{ code }} />}>
              {document.draft ? t("document.continueDraft") : t("document.change")}
            </Button>
          )}
        </>
      }
    >
      {document.offeredVersion !== null && (
        <Offer
          name={name}
          hasDraft={document.draft !== null}
          toDraft={() => navigate({ to: "/changes/workflows/$code/draft", params: { code } })}
        />
      )}
      {version.data && <InForce version={version.data} hasDraft={document.draft !== null} />}
    </Page>
  );
}

function Published({ version, publishedAt, publishedByName, origin, note, state }: DocumentVersion) {
  const { t } = useTranslation();
  const who = publishedByName ?? (origin === "shipped" ? t("document.shipped") : null);
  return (
    <>
      {state === "retired" && `${t("document.formerVersion", { version })} · `}
      <DateTime at={publishedAt} />
      {who && ` · ${who}`} · {note}
    </>
  );
}

function InForce({ version, hasDraft }: { version: DocumentVersion; hasDraft: boolean }) {
  const { t } = useTranslation();
  const workflow = asWorkflow(version.content);
  if (workflow === null) return <p>{t("workflow.undrawable")}</p>;
  return <Drawn key={version.version} version={version} workflow={workflow} hasDraft={hasDraft} />;
}

type DrawnProps = { version: DocumentVersion; workflow: WorkflowJson; hasDraft: boolean };

function Drawn({ version, workflow, hasDraft }: DrawnProps) {
  const { t } = useTranslation();
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
      <div className={classes.versions}>
        <VersionList
          name={workflowName(version.code)}
          shown={version.version}
          hasDraft={hasDraft}
          open={(each) => ({
            to: "/changes/workflows/$code",
            params: { code: version.code },
            search: { version: String(each) },
          })}
          beside={(each) => {
            const running = countAll(versions?.filter((live) => live.version === each) ?? []);
            return running > 0 && ` · ${t("workflow.runningOn", { count: running })}`;
          }}
        />
      </div>
    </ChartPanel>
  );
}
