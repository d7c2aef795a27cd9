import { IconSend } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { eventTypes } from "../../api/event-types.gen.ts";
import { listWebhookDeliveries } from "../../api/generated/sdk.gen.ts";
import type { WebhookDelivery } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { serverText } from "../../api/server-text.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import type { Filter, FilterOption } from "../../ui/filters.ts";
import { formatCount } from "../../ui/format.ts";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import classes from "../card.module.css";
import { useEventName } from "../event-names.ts";
import { DeliveryState, refreshMs } from "./webhook-facts.tsx";

const route = getRouteApi("/signed-in/connections/$webhookId");
const states = ["waiting", "running", "parked", "done", "skipped"] as const;

/** Every event for one receiver, newest first, with what became of it. */
export function Deliveries({ webhookId }: { webhookId: string }) {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const columns = useColumns();
  const eventName = useEventName();
  const { list, rows } = useCursorList<WebhookDelivery>(
    ["deliveries", webhookId, search],
    (after, signal) =>
      listWebhookDeliveries({
        query: {
          webhookId,
          state: states.find((each) => each === search.state),
          type: search.type,
          entityId: search.entity,
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
        options: states.map((value) => ({ value, label: t(`connect.delivery.${value}`) })),
      },
      {
        kind: "lookup",
        name: "type",
        label: t("connect.event"),
        find: (text) => findEventTypes(text, eventName),
        nameOf: eventName,
      },
      { kind: "text", name: "entity", label: t("connect.entity"), placeholder: t("connect.entityHint") },
    ],
    [t, eventName],
  );
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <>
      <FilterBar
        filters={filters}
        values={search}
        change={(patch) => void navigate({ search: (before) => ({ ...before, ...patch }), replace: true })}
      />
      <DataTable<WebhookDelivery>
        name="deliveries"
        label={t("connect.deliveries")}
        columns={columns}
        rows={rows}
        rowId={(delivery) => delivery.id}
        list={list}
        open={(delivery) => ({ to: "/deliveries/$deliveryId", params: { deliveryId: delivery.id } })}
        card={(delivery) => <DeliveryCard delivery={delivery} />}
        empty={
          <Empty
            title={isFiltered ? t("connect.noDeliveriesFound") : t("connect.noDeliveries")}
            icon={<IconSend size={26} stroke={1.4} aria-hidden="true" />}
          >
            {!isFiltered && t("connect.noDeliveriesText")}
          </Empty>
        }
      />
    </>
  );
}

/** By its code or in words. */
function findEventTypes(text: string, nameOf: (type: string) => string): Promise<FilterOption[]> {
  const sought = text.trim().toLowerCase();
  const found = eventTypes.filter((type) => `${type} ${nameOf(type)}`.toLowerCase().includes(sought));
  return Promise.resolve(found.map((value) => ({ value, label: nameOf(value) })));
}

/** Why it has not arrived: for whoever looks for a gap, the reason of whoever left it. */
function whyNot({ endedAt, lastError, skipReason }: WebhookDelivery): string | null {
  if (skipReason !== null) return serverText(skipReason);
  return endedAt === null && lastError !== null ? serverText(lastError) : null;
}

function useColumns(): readonly TableColumn<WebhookDelivery>[] {
  const { t } = useTranslation();
  const eventName = useEventName();
  return useMemo(
    () => [
      {
        id: "type",
        header: t("connect.event"),
        fixed: true,
        width: 240,
        cell: (delivery) => <span title={delivery.type}>{eventName(delivery.type)}</span>,
      },
      { id: "state", header: t("connect.stateTitle"), width: 170, cell: (delivery) => <DeliveryState of={delivery} /> },
      {
        id: "error",
        header: t("connect.whyNot"),
        cell: (delivery) => whyNot(delivery),
      },
      {
        id: "attempts",
        header: t("connect.attempts"),
        width: 90,
        numeric: true,
        cell: (delivery) => formatCount(delivery.attempts),
      },
      {
        id: "created",
        header: t("connect.made"),
        width: 130,
        cell: (delivery) => <DateTime at={delivery.createdAt} />,
      },
      {
        id: "ended",
        header: t("connect.ended"),
        width: 130,
        cell: (delivery) => <DateTime at={delivery.endedAt} />,
      },
      {
        id: "entity",
        header: t("connect.entity"),
        width: 300,
        optional: true,
        cell: (delivery) => <span className="code">{delivery.entityId}</span>,
      },
    ],
    [t, eventName],
  );
}

function DeliveryCard({ delivery }: { delivery: WebhookDelivery }) {
  const eventName = useEventName();
  return (
    <span className={classes.card}>
      <span className={classes.line}>
        <strong className="truncate">{eventName(delivery.type)}</strong>
        <span className={classes.end}>
          <DeliveryState of={delivery} />
        </span>
      </span>
      <span className="soft">{whyNot(delivery)}</span>
      <span className="faint">
        <DateTime at={delivery.createdAt} />
      </span>
    </span>
  );
}
