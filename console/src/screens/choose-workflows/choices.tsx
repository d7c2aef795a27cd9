import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { shippedText } from "../../api/server-text.ts";
import type { Document } from "../../api/generated/types.gen.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import cards from "../card.module.css";
import { DocumentOrigin, DocumentState, DraftState } from "../change-documents/document-state.tsx";
import { useDocuments } from "../change-documents/documents.ts";
import { WorkflowTabs } from "../workflow-tabs.tsx";
import { KIND } from "./choice-content.ts";

/** Which workflow something new gets: one set of rules for each kind of thing that runs workflows. */
export function Choices() {
  const { t } = useTranslation();
  const columns = useColumns();
  const { list, rows } = useDocuments(KIND);
  return (
    <Page title={t("workflow.listTitle")} facts={t("choice.about")} layout="fill">
      <WorkflowTabs />
      <DataTable<Document>
        name="workflow-choices"
        label={t("choice.title")}
        columns={columns}
        rows={rows}
        rowId={({ code }) => code}
        list={list}
        open={({ code }) => ({ to: "/changes/choices/$code", params: { code } })}
        card={(document) => (
          <span className={cards.card}>
            <span className={cards.line}>
              <strong className="truncate">{shippedText(document.title)}</strong>
              <span className={cards.end}>
                <DocumentState {...document} />
              </span>
            </span>
            <DraftState {...document} />
          </span>
        )}
        empty={<Empty title={t("choice.none")} />}
      />
    </Page>
  );
}

function useColumns(): readonly TableColumn<Document>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { id: "title", header: t("workflow.title"), width: 260, fixed: true, cell: ({ title }) => title },
      { id: "state", header: t("document.state"), width: 190, cell: (document) => <DocumentState {...document} /> },
      { id: "draft", header: t("document.draft"), width: 190, cell: (document) => <DraftState {...document} /> },
      { id: "origin", header: t("template.origin"), width: 130, cell: (document) => <DocumentOrigin {...document} /> },
      {
        id: "at",
        header: t("document.publishedAt"),
        width: 150,
        cell: ({ publishedAt }) => publishedAt && <DateTime at={publishedAt} />,
      },
    ],
    [t],
  );
}
