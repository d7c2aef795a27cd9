import { SegmentedControl } from "@mantine/core";
import { IconPackage } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { listFulfillmentOrders } from "../../api/generated/sdk.gen.ts";
import type { FulfillmentOrder } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { useSession } from "../../api/session.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import type { Filter } from "../../ui/filters.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { locationFilter, useLocationNames } from "../places.tsx";
import { useWorkColumns } from "./work-columns.tsx";
import { WorkCard } from "./work-card.tsx";
import { isStage, stages, type Stage } from "./work-stages.ts";

/** Today counts as stuck what has not moved for so long. */
const stuckAfterMs = 86_400_000;
const route = getRouteApi("/signed-in/fulfillment");

/** The work of a location, the most urgent first: a table at a desk, cards in a hand. */
export function WorkList() {
  const { t } = useTranslation();
  const { locationCodes } = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const nameOf = useLocationNames();
  const columns = useWorkColumns();
  const stage: Stage = isStage(search.status) ? search.status : "open";
  const { unchanged, ...query } = search;
  const { list, rows } = useCursorList(["fulfillment-orders", search], (after, signal) =>
    listFulfillmentOrders({
      query: {
        ...query,
        // The link says "now"; which moment that is, is decided when the list is read.
        dueBefore: search.dueBefore === "now" ? new Date().toISOString() : search.dueBefore,
        unchangedSince: unchanged && new Date(Date.now() - stuckAfterMs).toISOString(),
        status: stages[stage].join(","),
        after,
        limit: pageSize,
      },
      signal,
    }),
  );
  const single = locationCodes?.length === 1 ? locationCodes[0] : undefined;
  const filters = useMemo<Filter[]>(
    () => [
      ...(single ? [] : [locationFilter(t("work.location"), nameOf)]),
      {
        kind: "choice",
        name: "dueBefore",
        label: t("work.timing"),
        options: [{ value: "now", label: t("work.late") }],
      },
      {
        kind: "choice",
        name: "unchanged",
        label: t("work.movement"),
        options: [{ value: "day", label: t("work.stuck") }],
      },
    ],
    [single, t, nameOf],
  );

  return (
    <Page title={single ? nameOf(single) : t("work.title")} layout="fill">
      <FilterBar
        search={{ name: "query", label: t("work.search") }}
        filters={filters}
        values={search}
        change={(patch) => void navigate({ search: (before) => ({ ...before, ...patch }), replace: true })}
        lead={
          <SegmentedControl
            size="xs"
            aria-label={t("work.stage")}
            value={stage}
            onChange={(status) => void navigate({ search: (before) => ({ ...before, status }), replace: true })}
            data={Object.keys(stages)
              .filter(isStage)
              .map((value) => ({ value, label: t(`work.stages.${value}`) }))}
          />
        }
      />
      <DataTable<FulfillmentOrder>
        name="fulfillment"
        label={t("work.title")}
        columns={columns}
        rows={rows}
        rowId={(work) => work.id}
        list={list}
        open={(work) => ({ to: "/fulfillment/$fulfillmentOrderId", params: { fulfillmentOrderId: work.id } })}
        card={(work) => <WorkCard work={work} />}
        empty={
          <Empty title={t("work.none")} icon={<IconPackage size={26} stroke={1.4} aria-hidden="true" />}>
            {t("work.noneText")}
          </Empty>
        }
      />
    </Page>
  );
}
