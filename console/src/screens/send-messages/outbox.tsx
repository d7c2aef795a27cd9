import { IconMail } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { listMessages } from "../../api/generated/sdk.gen.ts";
import type { MessageSummary } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import type { Filter } from "../../ui/filters.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import classes from "../card.module.css";
import { MessageState, messageStates, messageTriggers, useTriggerText } from "../message-facts.tsx";
import { MessageTabs } from "../message-tabs.tsx";

const route = getRouteApi("/signed-in/messages");

/** What customers were told, what is on its way, and what could not be sent and why (F10). */
export function Outbox() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const columns = useColumns();
  const triggerText = useTriggerText();
  const { list, rows } = useCursorList(["messages", search], (after, signal) =>
    listMessages({
      query: {
        trigger: search.trigger,
        state: messageStates.find((state) => state === search.state),
        after,
        limit: pageSize,
      },
      signal,
    }),
  );
  const filters: Filter[] = [
    {
      kind: "choice",
      name: "state",
      label: t("message.state"),
      options: messageStates.map((value) => ({ value, label: t(`message.states.${value}`) })),
    },
    {
      kind: "choice",
      name: "trigger",
      label: t("message.trigger"),
      options: messageTriggers.map((value) => ({ value, label: triggerText(value) })),
    },
  ];
  return (
    <Page title={t("message.title")} layout="fill">
      <MessageTabs />
      <FilterBar
        filters={filters}
        values={search}
        change={(patch) => void navigate({ search: (before) => ({ ...before, ...patch }), replace: true })}
      />
      <DataTable<MessageSummary>
        name="messages"
        label={t("message.title")}
        columns={columns}
        rows={rows}
        rowId={(message) => message.id}
        list={list}
        open={(message) => ({ to: "/messages/$messageId", params: { messageId: message.id } })}
        card={(message) => <MessageCard message={message} />}
        empty={
          <Empty title={t("message.none")} icon={<IconMail size={26} stroke={1.4} aria-hidden="true" />}>
            {t("message.noneText")}
          </Empty>
        }
      />
    </Page>
  );
}

function useColumns(): readonly TableColumn<MessageSummary>[] {
  const { t } = useTranslation();
  const triggerText = useTriggerText();
  return useMemo(
    () => [
      {
        id: "trigger",
        header: t("message.trigger"),
        width: 230,
        fixed: true,
        cell: (message) => triggerText(message.trigger),
      },
      { id: "state", header: t("message.state"), width: 170, cell: (message) => <MessageState of={message.state} /> },
      {
        id: "order",
        header: t("message.order"),
        width: 110,
        cell: ({ orderId, orderNumber }) =>
          orderId === null ? (
            <span className="faint">{t("message.colleague")}</span>
          ) : (
            <Link to="/orders/$orderId" params={{ orderId }}>
              {orderNumber}
            </Link>
          ),
      },
      { id: "subject", header: t("message.subject"), wrap: true, cell: (message) => message.subject },
      { id: "reason", header: t("message.reason"), wrap: true, cell: (message) => message.reason },
      { id: "channel", header: t("message.channel"), width: 110, optional: true, cell: (message) => message.channel },
      { id: "at", header: t("message.at"), width: 130, cell: (message) => <DateTime at={message.stateAt} /> },
    ],
    [t, triggerText],
  );
}

function MessageCard({ message }: { message: MessageSummary }) {
  const { t } = useTranslation();
  const triggerText = useTriggerText();
  return (
    <span className={classes.card}>
      <span className={classes.line}>
        <strong>{triggerText(message.trigger)}</strong>
        <span className={classes.end}>
          <MessageState of={message.state} />
        </span>
      </span>
      <span>{message.subject ?? message.reason}</span>
      <span className={classes.line}>
        <span className="faint">{message.orderNumber ?? t("message.colleague")}</span>
        <span className={`${classes.end} faint`}>
          <DateTime at={message.stateAt} />
        </span>
      </span>
    </span>
  );
}
