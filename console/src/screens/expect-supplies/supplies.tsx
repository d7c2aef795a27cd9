import { IconTruckDelivery } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { listSupplies } from "../../api/generated/sdk.gen.ts";
import type { ListedSupply } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import type { Filter } from "../../ui/filters.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { locationFilter, useLocationNames } from "../places.tsx";
import { StockTabs } from "../stock-tabs.tsx";
import { SupplyCard } from "./supply-card.tsx";
import { useSupplyColumns } from "./supply-columns.tsx";

const route = getRouteApi("/signed-in/supplies");

const states = ["late", "awaited", "ended"] as const;
export const supplyKinds = ["purchase_order", "asn", "transfer", "return"] as const;

function oneOf<Value extends string>(values: readonly Value[], text: string | undefined): Value | undefined {
  return values.find((value) => value === text);
}

/** What is expected, along its days: what is late stands first (I14). */
export function Supplies() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const nameOf = useLocationNames();
  const columns = useSupplyColumns();
  const { list, rows } = useCursorList(["supplies", search], (after, signal) =>
    listSupplies({
      query: {
        ...search,
        state: oneOf(states, search.state),
        kind: oneOf(supplyKinds, search.kind),
        after,
        limit: pageSize,
      },
      signal,
    }),
  );
  const filters = useMemo<Filter[]>(
    () => [
      {
        kind: "choice",
        name: "state",
        label: t("supply.state"),
        options: states.map((value) => ({ value, label: t(`supply.states.${value}`) })),
      },
      { kind: "dates", from: "dueFrom", to: "dueUntil", label: t("supply.expectedOn") },
      locationFilter(t("stock.location"), nameOf),
      {
        kind: "choice",
        name: "kind",
        label: t("supply.kind"),
        options: supplyKinds.map((value) => ({ value, label: t(`supply.kinds.${value}`) })),
      },
      { kind: "text", name: "reference", label: t("supply.reference"), placeholder: "PO-4711" },
    ],
    [t, nameOf],
  );
  return (
    <Page title={t("supply.title")} layout="fill">
      <StockTabs />
      <FilterBar
        search={{ name: "sku", label: t("supply.search") }}
        filters={filters}
        values={search}
        change={(patch) => void navigate({ search: (before) => ({ ...before, ...patch }), replace: true })}
      />
      <DataTable<ListedSupply>
        name="supplies"
        label={t("supply.title")}
        columns={columns}
        rows={rows}
        rowId={(supply) => supply.id}
        list={list}
        open={(supply) => ({ to: "/supplies/$supplyId", params: { supplyId: supply.id } })}
        card={(supply) => <SupplyCard supply={supply} />}
        empty={
          <Empty title={t("supply.none")} icon={<IconTruckDelivery size={26} stroke={1.4} aria-hidden="true" />}>
            {t("supply.noneText")}
          </Empty>
        }
      />
    </Page>
  );
}
