import { IconTransferIn } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { listInboundEvents } from "../../api/generated/sdk.gen.ts";
import type { InboundEvent } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { useCan } from "../../api/session.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import type { Filter } from "../../ui/filters.ts";
import { formatCount } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import cards from "../card.module.css";
import { DocumentPage } from "../change-documents/document-page.tsx";
import { useDocument } from "../change-documents/documents.ts";
import { refreshMs } from "../connect-systems/webhook-facts.tsx";
import { EventState, eventStates, reasonOf } from "./event-facts.tsx";
import { SetSecret, useSecretState } from "./set-secret.tsx";
import { sourceName } from "./source-content.ts";

const route = getRouteApi("/signed-in/connections/sources/$code");

/** One system that tells events: where to, whether it can be believed, and what became of each. */
export function SourcePage() {
  const { t } = useTranslation();
  const can = useCan();
  const { code } = route.useParams();
  const name = sourceName(code);
  const { data: document, error, refetch } = useDocument(name);
  const { data: secret } = useSecretState(code, document?.publishedVersion != null);
  const above = <Link to="/connections/sources">{t("source.listTitle")}</Link>;
  if (!document) {
    return (
      <Page title={code} above={above}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  return (
    <DocumentPage
      document={document}
      above={above}
      layout="fill"
      badges={secret?.setAt === null && <StatusBadge tone="trouble">{t("source.noSecret")}</StatusBadge>}
      facts={
        <>
          <span className="code">{`POST ${window.location.origin}/v1/inbound/${code}`}</span>
          {secret?.setAt && (
            <>
              {" "}
              · {t("source.secretSince")} <DateTime at={secret.setAt} />
            </>
          )}
          {secret?.previousUntil && (
            <>
              {" "}
              · {t("source.bothUntil")} <DateTime at={secret.previousUntil} show="date-time" />
            </>
          )}
        </>
      }
      retireEffect={t("source.retireEffect")}
      actions={
        document.publishedVersion !== null &&
        can("inbound:write") && <SetSecret code={code} renews={secret?.setAt != null} />
      }
      draft={{ to: "/connections/sources/$code/draft", params: { code } }}
    >
      {can("inbound:read") && <Events code={code} />}
    </DocumentPage>
  );
}

function Events({ code }: { code: string }) {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const columns = useColumns();
  const { list, rows } = useCursorList<InboundEvent>(
    ["inbound-events", code, search],
    (after, signal) =>
      listInboundEvents({
        query: {
          source: code,
          state: eventStates.find((state) => state === search.state),
          type: search.type,
          after,
          limit: pageSize,
        },
        signal,
      }),
    { refreshMs },
  );
  const filters = useMemo<Filter[]>(
    () => [
      {
        kind: "choice",
        name: "state",
        label: t("connect.stateTitle"),
        options: eventStates.map((value) => ({ value, label: t(`source.states.${value}`) })),
      },
      { kind: "text", name: "type", label: t("source.type"), placeholder: "parcel.delivered" },
    ],
    [t],
  );
  return (
    <>
      <FilterBar
        filters={filters}
        values={search}
        change={(patch) => void navigate({ search: (before) => ({ ...before, ...patch }), replace: true })}
      />
      <DataTable<InboundEvent>
        name="inbound-events"
        label={t("source.events")}
        columns={columns}
        rows={rows}
        rowId={({ id }) => id}
        list={list}
        open={({ id }) => ({ to: "/inbound-events/$eventId", params: { eventId: id } })}
        card={(event) => (
          <span className={cards.card}>
            <span className={cards.line}>
              <strong className="truncate">{event.type}</strong>
              <span className={cards.end}>
                <EventState of={event.state} />
              </span>
            </span>
            <span className="soft truncate">{reasonOf(event) ?? event.entity}</span>
            <span className="faint">
              <DateTime at={event.receivedAt} />
            </span>
          </span>
        )}
        empty={
          <Empty title={t("source.noEvents")} icon={<IconTransferIn size={26} stroke={1.4} aria-hidden="true" />}>
            {t("source.noEventsText")}
          </Empty>
        }
      />
    </>
  );
}

function useColumns(): readonly TableColumn<InboundEvent>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { id: "type", header: t("source.type"), width: 210, fixed: true, cell: ({ type }) => type },
      { id: "state", header: t("connect.stateTitle"), width: 140, cell: ({ state }) => <EventState of={state} /> },
      { id: "entity", header: t("source.about"), width: 260, cell: ({ entity }) => entity },
      { id: "reason", header: t("source.reason"), wrap: true, cell: reasonOf },
      {
        id: "attempts",
        header: t("connect.attempts"),
        width: 90,
        numeric: true,
        cell: ({ attempts }) => formatCount(attempts),
      },
      { id: "at", header: t("source.receivedAt"), width: 130, cell: ({ receivedAt }) => <DateTime at={receivedAt} /> },
      {
        id: "sender",
        header: t("source.senderId"),
        width: 180,
        optional: true,
        cell: ({ senderId }) => <span className="code">{senderId}</span>,
      },
    ],
    [t],
  );
}
