import { Button } from "@mantine/core";
import { IconRoute } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { listChannels } from "../../api/generated/sdk.gen.ts";
import type { Channel } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { useCan } from "../../api/session.ts";
import { CsvButton } from "../../ui/csv-button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import classes from "../card.module.css";
import { useNetworks } from "../places.tsx";
import { ChannelTabs } from "./channel-tabs.tsx";

/** Where customers order, and from which network each is served. */
export function Channels() {
  const { t } = useTranslation();
  const can = useCan();
  const columns = useColumns();
  const { list, rows } = useCursorList(["channels", "list"], (after, signal) =>
    listChannels({ query: { after, limit: pageSize }, signal }),
  );
  return (
    <Page
      title={t("channel.listTitle")}
      layout="fill"
      actions={
        <>
          {can("imports:write") && can("network:write") && (
            <Button
              variant="default"
              renderRoot={(root) => <Link {...root} to="/imports" search={{ upload: "channels" }} />}
            >
              {t("location.import")}
            </Button>
          )}
          <CsvButton href="/v1/channels.csv" fileName="channels.csv" />
          {can("network:write") && (
            <Button renderRoot={(root) => <Link {...root} to="/new/channel" />}>{t("channel.newTitle")}</Button>
          )}
        </>
      }
    >
      <ChannelTabs />
      <DataTable<Channel>
        name="channels"
        label={t("channel.channels")}
        columns={columns}
        rows={rows}
        rowId={(channel) => channel.code}
        list={list}
        open={(channel) => ({ to: "/channels/$code", params: { code: channel.code } })}
        card={(channel) => <ChannelCard channel={channel} />}
        empty={
          <Empty title={t("channel.none")} icon={<IconRoute size={26} stroke={1.4} aria-hidden="true" />}>
            {t("channel.noneText")}
          </Empty>
        }
      />
    </Page>
  );
}

export function ChannelState({ active }: { active: boolean }) {
  const { t } = useTranslation();
  return active ? (
    <StatusBadge tone="ready">{t("channel.open")}</StatusBadge>
  ) : (
    <StatusBadge tone="stopped">{t("channel.closed")}</StatusBadge>
  );
}

function useColumns(): readonly TableColumn<Channel>[] {
  const { t } = useTranslation();
  const { data: networks } = useNetworks();
  return useMemo(() => {
    const networkOf = new Map(networks?.map((network) => [network.code, network]));
    return [
      { id: "name", header: t("channel.name"), fixed: true, cell: (channel) => channel.name },
      { id: "state", header: t("channel.state"), width: 130, cell: (channel) => <ChannelState {...channel} /> },
      { id: "kind", header: t("channel.kind"), width: 130, cell: (channel) => t(`channel.kinds.${channel.kind}`) },
      { id: "market", header: t("channel.market"), width: 110, cell: (channel) => channel.market },
      { id: "brand", header: t("channel.brand"), width: 140, cell: (channel) => channel.brand },
      { id: "currency", header: t("channel.currency"), width: 100, cell: (channel) => channel.currency },
      {
        id: "network",
        header: t("channel.network"),
        width: 290,
        cell: ({ network: code }) => {
          const network = networkOf.get(code);
          return (
            <Link to="/networks/$code" params={{ code }}>
              {network ? t("channel.networkOf", { name: network.name, count: network.locations.length }) : code}
            </Link>
          );
        },
      },
      {
        id: "unavailable",
        header: t("channel.ifOut"),
        width: 170,
        cell: (channel) => t(`channel.unavailable.${channel.whenUnavailable}`),
      },
      {
        id: "code",
        header: t("channel.code"),
        width: 140,
        optional: true,
        cell: (channel) => <span className="code">{channel.code}</span>,
      },
    ];
  }, [t, networks]);
}

function ChannelCard({ channel }: { channel: Channel }) {
  const { t } = useTranslation();
  return (
    <span className={classes.card}>
      <span className={classes.line}>
        <strong className="truncate">{channel.name}</strong>
        <span className={classes.end}>
          <ChannelState active={channel.active} />
        </span>
      </span>
      <span className="soft">
        {t(`channel.kinds.${channel.kind}`)} · {channel.market} · {channel.currency}
      </span>
    </span>
  );
}
