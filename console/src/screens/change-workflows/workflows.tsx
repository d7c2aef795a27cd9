import { IconSitemap } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { listDocuments } from "../../api/generated/sdk.gen.ts";
import type { Document } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import cards from "../card.module.css";
import { KIND, useEntityTypes, useVersions, useWorkflowVersion } from "./documents.ts";
import { countAll, useLiveStates } from "./live-states.ts";
import { asWorkflow } from "./statechart.ts";

/** The processes that orders and fulfillment orders go through. */
export function Workflows() {
  const { t } = useTranslation();
  const columns = useColumns();
  const { list, rows } = useCursorList(["workflows", "list"], (after, signal) =>
    listDocuments({ query: { kind: KIND, after, limit: pageSize }, signal }),
  );
  return (
    <Page title={t("workflow.listTitle")} facts={t("workflow.listAbout")} layout="fill">
      <DataTable<Document>
        name="workflows"
        label={t("workflow.listTitle")}
        columns={columns}
        rows={rows}
        rowId={({ code }) => code}
        list={list}
        open={({ code }) => ({ to: "/changes/workflows/$code", params: { code } })}
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
      { id: "title", header: t("workflow.title"), width: 240, fixed: true, cell: ({ title }) => title },
      { id: "state", header: t("workflow.state"), width: 190, cell: (document) => <DocumentState {...document} /> },
      { id: "for", header: t("workflow.entityType"), width: 150, cell: (document) => <EntityTypeOf {...document} /> },
      {
        id: "live",
        header: t("workflow.running"),
        width: 110,
        numeric: true,
        cell: ({ code }) => <Running code={code} />,
      },
      { id: "draft", header: t("workflow.draft"), width: 190, cell: (document) => <DraftState {...document} /> },
      { id: "by", header: t("workflow.publishedBy"), width: 160, cell: ({ code }) => <PublishedBy code={code} /> },
      {
        id: "at",
        header: t("workflow.publishedAt"),
        width: 150,
        cell: ({ publishedAt }) => publishedAt && <DateTime at={publishedAt} />,
      },
      {
        id: "code",
        header: t("workflow.code"),
        width: 190,
        optional: true,
        cell: ({ code }) => <span className="code">{code}</span>,
      },
    ],
    [t],
  );
}

export function DocumentState({
  publishedVersion,
  latestVersion,
}: Pick<Document, "publishedVersion" | "latestVersion">) {
  const { t } = useTranslation();
  if (publishedVersion !== null)
    return <StatusBadge tone="ready">{t("workflow.inForce", { version: publishedVersion })}</StatusBadge>;
  return (
    <StatusBadge tone="stopped">{t(latestVersion === 0 ? "workflow.neverPublished" : "workflow.retired")}</StatusBadge>
  );
}

function DraftState({ draft, offeredVersion }: Document) {
  const { t } = useTranslation();
  if (draft) return <StatusBadge tone="working">{t("workflow.draftOpen")}</StatusBadge>;
  return offeredVersion !== null && <StatusBadge tone="attention">{t("workflow.offered")}</StatusBadge>;
}

function EntityTypeOf({ code, publishedVersion }: Document) {
  const { data: version } = useWorkflowVersion(code, publishedVersion);
  const { data: entityTypes } = useEntityTypes();
  const name = asWorkflow(version?.content)?.meta.entityType;
  return entityTypes?.find((each) => each.name === name)?.title ?? name ?? null;
}

function Running({ code }: { code: string }) {
  const { data: versions } = useLiveStates(code);
  return versions && formatCount(countAll(versions));
}

function PublishedBy({ code }: { code: string }) {
  const { t } = useTranslation();
  const { data: versions } = useVersions(code);
  const published = versions?.find(({ state }) => state === "published");
  if (!published) return null;
  return published.publishedByName ?? (published.origin === "shipped" ? t("workflow.shipped") : published.publishedBy);
}

function WorkflowCard({ document }: { document: Document }) {
  const { t } = useTranslation();
  return (
    <span className={cards.card}>
      <span className={cards.line}>
        <strong className="truncate">{document.title}</strong>
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
