import { Button } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { listExceptions, resolveException } from "../../api/generated/sdk.gen.ts";
import type { ProcessException } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import type { Filter } from "../../ui/filters.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import classes from "../card.module.css";
import { humanize } from "../humanize.ts";

const route = getRouteApi("/signed-in/exceptions");

/** Everything that does not go on by itself, each with its reason, its owner and its deadline (W7). */
export function Exceptions() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [resolving, setResolving] = useState<ProcessException>();
  const columns = useColumns(setResolving);
  const { list, rows } = useCursorList(["exceptions", search], (after, signal) =>
    listExceptions({
      query: {
        kind: search.kind,
        open: search.open !== "false",
        overdue: search.overdue === "true" ? true : undefined,
        after,
        limit: pageSize,
      },
      signal,
    }),
  );
  const filters = useMemo<Filter[]>(
    () => [
      { kind: "text", name: "kind", label: t("exception.kind") },
      {
        kind: "choice",
        name: "overdue",
        label: t("exception.timing"),
        options: [{ value: "true", label: t("exception.overdue") }],
      },
      {
        kind: "choice",
        name: "open",
        label: t("exception.state"),
        options: [{ value: "false", label: t("exception.closed") }],
      },
    ],
    [t],
  );
  return (
    <Page title={t("exception.title")} layout="fill">
      <FilterBar
        filters={filters}
        values={search}
        change={(patch) => void navigate({ search: (before) => ({ ...before, ...patch }), replace: true })}
      />
      <DataTable<ProcessException>
        name="exceptions"
        label={t("exception.title")}
        columns={columns}
        rows={rows}
        rowId={(exception) => exception.id}
        list={list}
        card={(exception) => <ExceptionCard exception={exception} />}
        empty={
          <Empty title={t("exception.none")} icon={<IconCircleCheck size={26} stroke={1.4} aria-hidden="true" />}>
            {t("exception.noneText")}
          </Empty>
        }
      />
      {resolving && <Resolve exception={resolving} close={() => setResolving(undefined)} />}
    </Page>
  );
}

function DueBadge({ exception }: { exception: ProcessException }) {
  if (exception.closedAt) return <DateTime at={exception.closedAt} />;
  return exception.overdue ? (
    <StatusBadge tone="trouble">
      <DateTime at={exception.dueAt} />
    </StatusBadge>
  ) : (
    <DateTime at={exception.dueAt} />
  );
}

/** Where the fix is: the page of what is in trouble. */
function EntityLink({ exception: { entityType, entityId, details } }: { exception: ProcessException }) {
  const { t } = useTranslation();
  const orderId = entityType === "shipment" ? details["orderId"] : entityType === "order" ? entityId : undefined;
  if (typeof orderId === "string")
    return (
      <Link to="/orders/$orderId" params={{ orderId }}>
        {t("exception.openOrder")}
      </Link>
    );
  switch (entityType) {
    case "fulfillmentOrder":
      return (
        <Link to="/fulfillment/$fulfillmentOrderId" params={{ fulfillmentOrderId: entityId }}>
          {t("exception.openWork")}
        </Link>
      );
    case "location":
      return (
        <Link to="/locations/$code" params={{ code: entityId }}>
          {t("exception.openLocation")}
        </Link>
      );
    case "webhook":
      return (
        <Link to="/connections/$webhookId" params={{ webhookId: entityId }}>
          {t("exception.openConnection")}
        </Link>
      );
    case "job":
      return <Link to="/jobs">{t("exception.openJobs")}</Link>;
    default:
      return (
        <span className="soft">
          {entityType} {entityId}
        </span>
      );
  }
}

function useColumns(resolve: (exception: ProcessException) => void): readonly TableColumn<ProcessException>[] {
  const { t } = useTranslation();
  const can = useCan();
  const mayResolve = can("tasks:write");
  return useMemo(
    () => [
      {
        id: "kind",
        header: t("exception.kind"),
        width: 150,
        fixed: true,
        cell: (exception) => humanize(exception.kind),
      },
      { id: "reason", header: t("exception.reason"), wrap: true, cell: (exception) => exception.reason },
      { id: "nextAction", header: t("exception.nextAction"), wrap: true, cell: (exception) => exception.nextAction },
      {
        id: "entity",
        header: t("exception.entity"),
        width: 120,
        cell: (exception) => <EntityLink exception={exception} />,
      },
      { id: "owner", header: t("exception.owner"), width: 146, cell: (exception) => exception.ownerTeam },
      { id: "due", header: t("exception.due"), width: 124, cell: (exception) => <DueBadge exception={exception} /> },
      {
        id: "opened",
        header: t("exception.opened"),
        width: 120,
        optional: true,
        cell: (exception) => <DateTime at={exception.openedAt} />,
      },
      {
        id: "resolve",
        header: t("exception.action"),
        width: 130,
        fixed: true,
        cell: (exception) =>
          mayResolve &&
          !exception.closedAt && (
            <Button size="compact-xs" variant="default" onClick={() => resolve(exception)}>
              {t("exception.resolve")}
            </Button>
          ),
      },
    ],
    [t, mayResolve, resolve],
  );
}

function ExceptionCard({ exception }: { exception: ProcessException }) {
  return (
    <span className={classes.card}>
      <span className={classes.line}>
        <strong>{humanize(exception.kind)}</strong>
        <span className={classes.end}>
          <DueBadge exception={exception} />
        </span>
      </span>
      <span>{exception.reason}</span>
      <span className="soft">{exception.nextAction}</span>
      <span className={classes.line}>
        <EntityLink exception={exception} />
        <span className={`${classes.end} faint`}>{exception.ownerTeam}</span>
      </span>
    </span>
  );
}

function Resolve({ exception, close }: { exception: ProcessException; close: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return (
    <ConfirmAction
      opened
      onClose={close}
      title={t("exception.resolveTitle", { kind: humanize(exception.kind) })}
      verb={t("exception.resolve")}
      withNote
      run={async ({ note }) => {
        await resolveException({
          path: { id: exception.id },
          body: { resolution: note || t("exception.resolvedByHand") },
        });
        await Promise.all(["exceptions", "today"].map((word) => queries.invalidateQueries({ queryKey: [word] })));
      }}
    >
      <p style={{ margin: 0 }}>{exception.reason}</p>
      <p className="soft" style={{ margin: 0 }}>
        {exception.nextAction}
      </p>
    </ConfirmAction>
  );
}
