import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { listDocuments } from "../../api/generated/sdk.gen.ts";
import type { Document } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { shippedText } from "../../api/server-text.ts";
import { useCan } from "../../api/session.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import cards from "../card.module.css";
import { DocumentState, DraftState } from "../change-documents/document-state.tsx";

export const LEVELS_KIND = "exception-levels";

/** Who hears of exceptions that nobody deals with, and when (W6, W7). */
export function ExceptionLevels() {
  const { t } = useTranslation();
  const can = useCan();
  const columns = useColumns();
  const { list, rows } = useCursorList<Document>(["exception-levels", "list"], (after, signal) =>
    listDocuments({ query: { kind: LEVELS_KIND, after, limit: pageSize }, signal }),
  );
  return (
    <Page
      title={t("levels.title")}
      above={<Link to="/exceptions">{t("exception.title")}</Link>}
      facts={t("levels.about")}
      layout="fill"
      actions={
        can("documents:publish") && (
          <Button renderRoot={(root) => <Link {...root} to="/new/exception-levels" />}>{t("levels.add")}</Button>
        )
      }
    >
      <DataTable<Document>
        name="exception-levels"
        label={t("levels.title")}
        columns={columns}
        rows={rows}
        rowId={({ code }) => code}
        list={list}
        open={({ code }) => ({ to: "/exception-levels/$code", params: { code } })}
        card={(levels) => (
          <span className={cards.card}>
            <span className={cards.line}>
              <strong className="truncate">{shippedText(levels.title)}</strong>
              <span className={cards.end}>
                <DocumentState {...levels} />
              </span>
            </span>
            <DraftState {...levels} />
          </span>
        )}
        empty={
          <Empty title={t("levels.none")} icon={<IconAlertTriangle size={26} stroke={1.4} aria-hidden="true" />}>
            {t("levels.noneText")}
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
      { id: "title", header: t("levels.name"), width: 280, fixed: true, cell: ({ title }) => shippedText(title) },
      { id: "code", header: t("document.code"), width: 170, cell: ({ code }) => <span className="code">{code}</span> },
      { id: "state", header: t("document.state"), width: 190, cell: (levels) => <DocumentState {...levels} /> },
      { id: "draft", header: t("document.draft"), width: 170, cell: (levels) => <DraftState {...levels} /> },
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
