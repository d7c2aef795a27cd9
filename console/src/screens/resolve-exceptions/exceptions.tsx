import { Button } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { listExceptions } from "../../api/generated/sdk.gen.ts";
import type { ProcessException } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { serverText } from "../../api/server-text.ts";
import { useCan } from "../../api/session.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import type { Filter } from "../../ui/filters.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import classes from "../card.module.css";
import { useTeamName, useTeamOptions } from "../team-fields.tsx";
import { ActOnExceptions } from "./act-on-exceptions.tsx";
import { useKindText } from "./kinds.ts";

const route = getRouteApi("/signed-in/exceptions");
const nobody: ReadonlySet<string> = new Set();

/** Everything that does not go on by itself, each with its reason, its owner and its deadline (W7). */
export function Exceptions() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const [selected, setSelected] = useState(nobody);
  const columns = useColumns();
  const teams = useTeamOptions();
  const { list, rows } = useCursorList(["exceptions", search], (after, signal) =>
    listExceptions({
      query: {
        kind: search.kind,
        open: search.open !== "false",
        overdue: search.overdue === "true" ? true : undefined,
        ...(search.owner === "own" ? { ownTeams: true } : { ownerTeam: search.owner }),
        after,
        limit: pageSize,
      },
      signal,
    }),
  );
  // What was dealt with meanwhile, here or by somebody else, is no longer selected.
  const chosen = rows.filter(({ id }) => selected.has(id));
  const own = useMemo(() => ({ value: "own", label: t("team.own") }), [t]);
  const filters = useMemo<Filter[]>(
    () => [
      { kind: "text", name: "kind", label: t("exception.kind") },
      { kind: "choice", name: "owner", label: t("exception.owner"), options: [own, ...teams] },
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
    [t, teams, own],
  );
  return (
    <Page
      title={t("exception.title")}
      layout="fill"
      actions={
        can("documents:read") && (
          <Button variant="default" renderRoot={(root) => <Link {...root} to="/exception-levels" />}>
            {t("levels.title")}
          </Button>
        )
      }
    >
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
        selection={can("tasks:write") && search.open !== "false" ? { ids: selected, change: setSelected } : undefined}
        foot={<ActOnExceptions exceptions={chosen} done={() => setSelected(nobody)} />}
        empty={
          <Empty title={t("exception.none")} icon={<IconCircleCheck size={26} stroke={1.4} aria-hidden="true" />}>
            {t("exception.noneText")}
          </Empty>
        }
      />
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

function KindName({ kind }: { kind: string }) {
  const kindText = useKindText();
  return kindText(kind);
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
    case "supply":
      return (
        <Link to="/supplies/$supplyId" params={{ supplyId: entityId }}>
          {t("exception.openSupply")}
        </Link>
      );
    case "webhook":
      return (
        <Link to="/connections/$webhookId" params={{ webhookId: entityId }}>
          {t("exception.openConnection")}
        </Link>
      );
    case "massAction":
      return (
        <Link to="/mass-actions/$massActionId" params={{ massActionId: entityId }}>
          {t("exception.openMassAction")}
        </Link>
      );
    case "job":
      return <JobLink id={entityId} job={String(details["job"])} />;
    default:
      return (
        <span className="soft">
          {entityType} {entityId}
        </span>
      );
  }
}

/** A delivery and a message have the ID of their job. */
function JobLink({ id, job }: { id: string; job: string }) {
  const { t } = useTranslation();
  if (job === "webhook")
    return (
      <Link to="/deliveries/$deliveryId" params={{ deliveryId: id }}>
        {t("exception.openDelivery")}
      </Link>
    );
  if (job === "message")
    return (
      <Link to="/messages/$messageId" params={{ messageId: id }}>
        {t("exception.openMessage")}
      </Link>
    );
  if (job === "inbound") return <Link to="/connections/sources">{t("exception.openEvents")}</Link>;
  return <Link to="/jobs">{t("exception.openJobs")}</Link>;
}

function useColumns(): readonly TableColumn<ProcessException>[] {
  const { t } = useTranslation();
  const teamName = useTeamName();
  return useMemo(
    () => [
      {
        id: "kind",
        header: t("exception.kind"),
        width: 164,
        wrap: true,
        fixed: true,
        cell: (exception) => <KindName kind={exception.kind} />,
      },
      { id: "reason", header: t("exception.reason"), wrap: true, cell: (exception) => serverText(exception.reason) },
      {
        id: "nextAction",
        header: t("exception.nextAction"),
        wrap: true,
        cell: (exception) => serverText(exception.nextAction),
      },
      {
        id: "entity",
        header: t("exception.entity"),
        width: 150,
        cell: (exception) => <EntityLink exception={exception} />,
      },
      { id: "owner", header: t("exception.owner"), width: 146, cell: (exception) => teamName(exception.ownerTeam) },
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
        width: 216,
        fixed: true,
        cell: (exception) => <ActOnExceptions exceptions={[exception]} />,
      },
    ],
    [t, teamName],
  );
}

function ExceptionCard({ exception }: { exception: ProcessException }) {
  const teamName = useTeamName();
  const kindText = useKindText();
  return (
    <span className={classes.card}>
      <span className={classes.line}>
        <strong>{kindText(exception.kind)}</strong>
        <span className={classes.end}>
          <DueBadge exception={exception} />
        </span>
      </span>
      <span>{serverText(exception.reason)}</span>
      <span className="soft">{serverText(exception.nextAction)}</span>
      <span className={classes.line}>
        <EntityLink exception={exception} />
        <span className={`${classes.end} faint`}>{teamName(exception.ownerTeam)}</span>
      </span>
      <ActOnExceptions exceptions={[exception]} />
    </span>
  );
}
