import { Button } from "@mantine/core";
import { IconShoppingCartCheck } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { listSupplyRequests } from "../../api/generated/sdk.gen.ts";
import type { SupplyRequest } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { useCan } from "../../api/session.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import { formatCount } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Picture } from "../../ui/picture.tsx";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import classes from "../card.module.css";
import { StockTabs } from "../stock-tabs.tsx";
import { AnnounceSupply } from "./announce-supply.tsx";

const route = getRouteApi("/signed-in/supply-requests");

/** What orders wait for and nothing is to come of: a buyer orders it and announces it here (I14). */
export function SupplyRequests() {
  const { t } = useTranslation();
  const can = useCan();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [announcing, setAnnouncing] = useState<SupplyRequest | null>(null);
  const [open, setOpen] = useState(false);
  const { list, rows } = useCursorList(["supply-requests", search], (after, signal) =>
    listSupplyRequests({ query: { ...search, after, limit: pageSize }, signal }),
  );
  const mayWrite = can("supply:write");
  const columns = useMemo<readonly TableColumn<SupplyRequest>[]>(() => {
    const announce: TableColumn<SupplyRequest> = {
      id: "announce",
      header: "",
      width: 190,
      cell: (request) => (
        <Button
          size="compact-sm"
          variant="default"
          onClick={(event) => {
            event.preventDefault();
            setAnnouncing(request);
            setOpen(true);
          }}
        >
          {t("supplyRequest.announce")}
        </Button>
      ),
    };
    return [
      {
        id: "name",
        header: t("stock.product"),
        fixed: true,
        cell: ({ imageUrl, name }) => (
          <span style={{ display: "inline-flex", alignItems: "center", gap: 8, maxWidth: "100%" }}>
            <Picture url={imageUrl} size={26} />
            <span className="truncate">{name}</span>
          </span>
        ),
      },
      { id: "sku", header: t("stock.sku"), width: 190, cell: ({ sku }) => sku },
      {
        id: "quantity",
        header: t("supplyRequest.quantity"),
        width: 110,
        numeric: true,
        cell: ({ quantity }) => <strong>{formatCount(quantity)}</strong>,
      },
      {
        id: "orders",
        header: t("supplyRequest.orders"),
        width: 100,
        numeric: true,
        cell: ({ orders }) => formatCount(orders),
      },
      {
        id: "waitsSince",
        header: t("supplyRequest.waitsSince"),
        width: 150,
        cell: ({ waitsSince }) => <DateTime at={waitsSince} />,
      },
      ...(mayWrite ? [announce] : []),
    ];
  }, [t, mayWrite]);
  return (
    <Page title={t("supplyRequest.title")} layout="fill">
      <StockTabs />
      <FilterBar
        search={{ name: "sku", label: t("supply.search") }}
        filters={[]}
        values={search}
        change={(patch) => void navigate({ search: (before) => ({ ...before, ...patch }), replace: true })}
      />
      <DataTable<SupplyRequest>
        name="supply-requests"
        label={t("supplyRequest.title")}
        columns={columns}
        rows={rows}
        rowId={({ id }) => id}
        list={list}
        open={({ sku }) => ({ to: "/inventory/$sku", params: { sku } })}
        card={(request) => <RequestCard request={request} />}
        empty={
          <Empty
            title={t("supplyRequest.none")}
            icon={<IconShoppingCartCheck size={26} stroke={1.4} aria-hidden="true" />}
          >
            {t("supplyRequest.noneText")}
          </Empty>
        }
      />
      {announcing && (
        <AnnounceSupply key={announcing.id} request={announcing} opened={open} close={() => setOpen(false)} />
      )}
    </Page>
  );
}

function RequestCard({ request: { imageUrl, name, sku, quantity, orders } }: { request: SupplyRequest }) {
  const { t } = useTranslation();
  return (
    <span className={classes.line} style={{ gap: 12 }}>
      <Picture url={imageUrl} size={44} />
      <span className={classes.card} style={{ flex: 1, minWidth: 0 }}>
        <strong className="truncate">{name}</strong>
        <span className={classes.line}>
          <span className="truncate soft">{sku}</span>
          <span className={classes.end}>
            {t("supplyRequest.unitsOfOrders", { units: formatCount(quantity), count: orders })}
          </span>
        </span>
      </span>
    </span>
  );
}
