import { Button } from "@mantine/core";
import { IconChecklist } from "@tabler/icons-react";
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
import { formatCount } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import cards from "../card.module.css";
import { DocumentState } from "../change-documents/document-state.tsx";
import { QUEUE_KIND } from "./use-queue.ts";
import { summarized, useTaskCounts } from "./use-counts.ts";

/** Where tasks wait for people: whose they are, until when, and what happens when nobody does them. */
export function TaskQueues() {
  const { t } = useTranslation();
  const can = useCan();
  const columns = useColumns();
  const { list, rows } = useCursorList<Document>(["task-queues", "list"], (after, signal) =>
    listDocuments({ query: { kind: QUEUE_KIND, after, limit: pageSize }, signal }),
  );
  return (
    <Page
      title={t("queue.listTitle")}
      above={<Link to="/tasks">{t("task.listTitle")}</Link>}
      facts={t("queue.listAbout")}
      layout="fill"
      actions={
        can("documents:publish") && (
          <Button renderRoot={(root) => <Link {...root} to="/new/task-queue" />}>{t("queue.add")}</Button>
        )
      }
    >
      <DataTable<Document>
        name="task-queues"
        label={t("queue.listTitle")}
        columns={columns}
        rows={rows}
        rowId={({ code }) => code}
        list={list}
        open={({ code }) => ({ to: "/task-queues/$code", params: { code } })}
        card={(queue) => (
          <span className={cards.card}>
            <span className={cards.line}>
              <strong className="truncate">{shippedText(queue.title)}</strong>
              <span className={cards.end}>
                <DocumentState {...queue} />
              </span>
            </span>
            <span className="soft">
              <OpenIn code={queue.code} />
            </span>
          </span>
        )}
        empty={
          <Empty title={t("queue.none")} icon={<IconChecklist size={26} stroke={1.4} aria-hidden="true" />}>
            {t("queue.noneText")}
          </Empty>
        }
      />
    </Page>
  );
}

function OpenIn({ code }: { code: string }) {
  const { t } = useTranslation();
  const { data } = useTaskCounts();
  const count = summarized(data ?? []).queues.find((queue) => queue.code === code);
  return <>{count ? t("task.openCount", { count: count.open }) : t("task.openCount", { count: 0 })}</>;
}

function OverdueIn({ code }: { code: string }) {
  const { data } = useTaskCounts();
  return <>{formatCount(summarized(data ?? []).queues.find((queue) => queue.code === code)?.overdue ?? 0)}</>;
}

function useColumns(): readonly TableColumn<Document>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { id: "title", header: t("queue.name"), width: 240, fixed: true, cell: ({ title }) => shippedText(title) },
      { id: "code", header: t("document.code"), width: 170, cell: ({ code }) => <span className="code">{code}</span> },
      { id: "open", header: t("task.listTitle"), width: 120, cell: ({ code }) => <OpenIn code={code} /> },
      {
        id: "overdue",
        header: t("task.overdue"),
        width: 110,
        numeric: true,
        cell: ({ code }) => <OverdueIn code={code} />,
      },
      { id: "state", header: t("document.state"), width: 190, cell: (queue) => <DocumentState {...queue} /> },
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
