import { Button } from "@mantine/core";
import { IconChecklist } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Document } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { formatCount } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import { DocumentList, useDocumentColumns } from "../change-documents/document-list.tsx";
import { useDocuments } from "../change-documents/documents.ts";
import { QUEUE_KIND } from "./use-queue.ts";
import { summarized, useTaskCounts } from "./use-counts.ts";

/** Where tasks wait for people: whose they are, until when, and what happens when nobody does them. */
export function TaskQueues() {
  const { t } = useTranslation();
  const can = useCan();
  const columns = useColumns();
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
      <DocumentList
        name="task-queues"
        label={t("queue.listTitle")}
        documents={useDocuments(QUEUE_KIND)}
        columns={columns}
        open={({ code }) => ({ to: "/task-queues/$code", params: { code } })}
        detail={({ code }) => <OpenIn code={code} />}
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
  const { title, code, state, draft, at } = useDocumentColumns();
  return useMemo(
    () => [
      title(t("queue.name")),
      code,
      { id: "open", header: t("task.listTitle"), width: 120, cell: (queue) => <OpenIn code={queue.code} /> },
      {
        id: "overdue",
        header: t("task.overdue"),
        width: 110,
        numeric: true,
        cell: (queue) => <OverdueIn code={queue.code} />,
      },
      state,
      draft,
      at,
    ],
    [t, title, code, state, draft, at],
  );
}
