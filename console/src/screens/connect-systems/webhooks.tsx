import { Button } from "@mantine/core";
import { IconPlugConnected } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { listWebhooks } from "../../api/generated/sdk.gen.ts";
import type { Webhook } from "../../api/generated/types.gen.ts";
import { useCursorList } from "../../api/list.ts";
import { useCan } from "../../api/session.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import { useSubscriptionName } from "../event-names.ts";
import classes from "../card.module.css";
import { ConnectionTabs } from "./connection-tabs.tsx";
import { receiverOf, refreshMs, WebhookState } from "./webhook-facts.tsx";

/** Which systems are told what happens, and whether it reaches them. */
export function Webhooks() {
  const { t } = useTranslation();
  const can = useCan();
  const columns = useColumns();
  const { list, rows } = useCursorList<Webhook>(
    ["webhooks"],
    async (_after, signal) => ({ data: { data: (await listWebhooks({ signal })).data.data, next: null } }),
    { refreshMs },
  );
  const create = can("webhooks:write") && (
    <Button renderRoot={(root) => <Link {...root} to="/new/webhook" />}>{t("connect.newWebhook")}</Button>
  );
  return (
    <Page title={t("connect.title")} layout="fill" actions={create}>
      <ConnectionTabs />
      <DataTable<Webhook>
        name="webhooks"
        label={t("connect.webhooks")}
        columns={columns}
        rows={rows}
        rowId={(webhook) => webhook.id}
        list={list}
        open={(webhook) => ({ to: "/connections/$webhookId", params: { webhookId: webhook.id } })}
        card={(webhook) => <WebhookCard webhook={webhook} />}
        empty={
          <Empty
            title={t("connect.none")}
            icon={<IconPlugConnected size={26} stroke={1.4} aria-hidden="true" />}
            action={create}
          >
            {t("connect.noneText")}
          </Empty>
        }
      />
    </Page>
  );
}

function useColumns(): readonly TableColumn<Webhook>[] {
  const { t } = useTranslation();
  const eventsName = useSubscriptionName();
  return useMemo(
    () => [
      {
        id: "name",
        header: t("connect.receiver"),
        fixed: true,
        cell: (webhook) => webhook.description || receiverOf(webhook.url),
      },
      { id: "state", header: t("connect.stateTitle"), width: 130, cell: (webhook) => <WebhookState of={webhook} /> },
      {
        id: "failing",
        header: t("connect.failingSince"),
        width: 140,
        cell: (webhook) => <DateTime at={webhook.failingSince} />,
      },
      {
        id: "waiting",
        header: t("connect.waiting"),
        width: 110,
        numeric: true,
        cell: (webhook) => formatCount(webhook.waiting),
      },
      {
        id: "parked",
        header: t("connect.parked"),
        width: 110,
        numeric: true,
        cell: (webhook) => formatCount(webhook.parked),
      },
      { id: "events", header: t("connect.events"), cell: (webhook) => webhook.eventTypes.map(eventsName).join(", ") },
      { id: "url", header: t("connect.url"), cell: (webhook) => <span className="code">{webhook.url}</span> },
      {
        id: "created",
        header: t("connect.created"),
        width: 130,
        optional: true,
        cell: (webhook) => <DateTime at={webhook.createdAt} />,
      },
    ],
    [t, eventsName],
  );
}

function WebhookCard({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  return (
    <span className={classes.card}>
      <span className={classes.line}>
        <strong className="truncate">{webhook.description || receiverOf(webhook.url)}</strong>
        <span className={classes.end}>
          <WebhookState of={webhook} />
        </span>
      </span>
      <span className="soft truncate">{receiverOf(webhook.url)}</span>
      <span className="faint">
        {t("connect.waiting")} {formatCount(webhook.waiting)} · {t("connect.parked")} {formatCount(webhook.parked)}
      </span>
    </span>
  );
}
