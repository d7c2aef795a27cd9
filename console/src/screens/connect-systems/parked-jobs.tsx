import { IconCircleCheck } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { listJobs } from "../../api/generated/sdk.gen.ts";
import type { Job } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { serverText } from "../../api/server-text.ts";
import { useCan } from "../../api/session.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import type { Filter } from "../../ui/filters.ts";
import { formatCount } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import card from "../card.module.css";
import { useEventName } from "../event-names.ts";
import { inWords } from "../humanize.ts";
import { useTeamName } from "../team-fields.tsx";
import { ActOnJobs } from "./act-on-jobs.tsx";
import { ConnectionTabs } from "./connection-tabs.tsx";
import { refreshMs } from "./webhook-facts.tsx";

const route = getRouteApi("/signed-in/jobs");
const nobody: ReadonlySet<string> = new Set();

/** Work in the background that was given up until somebody decides, most urgent first (W7). */
export function ParkedJobs() {
  const { t } = useTranslation();
  const can = useCan();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [selected, setSelected] = useState(nobody);
  const columns = useColumns();
  const { list, rows } = useCursorList<Job>(
    ["jobs", search],
    (after, signal) => listJobs({ query: { state: "parked", kind: search.kind, after, limit: pageSize }, signal }),
    { refreshMs },
  );
  const filters = useMemo<Filter[]>(() => [{ kind: "text", name: "kind", label: t("connect.jobKind") }], [t]);
  // What was dealt with meanwhile, here or by somebody else, is no longer selected.
  const ids = rows.filter(({ id }) => selected.has(id)).map(({ id }) => id);
  return (
    <Page title={t("connect.title")} layout="fill">
      <ConnectionTabs />
      <FilterBar
        filters={filters}
        values={search}
        change={(patch) => void navigate({ search: (before) => ({ ...before, ...patch }), replace: true })}
      />
      <DataTable<Job>
        name="jobs"
        label={t("connect.jobs")}
        columns={columns}
        rows={rows}
        rowId={(job) => job.id}
        list={list}
        card={(job) => <JobCard job={job} />}
        selection={can("jobs:write") ? { ids: selected, change: setSelected } : undefined}
        foot={<ActOnJobs ids={ids} done={() => setSelected(nobody)} />}
        empty={
          <Empty title={t("connect.noJobs")} icon={<IconCircleCheck size={26} stroke={1.4} aria-hidden="true" />}>
            {t("connect.noJobsText")}
          </Empty>
        }
      />
    </Page>
  );
}

/** A delivery has a page of its own; other work is told by its kind. */
function JobName({ job }: { job: Job }) {
  const eventName = useEventName();
  const type = job.payload["type"];
  if (job.kind !== "webhook") return inWords(job.kind);
  return (
    <Link to="/deliveries/$deliveryId" params={{ deliveryId: job.id }}>
      {inWords(job.kind)} {typeof type === "string" && eventName(type)}
    </Link>
  );
}

function useColumns(): readonly TableColumn<Job>[] {
  const { t } = useTranslation();
  const teamName = useTeamName();
  return useMemo(
    () => [
      { id: "name", header: t("connect.job"), fixed: true, width: 260, cell: (job) => <JobName job={job} /> },
      {
        id: "error",
        header: t("connect.lastError"),
        wrap: true,
        cell: (job) => job.lastError && serverText(job.lastError),
      },
      {
        id: "owner",
        header: t("exception.owner"),
        width: 140,
        cell: (job) => job.ownerTeam && teamName(job.ownerTeam),
      },
      { id: "deadline", header: t("exception.due"), width: 130, cell: (job) => <DateTime at={job.deadlineAt} /> },
      {
        id: "attempts",
        header: t("connect.attempts"),
        width: 90,
        numeric: true,
        cell: (job) => formatCount(job.attempts),
      },
      { id: "made", header: t("connect.made"), width: 130, cell: (job) => <DateTime at={job.createdAt} /> },
    ],
    [t, teamName],
  );
}

function JobCard({ job }: { job: Job }) {
  const teamName = useTeamName();
  return (
    <span className={card.card}>
      <span className={card.line}>
        <strong className="truncate">
          <JobName job={job} />
        </strong>
        <span className={card.end}>
          <DateTime at={job.deadlineAt} />
        </span>
      </span>
      {job.lastError && <span>{serverText(job.lastError)}</span>}
      <span className="faint">{job.ownerTeam && teamName(job.ownerTeam)}</span>
      <ActOnJobs ids={[job.id]} />
    </span>
  );
}
