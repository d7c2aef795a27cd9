import { IconSitemap } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Document } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { formatCount } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import { DocumentList, useDocumentColumns } from "../change-documents/document-list.tsx";
import { useDocuments, useVersions } from "../change-documents/documents.ts";
import { Publisher } from "../change-documents/version-list.tsx";
import { KIND, useEntityTypes, workflowName } from "./documents.ts";
import { NewWorkflow } from "./new-workflow.tsx";
import { WorkflowTabs } from "../workflow-tabs.tsx";
import { countAll, useLiveStates } from "./live-states.ts";

/** The processes that orders and fulfillment orders go through. */
export function Workflows() {
  const { t } = useTranslation();
  const can = useCan();
  const documents = useDocuments(KIND);
  return (
    <Page
      title={t("workflow.listTitle")}
      facts={t("workflow.listAbout")}
      layout="fill"
      actions={can("documents:write") && <NewWorkflow workflows={documents.rows} />}
    >
      <WorkflowTabs />
      <DocumentList
        name="workflows"
        label={t("workflow.listTitle")}
        documents={documents}
        columns={useColumns()}
        open={({ code, publishedVersion, latestVersion }) => ({
          to:
            publishedVersion === null && latestVersion === 0
              ? "/changes/workflows/$code/draft"
              : "/changes/workflows/$code",
          params: { code },
        })}
        detail={(document) => (
          <>
            <EntityTypeOf {...document} /> · {t("workflow.running")}: <Running code={document.code} />
          </>
        )}
        empty={
          <Empty title={t("workflow.none")} icon={<IconSitemap size={26} stroke={1.4} aria-hidden="true" />}>
            {t("workflow.noneText")}
          </Empty>
        }
      />
    </Page>
  );
}

function useColumns(): readonly TableColumn<Document>[] {
  const { t } = useTranslation();
  const { title, state, draft, at, code } = useDocumentColumns();
  return useMemo(
    () => [
      title(t("workflow.title")),
      state,
      { id: "for", header: t("workflow.entityType"), width: 150, cell: (document) => <EntityTypeOf {...document} /> },
      {
        id: "live",
        header: t("workflow.running"),
        width: 110,
        numeric: true,
        cell: (document) => <Running code={document.code} />,
      },
      draft,
      {
        id: "by",
        header: t("document.publishedBy"),
        width: 160,
        cell: (document) => <PublishedBy code={document.code} />,
      },
      at,
      { ...code, optional: true },
    ],
    [t, title, state, draft, at, code],
  );
}

function EntityTypeOf({ facts }: Document) {
  const { data: entityTypes } = useEntityTypes();
  const name = facts["entityType"];
  return entityTypes?.find((each) => each.name === name)?.title ?? name ?? null;
}

function Running({ code }: { code: string }) {
  const { data: versions } = useLiveStates(code);
  return versions && formatCount(countAll(versions));
}

function PublishedBy({ code }: { code: string }) {
  const { data: versions } = useVersions(workflowName(code));
  const published = versions?.find(({ state }) => state === "published");
  return published ? <Publisher of={published} /> : null;
}
