import { Button } from "@mantine/core";
import { IconBarcode } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { listSkus } from "../../api/generated/sdk.gen.ts";
import type { Sku } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { useCan } from "../../api/session.ts";
import { CsvButton } from "../../ui/csv-button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import type { Filter } from "../../ui/filters.ts";
import { Page } from "../../ui/page.tsx";
import { Picture } from "../../ui/picture.tsx";
import { Empty } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import classes from "../card.module.css";
import { findCategories } from "../find-categories.ts";
import { formatWeight } from "./measures.ts";

const route = getRouteApi("/signed-in/catalog");

/** All SKUs, found by whatever stands on the label. */
export function Catalog() {
  const { t } = useTranslation();
  const can = useCan();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const columns = useColumns();
  const active = search.active === undefined ? undefined : search.active === "true";
  const { list, rows } = useCursorList(["skus", "list", search], (after, signal) =>
    listSkus({ query: { query: search.query, category: search.category, active, after, limit: pageSize }, signal }),
  );
  const filters = useMemo<Filter[]>(
    () => [
      { kind: "lookup", name: "category", label: t("sku.category"), find: findCategories, nameOf: (path) => path },
      {
        kind: "choice",
        name: "active",
        label: t("sku.state"),
        options: [
          { value: "true", label: t("sku.active") },
          { value: "false", label: t("sku.inactive") },
        ],
      },
    ],
    [t],
  );
  const isFiltered = Object.keys(search).length > 0;
  return (
    <Page
      title={t("sku.listTitle")}
      layout="fill"
      actions={
        <>
          {can("imports:write") && (
            <Button
              variant="default"
              renderRoot={(root) => <Link {...root} to="/imports" search={{ upload: "skus" }} />}
            >
              {t("sku.import")}
            </Button>
          )}
          <CsvButton href={`/v1/skus.csv?${new URLSearchParams(search)}`} fileName="skus.csv" />
          {can("catalog:write") && (
            <Button renderRoot={(root) => <Link {...root} to="/new/sku" />}>{t("sku.newTitle")}</Button>
          )}
        </>
      }
    >
      <FilterBar
        search={{ name: "query", label: t("sku.search") }}
        filters={filters}
        values={search}
        change={(patch) => void navigate({ search: (before) => ({ ...before, ...patch }), replace: true })}
      />
      <DataTable<Sku>
        name="skus"
        label={t("sku.listTitle")}
        columns={columns}
        rows={rows}
        rowId={(sku) => sku.code}
        list={list}
        open={(sku) => ({ to: "/catalog/$code", params: { code: sku.code } })}
        card={(sku) => <SkuCard sku={sku} />}
        empty={
          <Empty
            title={isFiltered ? t("sku.noneFound") : t("sku.none")}
            icon={<IconBarcode size={26} stroke={1.4} aria-hidden="true" />}
            action={
              isFiltered && (
                <Button variant="default" onClick={() => void navigate({ search: {} })}>
                  {t("ui.clearFilters")}
                </Button>
              )
            }
          >
            {!isFiltered && t("sku.noneText")}
          </Empty>
        }
      />
    </Page>
  );
}

export function SkuState({ active }: { active: boolean }) {
  const { t } = useTranslation();
  return active ? (
    <StatusBadge tone="ready">{t("sku.active")}</StatusBadge>
  ) : (
    <StatusBadge tone="stopped">{t("sku.inactive")}</StatusBadge>
  );
}

function useColumns(): readonly TableColumn<Sku>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "name",
        header: t("sku.name"),
        fixed: true,
        cell: (sku) => (
          <span
            style={{ display: "inline-flex", verticalAlign: "middle", alignItems: "center", gap: 10, maxWidth: "100%" }}
          >
            <Picture url={sku.imageUrl} size={26} />
            <span className="truncate">{sku.name}</span>
          </span>
        ),
      },
      { id: "code", header: t("sku.code"), width: 200, cell: (sku) => <span className="code">{sku.code}</span> },
      { id: "category", header: t("sku.category"), width: 230, cell: (sku) => sku.categoryPath },
      { id: "gtin", header: "GTIN", width: 140, cell: (sku) => sku.gtin && <span className="code">{sku.gtin}</span> },
      { id: "active", header: t("sku.state"), width: 120, cell: (sku) => <SkuState active={sku.active} /> },
      {
        id: "weight",
        header: t("sku.weight"),
        width: 100,
        numeric: true,
        cell: (sku) => sku.weightGrams !== null && formatWeight(sku.weightGrams),
      },
      { id: "product", header: t("sku.product"), width: 160, optional: true, cell: (sku) => sku.productId },
      { id: "origin", header: t("sku.origin"), width: 90, optional: true, cell: (sku) => sku.originCountry },
    ],
    [t],
  );
}

function SkuCard({ sku }: { sku: Sku }) {
  return (
    <span className={classes.card}>
      <span className={classes.line}>
        <Picture url={sku.imageUrl} size={40} />
        <span style={{ minWidth: 0, flex: 1 }}>
          <strong className="truncate" style={{ display: "block" }}>
            {sku.name}
          </strong>
          <span className="soft truncate" style={{ display: "block" }}>
            <span className="code">{sku.code}</span>
            {sku.categoryPath && <> · {sku.categoryPath}</>}
          </span>
        </span>
        {!sku.active && (
          <span className={classes.end}>
            <SkuState active={false} />
          </span>
        )}
      </span>
    </span>
  );
}
