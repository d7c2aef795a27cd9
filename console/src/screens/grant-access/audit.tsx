import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { listAudit } from "../../api/generated/sdk.gen.ts";
import type { AuditEntry } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import type { Filter } from "../../ui/filters.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import card from "../card.module.css";
import { useActorName } from "../actor-names.ts";
import { inWords } from "../humanize.ts";
import { AccessTabs } from "./access-tabs.tsx";
import { useActionText } from "./action-texts.ts";

const route = getRouteApi("/signed-in/access/audit");

/** Who did what, when, to what: newest first. */
export function Audit() {
  const { t } = useTranslation();
  const { from, to, ...texts } = route.useSearch();
  const navigate = route.useNavigate();
  const columns = useColumns();
  const query = {
    ...texts,
    from: from && new Date(`${from}T00:00`).toISOString(),
    to: to && startOfNextDay(to).toISOString(),
  };
  const { list, rows } = useCursorList(["audit", query], (after, signal) =>
    listAudit({ query: { ...query, after, limit: pageSize }, signal }),
  );
  const filters = useMemo<Filter[]>(
    () => [
      { kind: "dates", from: "from", to: "to", label: t("access.when") },
      { kind: "text", name: "actor", label: t("access.who"), placeholder: "user:… / key:…" },
      { kind: "text", name: "action", label: t("access.what"), placeholder: "patchLocation" },
      { kind: "text", name: "entityId", label: t("access.entity"), placeholder: t("access.entityHint") },
    ],
    [t],
  );
  return (
    <Page title={t("access.title")} layout="fill">
      <AccessTabs />
      <FilterBar
        filters={filters}
        values={{ from, to, ...texts }}
        change={(patch) => void navigate({ search: (before) => ({ ...before, ...patch }), replace: true })}
      />
      <DataTable<AuditEntry>
        name="audit"
        label={t("access.audit")}
        columns={columns}
        rows={rows}
        rowId={(entry) => String(entry.id)}
        list={list}
        card={(entry) => (
          <span className={card.card}>
            <span className={card.line}>
              <strong className="truncate">
                <ActionText action={entry.action} />
              </strong>
              <span className={`${card.end} faint`}>
                <DateTime at={entry.recordedAt} />
              </span>
            </span>
            <span className="soft truncate">
              <ActorText of={entry} /> · {detailsOf(entry)}
            </span>
          </span>
        )}
        empty={<Empty title={t("access.noAudit")} />}
      />
    </Page>
  );
}

function startOfNextDay(day: string): Date {
  const start = new Date(`${day}T00:00`);
  start.setDate(start.getDate() + 1);
  return start;
}

/** Codes, quantities and names of fields, as the API keeps them: short, and the same for every kind of change. */
function detailsOf({ actor, details, entityType, entityId }: AuditEntry): string {
  const said = Object.entries(details).map(([name, value]) => `${inWords(name)}: ${sayValue(value)}`);
  if (said.length > 0) return said.join(" · ");
  // Whoever signs in is named beside it already.
  return entityId === null || actor === `user:${entityId}` ? "" : `${inWords(entityType ?? "")} ${entityId}`;
}

function sayValue(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "–" : value.map(sayValue).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

function useColumns(): readonly TableColumn<AuditEntry>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "when",
        header: t("access.when"),
        width: 190,
        fixed: true,
        cell: (entry) => <DateTime at={entry.recordedAt} show="date-time" />,
      },
      {
        id: "who",
        header: t("access.who"),
        width: 200,
        cell: (entry) => (
          <span title={entry.actor}>
            <ActorText of={entry} />
          </span>
        ),
      },
      {
        id: "what",
        header: t("access.what"),
        width: 200,
        cell: (entry) => (
          <span title={entry.action}>
            <ActionText action={entry.action} />
          </span>
        ),
      },
      {
        id: "details",
        header: t("access.details"),
        cell: (entry) => (
          <span className="soft" title={detailsOf(entry)}>
            {detailsOf(entry)}
          </span>
        ),
      },
      {
        id: "request",
        header: t("ui.requestId"),
        width: 280,
        optional: true,
        cell: (entry) => <span className="code">{entry.requestId}</span>,
      },
    ],
    [t],
  );
}

function ActorText({ of: entry }: { of: AuditEntry }) {
  const actorName = useActorName();
  return actorName(entry);
}

function ActionText({ action }: { action: string }) {
  const textOf = useActionText();
  return textOf(action);
}
