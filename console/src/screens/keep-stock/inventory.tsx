import { IconBuildingWarehouse } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { listPositions } from "../../api/generated/sdk.gen.ts";
import type { Position } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { CsvButton } from "../../ui/csv-button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import type { Filter } from "../../ui/filters.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { StockTabs } from "../stock-tabs.tsx";
import { locationFilter, useLocationNames } from "../places.tsx";
import { PositionCard } from "./position-card.tsx";
import { usePositionColumns } from "./position-columns.tsx";
import { findCategories } from "../find-categories.ts";

const route = getRouteApi("/signed-in/inventory");

const states = ["short", "out", "damaged"] as const;

function stateOf(text: string | undefined): (typeof states)[number] | undefined {
  return states.find((state) => state === text);
}

/** All positions, found by whatever stands on the label: SKU, product ID, name or GTIN (I15). */
export function Inventory() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const nameOf = useLocationNames();
  const columns = usePositionColumns();
  const { list, rows } = useCursorList(["positions", search], (after, signal) =>
    listPositions({ query: { ...search, state: stateOf(search.state), after, limit: pageSize }, signal }),
  );
  const filters = useMemo<Filter[]>(
    () => [
      locationFilter(t("stock.location"), nameOf),
      { kind: "lookup", name: "category", label: t("stock.category"), find: findCategories, nameOf: (path) => path },
      {
        kind: "choice",
        name: "state",
        label: t("stock.state"),
        options: states.map((value) => ({ value, label: t(`stock.states.${value}`) })),
      },
    ],
    [t, nameOf],
  );
  return (
    <Page
      title={t("stock.title")}
      layout="fill"
      actions={<CsvButton href={`/v1/positions.csv?${new URLSearchParams(search)}`} fileName="positions.csv" />}
    >
      <StockTabs />
      <FilterBar
        search={{ name: "query", label: t("stock.search") }}
        filters={filters}
        values={search}
        change={(patch) => void navigate({ search: (before) => ({ ...before, ...patch }), replace: true })}
      />
      <DataTable<Position>
        name="positions"
        label={t("stock.title")}
        columns={columns}
        rows={rows}
        rowId={(position) => `${position.sku} ${position.location}`}
        list={list}
        open={(position) => ({
          to: "/inventory/$sku",
          params: { sku: position.sku },
          search: { location: position.location },
        })}
        card={(position) => <PositionCard position={position} />}
        empty={
          <Empty title={t("stock.none")} icon={<IconBuildingWarehouse size={26} stroke={1.4} aria-hidden="true" />}>
            {t("stock.noneText")}
          </Empty>
        }
      />
    </Page>
  );
}
