import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { getSupply } from "../../api/generated/sdk.gen.ts";
import { useCan } from "../../api/session.ts";
import { Page } from "../../ui/page.tsx";
import { Picture } from "../../ui/picture.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatTile, StatTiles } from "../../ui/stat-tile.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import stock from "../keep-stock/stock.module.css";
import { LocationLink } from "../places.tsx";
import { ChangeSupply } from "./change-supply.tsx";
import { LocalDay } from "./local-day.tsx";
import { ReceiveSupply } from "./receive-supply.tsx";
import { SupplyHistory } from "./supply-history.tsx";
import { WhoWaits } from "./who-waits.tsx";

const route = getRouteApi("/signed-in/supplies/$supplyId");

/** One expected receipt: what is to come, who waits for it, and what became of it so far. */
export function SupplyPage() {
  const { t } = useTranslation();
  const can = useCan();
  const { supplyId } = route.useParams();
  const [doing, setDoing] = useState<"receive" | "change" | null>(null);
  const {
    data: supply,
    error,
    refetch,
  } = useQuery({
    queryKey: ["supplies", "one", supplyId],
    queryFn: async ({ signal }) => (await getSupply({ path: { id: supplyId }, signal })).data,
  });
  const above = <Link to="/supplies">{t("supply.title")}</Link>;
  if (!supply) {
    return (
      <Page title={t("supply.one")} above={above}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  const mayWrite = can("supply:write");
  return (
    <Page
      title={`${supply.reference} · ${supply.line}`}
      above={above}
      badges={
        <>
          {supply.late && <StatusBadge tone="trouble">{t("supply.late")}</StatusBadge>}
          {supply.due === 0 && <StatusBadge tone="done">{t("supply.ended")}</StatusBadge>}
        </>
      }
      facts={
        <>
          {t(`supply.kinds.${supply.kind}`)} ·{" "}
          <Link to="/inventory/$sku" params={{ sku: supply.sku }}>
            {supply.name}
          </Link>{" "}
          · <LocationLink code={supply.location} /> · {t("supply.expectedOn")} <LocalDay day={supply.expectedOn} />
          {supply.supplier && <> · {supply.supplier}</>}
        </>
      }
      actions={
        mayWrite && (
          <>
            <Button variant="default" onClick={() => setDoing("change")}>
              {t("supply.change")}
            </Button>
            <Button onClick={() => setDoing("receive")}>{t("supply.receive")}</Button>
          </>
        )
      }
    >
      <div className={stock.page}>
        <div className={stock.summary}>
          <Picture url={supply.imageUrl} size={76} />
          <StatTiles label={t("supply.counters")}>
            <StatTile label={t("supply.quantity")} value={supply.quantity} />
            <StatTile label={t("supply.received")} value={supply.received} />
            <StatTile label={t("supply.cancelled")} value={supply.cancelled} />
            <StatTile label={t("supply.due")} value={supply.due} />
            <StatTile label={t("supply.promised")} value={supply.promised} />
            <StatTile label={t("supply.promisable")} value={supply.promisable} />
          </StatTiles>
        </div>
        {can("orders:read") && <WhoWaits supplyId={supplyId} />}
        <SupplyHistory history={supply.history} />
      </div>
      <ReceiveSupply supply={supply} opened={doing === "receive"} close={() => setDoing(null)} />
      <ChangeSupply key={supply.version} supply={supply} opened={doing === "change"} close={() => setDoing(null)} />
    </Page>
  );
}
