import { Button } from "@mantine/core";
import { IconTopologyStar3 } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { listNetworks } from "../../api/generated/sdk.gen.ts";
import type { Network } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { useCan } from "../../api/session.ts";
import { CsvButton } from "../../ui/csv-button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { formatCount } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import classes from "../card.module.css";
import { useChannels, useLocationNames } from "../places.tsx";
import { ChannelTabs } from "./channel-tabs.tsx";

/** Sets of locations, each with the channels that it serves. */
export function Networks() {
  const { t } = useTranslation();
  const can = useCan();
  const columns = useColumns();
  const { list, rows } = useCursorList(["networks", "list"], (after, signal) =>
    listNetworks({ query: { after, limit: pageSize }, signal }),
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
              renderRoot={(root) => <Link {...root} to="/imports" search={{ upload: "networks" }} />}
            >
              {t("location.import")}
            </Button>
          )}
          <CsvButton href="/v1/networks.csv" fileName="networks.csv" />
          {can("network:write") && (
            <Button renderRoot={(root) => <Link {...root} to="/new/network" />}>{t("network.newTitle")}</Button>
          )}
        </>
      }
    >
      <ChannelTabs />
      <DataTable<Network>
        name="networks"
        label={t("channel.networks")}
        columns={columns}
        rows={rows}
        rowId={(network) => network.code}
        list={list}
        open={(network) => ({ to: "/networks/$code", params: { code: network.code } })}
        card={(network) => (
          <span className={classes.card}>
            <strong className="truncate">{network.name}</strong>
            <span className="soft">{t("network.locationCount", { count: network.locations.length })}</span>
          </span>
        )}
        empty={
          <Empty title={t("network.none")} icon={<IconTopologyStar3 size={26} stroke={1.4} aria-hidden="true" />}>
            {t("network.noneText")}
          </Empty>
        }
      />
    </Page>
  );
}

function useColumns(): readonly TableColumn<Network>[] {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  const { data: channels } = useChannels();
  return useMemo(
    () => [
      { id: "name", header: t("network.name"), width: 220, fixed: true, cell: (network) => network.name },
      {
        id: "count",
        header: t("network.locations"),
        width: 110,
        numeric: true,
        cell: (network) => formatCount(network.locations.length),
      },
      {
        id: "locations",
        header: t("network.which"),
        cell: (network) => <span className="soft">{network.locations.map(nameOf).join(", ")}</span>,
      },
      {
        id: "channels",
        header: t("network.serves"),
        width: 320,
        cell: (network) =>
          channels
            ?.filter((channel) => channel.network === network.code)
            .map(({ name }) => name)
            .join(", "),
      },
    ],
    [t, nameOf, channels],
  );
}
