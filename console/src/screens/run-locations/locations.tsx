import { Button } from "@mantine/core";
import { IconBuildingStore } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { listLocations } from "../../api/generated/sdk.gen.ts";
import type { Location } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { useCan } from "../../api/session.ts";
import { CsvButton } from "../../ui/csv-button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import type { Filter } from "../../ui/filters.ts";
import { formatCount } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import classes from "../card.module.css";
import { useBacklog } from "./backlog.ts";
import { LoadMeter } from "./load-meter.tsx";

const route = getRouteApi("/signed-in/locations");
export const types = ["warehouse", "store", "3pl", "vendor", "virtual"] as const;

export function Locations() {
  const { t } = useTranslation();
  const can = useCan();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const columns = useColumns();
  const { list, rows } = useCursorList(["locations", search], (after, signal) =>
    listLocations({
      query: { query: search.query, type: isType(search.type) ? search.type : undefined, after, limit: pageSize },
      signal,
    }),
  );
  const filters = useMemo<Filter[]>(
    () => [
      {
        kind: "choice",
        name: "type",
        label: t("location.type"),
        options: types.map((value) => ({ value, label: t(`location.types.${value}`) })),
      },
    ],
    [t],
  );
  return (
    <Page
      title={t("location.listTitle")}
      layout="fill"
      actions={
        <>
          {can("imports:write") && (
            <Button
              variant="default"
              renderRoot={(root) => <Link {...root} to="/imports" search={{ upload: "locations" }} />}
            >
              {t("location.import")}
            </Button>
          )}
          <CsvButton href="/v1/locations.csv" fileName="locations.csv" />
          {can("network:write") && (
            <Button renderRoot={(root) => <Link {...root} to="/new/location" />}>{t("location.newTitle")}</Button>
          )}
        </>
      }
    >
      <FilterBar
        search={{ name: "query", label: t("location.search") }}
        filters={filters}
        values={search}
        change={(patch) => void navigate({ search: (before) => ({ ...before, ...patch }), replace: true })}
      />
      <DataTable<Location>
        name="locations"
        label={t("location.listTitle")}
        columns={columns}
        rows={rows}
        rowId={(location) => location.code}
        list={list}
        open={(location) => ({ to: "/locations/$code", params: { code: location.code } })}
        card={(location) => <LocationCard location={location} />}
        empty={
          <Empty title={t("location.none")} icon={<IconBuildingStore size={26} stroke={1.4} aria-hidden="true" />} />
        }
      />
    </Page>
  );
}

export function isType(text: string | undefined): text is (typeof types)[number] {
  return types.some((type) => type === text);
}

export function TypeText({ type }: { type: string }) {
  const { t } = useTranslation();
  return isType(type) ? t(`location.types.${type}`) : type;
}

function ActiveBadge({ active }: { active: boolean }) {
  const { t } = useTranslation();
  return active ? (
    <StatusBadge tone="ready">{t("location.active")}</StatusBadge>
  ) : (
    <StatusBadge tone="stopped">{t("location.paused")}</StatusBadge>
  );
}

function useColumns(): readonly TableColumn<Location>[] {
  const { t } = useTranslation();
  const backlogOf = useBacklog();
  return useMemo(
    () => [
      { id: "name", header: t("location.name"), width: 260, fixed: true, cell: (location) => location.name },
      {
        id: "active",
        header: t("location.state"),
        width: 120,
        cell: (location) => <ActiveBadge active={location.active} />,
      },
      { id: "type", header: t("location.type"), width: 130, cell: (location) => <TypeText type={location.type} /> },
      { id: "city", header: t("location.city"), cell: (location) => location.address.city },
      {
        id: "open",
        header: t("location.open"),
        width: 108,
        numeric: true,
        cell: (location) => formatCount(backlogOf(location.code)?.open ?? 0),
      },
      {
        id: "late",
        header: t("location.late"),
        width: 100,
        numeric: true,
        cell: (location) => {
          const late = backlogOf(location.code)?.late ?? 0;
          return late > 0 ? (
            <StatusBadge tone="trouble">{formatCount(late)}</StatusBadge>
          ) : (
            <span className="faint">0</span>
          );
        },
      },
      {
        id: "load",
        header: t("location.load"),
        width: 236,
        cell: (location) => <LoadMeter location={location} backlog={backlogOf(location.code)} />,
      },
      {
        id: "code",
        header: t("location.code"),
        width: 150,
        optional: true,
        cell: (location) => <span className="code">{location.code}</span>,
      },
      {
        id: "groups",
        header: t("location.groups"),
        width: 160,
        optional: true,
        cell: (location) => location.groups.join(", "),
      },
    ],
    [t, backlogOf],
  );
}

function LocationCard({ location }: { location: Location }) {
  const { t } = useTranslation();
  const backlog = useBacklog()(location.code);
  return (
    <span className={classes.card}>
      <span className={classes.line}>
        <strong className="truncate">{location.name}</strong>
        <span className={classes.end}>
          <ActiveBadge active={location.active} />
        </span>
      </span>
      <span className={classes.line}>
        <span className="soft">
          <TypeText type={location.type} />
          {location.address.city && <> · {location.address.city}</>}
        </span>
        <span className={`${classes.end} faint`}>{t("location.openCount", { count: backlog?.open ?? 0 })}</span>
      </span>
    </span>
  );
}
