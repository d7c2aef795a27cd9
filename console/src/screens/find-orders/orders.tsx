import { Button } from "@mantine/core";
import { IconReceipt2 } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { listOrders } from "../../api/generated/sdk.gen.ts";
import type { OrderSummary } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { useCan } from "../../api/session.ts";
import { CsvButton } from "../../ui/csv-button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { OrderCard } from "./order-card.tsx";
import { parametersOf, queryOf, useOrderFilters } from "./order-filters.ts";
import { useOrderColumns } from "./order-columns.tsx";

const BeginMassAction = lazy(() => import("../act-on-orders/begin-mass-action.tsx"));
const CancelSelected = lazy(() => import("./cancel-selected.tsx"));

const route = getRouteApi("/signed-in/orders");

export function Orders() {
  const { t } = useTranslation();
  const can = useCan();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filters = useOrderFilters();
  const columns = useOrderColumns();
  const query = useMemo(() => queryOf(search), [search]);
  const { list, rows } = useCursorList(["orders", query], (after, signal) =>
    listOrders({ query: { ...query, after, limit: pageSize }, signal }),
  );
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [acting, setActing] = useState<"never" | "open" | "closed">("never");
  const isFiltered = Object.keys(search).length > 0;

  return (
    <Page
      title={t("orders.title")}
      layout="fill"
      actions={
        <>
          {can("orders:export") && <CsvButton href={`/v1/orders.csv?${parametersOf(query)}`} fileName="orders.csv" />}
          {can("orders:hold") && (
            <>
              <Button variant="subtle" visibleFrom="sm" renderRoot={(root) => <Link {...root} to="/mass-actions" />}>
                {t("mass.title")}
              </Button>
              {rows.length > 0 && (
                <Button variant="default" visibleFrom="sm" onClick={() => setActing("open")}>
                  {t("mass.begin")}
                </Button>
              )}
            </>
          )}
          {can("orders:write") && can("catalog:read") && (
            <Button renderRoot={(root) => <Link {...root} to="/new/order" />}>{t("take.title")}</Button>
          )}
        </>
      }
    >
      <FilterBar
        search={{ name: "query", label: t("orders.search") }}
        filters={filters}
        values={search}
        change={(patch) => void navigate({ search: (before) => ({ ...before, ...patch }), replace: true })}
      />
      <DataTable<OrderSummary>
        name="orders"
        label={t("orders.title")}
        columns={columns}
        rows={rows}
        rowId={(order) => order.id}
        list={list}
        open={(order) => ({ to: "/orders/$orderId", params: { orderId: order.id } })}
        card={(order) => <OrderCard order={order} />}
        selection={can("orders:cancel") ? { ids: selected, change: setSelected } : undefined}
        foot={
          selected.size > 0 && (
            <Suspense>
              <CancelSelected ids={selected} done={() => setSelected(new Set())} />
            </Suspense>
          )
        }
        empty={
          <Empty
            title={isFiltered ? t("orders.noneFound") : t("orders.none")}
            icon={<IconReceipt2 size={26} stroke={1.4} aria-hidden="true" />}
            action={
              isFiltered && (
                <Button variant="default" onClick={() => void navigate({ search: {} })}>
                  {t("ui.clearFilters")}
                </Button>
              )
            }
          >
            {isFiltered ? t("orders.noneFoundText") : t("orders.noneText")}
          </Empty>
        }
      />
      {acting !== "never" && (
        <Suspense>
          <BeginMassAction filter={query} opened={acting === "open"} close={() => setActing("closed")} />
        </Suspense>
      )}
    </Page>
  );
}
