import type { LinkProps } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Document } from "../../api/generated/types.gen.ts";
import { shippedText } from "../../api/server-text.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import cards from "../card.module.css";
import { DocumentOrigin, DocumentState, DraftState } from "./document-state.tsx";
import type { useDocuments } from "./documents.ts";

type Column = TableColumn<Document>;

/** What lists of documents of all kinds tell; `title` is called as its kind calls it. */
export function useDocumentColumns() {
  const { t } = useTranslation();
  return useMemo(() => {
    const title = (header: string, width = 240): Column => ({
      id: "title",
      header,
      width,
      fixed: true,
      cell: ({ title }) => shippedText(title),
    });
    const code: Column = {
      id: "code",
      header: t("document.code"),
      width: 170,
      cell: ({ code }) => <span className="code">{code}</span>,
    };
    const state: Column = {
      id: "state",
      header: t("document.state"),
      width: 190,
      cell: (document) => <DocumentState {...document} />,
    };
    const draft: Column = {
      id: "draft",
      header: t("document.draft"),
      width: 180,
      cell: (document) => <DraftState {...document} />,
    };
    const origin: Column = {
      id: "origin",
      header: t("template.origin"),
      width: 130,
      cell: (document) => <DocumentOrigin {...document} />,
    };
    const at: Column = {
      id: "at",
      header: t("document.publishedAt"),
      width: 150,
      cell: ({ publishedAt }) => publishedAt && <DateTime at={publishedAt} />,
    };
    return { title, code, state, draft, origin, at };
  }, [t]);
}

type DocumentListProps = {
  name: string;
  label: string;
  documents: ReturnType<typeof useDocuments>;
  /** Those of them that are shown; absent: all. */
  shown?: readonly Document[];
  columns: readonly Column[];
  open: (document: Document) => LinkProps;
  /** What a card tells below its title, at phone size. */
  detail?: (document: Document) => React.ReactNode;
  empty: React.ReactNode;
};

export function DocumentList({ documents, shown, detail, ...table }: DocumentListProps) {
  const { list, rows } = documents;
  return (
    <DataTable<Document>
      rows={shown ?? rows}
      rowId={({ code }) => code}
      list={list}
      card={(document) => (
        <span className={cards.card}>
          <span className={cards.line}>
            <strong className="truncate">{shippedText(document.title)}</strong>
            <span className={cards.end}>
              <DocumentState {...document} />
            </span>
          </span>
          {detail && <span className="soft">{detail(document)}</span>}
          <DraftState {...document} />
        </span>
      )}
      {...table}
    />
  );
}
