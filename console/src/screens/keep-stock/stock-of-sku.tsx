import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { getSku, listPositions } from "../../api/generated/sdk.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { useCan } from "../../api/session.ts";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Picture } from "../../ui/picture.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { StatTile, StatTiles } from "../../ui/stat-tile.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { AdjustStock } from "./adjust-stock.tsx";
import { ChannelAvailability } from "./channel-availability.tsx";
import { Derivation } from "./derivation.tsx";
import { Movements } from "./movements.tsx";
import { PositionTable } from "./position-table.tsx";
import classes from "./stock.module.css";

const route = getRouteApi("/signed-in/inventory/$sku");

/** One SKU: where it is, what can be promised from it, and every movement that made it so. */
export function StockOfSku() {
  const { t } = useTranslation();
  const can = useCan();
  const { sku: code } = route.useParams();
  const { location } = route.useSearch();
  const navigate = route.useNavigate();
  const [adjusting, setAdjusting] = useState(false);
  const {
    data: sku,
    error,
    refetch,
  } = useQuery({
    queryKey: ["skus", code],
    queryFn: async ({ signal }) => (await getSku({ path: { code }, signal })).data,
  });
  const { list, rows } = useCursorList(["positions", "of", code], (after, signal) =>
    listPositions({ query: { sku: code, after, limit: pageSize }, signal }),
  );
  const above = <Link to="/inventory">{t("stock.title")}</Link>;
  if (!sku) {
    return (
      <Page title={code} above={above}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  const sum = (part: "onHand" | "reserved" | "allocated" | "damaged" | "available" | "short") =>
    list.isPending ? undefined : rows.reduce((total, position) => total + position[part], 0);
  const short = sum("short");

  return (
    <Page
      title={sku.name}
      above={above}
      badges={!sku.active && <StatusBadge tone="stopped">{t("stock.inactive")}</StatusBadge>}
      facts={
        <>
          <span className="code">{sku.code}</span>
          {sku.gtin && <> · GTIN {sku.gtin}</>}
          {sku.productId && <> · {t("stock.productId", { id: sku.productId })}</>}
          {sku.categoryPath && <> · {sku.categoryPath}</>}
        </>
      }
      actions={can("inventory:write") && <Button onClick={() => setAdjusting(true)}>{t("stock.adjust")}</Button>}
    >
      <div className={classes.page}>
        <div className={classes.summary}>
          <Picture url={sku.imageUrl} size={76} />
          <StatTiles label={t("stock.totals")}>
            <StatTile label={t("stock.onHand")} value={sum("onHand")} />
            <StatTile label={t("stock.reserved")} value={sum("reserved")} />
            <StatTile label={t("stock.allocated")} value={sum("allocated")} />
            <StatTile label={t("stock.damaged")} value={sum("damaged")} />
            <StatTile label={t("stock.available")} value={sum("available")} />
            {short !== undefined && short > 0 && <StatTile label={t("stock.short")} value={short} tone="trouble" />}
          </StatTiles>
        </div>
        <div className={classes.columns}>
          <Panel title={t("stock.positions")} bleed>
            {list.isPending ? (
              <Loading />
            ) : rows.length === 0 ? (
              <Empty small title={t("stock.noPositions")}>
                {t("stock.noPositionsText")}
              </Empty>
            ) : (
              <PositionTable
                positions={rows}
                chosen={location}
                choose={(next) => void navigate({ search: { location: next }, replace: true })}
              />
            )}
          </Panel>
          <div className={classes.page}>
            <ChannelAvailability sku={code} />
            <Derivation sku={code} />
          </div>
        </div>
        <Movements sku={code} location={location} />
      </div>
      <AdjustStock
        sku={code}
        name={sku.name}
        positions={rows}
        location={location}
        opened={adjusting}
        close={() => setAdjusting(false)}
      />
    </Page>
  );
}
