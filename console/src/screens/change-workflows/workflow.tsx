import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DocumentVersion } from "../../api/generated/types.gen.ts";
import { DocumentPage, OpenDocument, Published } from "../change-documents/document-page.tsx";
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
  const { code } = route.useParams();
  const { version: asked } = route.useSearch();
  const above = <Link to="/changes/workflows">{t("workflow.listTitle")}</Link>;
  return (
    <OpenDocument name={workflowName(code)} asked={asked} above={above}>
      {({ document, version }) => (
        <DocumentPage
          document={document}
          above={above}
          layout="fill"
          facts={version && <Published version={version} />}
          retireEffect={t("workflow.retireEffect")}
          draft={{ to: "/changes/workflows/$code/draft", params: { code } }}
        >
          {version && <InForce version={version} hasDraft={document.draft !== null} />}
        </DocumentPage>
      )}
    </OpenDocument>
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
