import { IconSitemap } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Document } from "../../api/generated/types.gen.ts";
import { shippedText } from "../../api/server-text.ts";
import { useCan } from "../../api/session.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import cards from "../card.module.css";
import { DocumentState, DraftState } from "../change-documents/document-state.tsx";
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
  const columns = useColumns();
  const { list, rows } = useDocuments(KIND);
  return (
    <Page
      title={t("workflow.listTitle")}
      facts={t("workflow.listAbout")}
      layout="fill"
      actions={can("documents:write") && <NewWorkflow workflows={rows} />}
    >
      <WorkflowTabs />
      <DataTable<Document>
        name="workflows"
        label={t("workflow.listTitle")}
        columns={columns}
        rows={rows}
        rowId={({ code }) => code}
        list={list}
        open={({ code, publishedVersion, latestVersion }) =>
          publishedVersion === null && latestVersion === 0
            ? { to: "/changes/workflows/$code/draft", params: { code } }
            : { to: "/changes/workflows/$code", params: { code } }
        }
        card={(document) => <WorkflowCard document={document} />}
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
  return useMemo(
    () => [
      { id: "title", header: t("workflow.title"), width: 240, fixed: true, cell: ({ title }) => shippedText(title) },
      { id: "state", header: t("document.state"), width: 190, cell: (document) => <DocumentState {...document} /> },
      { id: "for", header: t("workflow.entityType"), width: 150, cell: (document) => <EntityTypeOf {...document} /> },
      {
        id: "live",
        header: t("workflow.running"),
        width: 110,
        numeric: true,
        cell: ({ code }) => <Running code={code} />,
      },
      { id: "draft", header: t("document.draft"), width: 190, cell: (document) => <DraftState {...document} /> },
      { id: "by", header: t("document.publishedBy"), width: 160, cell: ({ code }) => <PublishedBy code={code} /> },
      {
        id: "at",
        header: t("document.publishedAt"),
        width: 150,
        cell: ({ publishedAt }) => publishedAt && <DateTime at={publishedAt} />,
      },
      {
        id: "code",
        header: t("document.code"),
        width: 190,
        optional: true,
        cell: ({ code }) => <span className="code">{code}</span>,
      },
    ],
    [t],
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

function WorkflowCard({ document }: { document: Document }) {
  const { t } = useTranslation();
  return (
    <span className={cards.card}>
      <span className={cards.line}>
        <strong className="truncate">{shippedText(document.title)}</strong>
        <span className={cards.end}>
          <DocumentState {...document} />
        </span>
      </span>
      <span className="soft">
        <EntityTypeOf {...document} /> · {t("workflow.running")}: <Running code={document.code} />
      </span>
    </span>
  );
}
