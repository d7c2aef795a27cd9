import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { cancelImport, getImport, listImportErrors } from "../../api/generated/sdk.gen.ts";
import type { Import } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { useCan } from "../../api/session.ts";
import { CsvButton } from "../../ui/csv-button.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { formatBytes, formatCount, formatDuration } from "../../ui/format.ts";
import { Progress } from "../../ui/meter.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { StatTile, StatTiles } from "../../ui/stat-tile.tsx";
import { Failed, Loading, ProblemNote } from "../../ui/states.tsx";
import { Status } from "../statuses.tsx";
import { isRunning, KindText, progressOf, rowsApplied } from "./import-facts.tsx";
import classes from "./import.module.css";

const route = getRouteApi("/signed-in/imports/$importId");
const pollMs = 1000;

/** One file on its way in: how far it is, and each row that was refused with its reason. */
export function ImportPage() {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const { importId } = route.useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ["import", importId],
    queryFn: async ({ signal }) => (await getImport({ path: { id: importId }, signal })).data,
    refetchInterval: ({ state }) => (state.data && isRunning(state.data) ? pollMs : false),
  });
  const stop = useMutation({
    mutationFn: () => cancelImport({ path: { id: importId } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["import", importId] }),
  });
  const above = <Link to="/imports">{t("import.listTitle")}</Link>;
  if (!data) {
    return (
      <Page title={t("import.one")} above={above}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  }
  const running = isRunning(data);
  return (
    <Page
      title={data.fileName}
      above={above}
      badges={<Status of={data.state} />}
      facts={
        <>
          <KindText kind={data.kind} /> · <DateTime at={data.createdAt} />
          {data.createdByName && <> · {data.createdByName}</>}
        </>
      }
      actions={
        <>
          {data.rowsFailed > 0 && (
            <CsvButton
              href={`/v1/imports/${data.id}/errors.csv`}
              fileName={`errors of ${data.fileName}`}
              label={t("import.errorReport")}
            />
          )}
          {running && can("imports:write") && (
            <Button color="red" variant="light" loading={stop.isPending} onClick={() => stop.mutate()}>
              {t("import.cancel")}
            </Button>
          )}
        </>
      }
    >
      <div className={classes.page}>
        {stop.error && <ProblemNote error={stop.error} />}
        {data.failure && <ProblemNote error={new Error(data.failure)} />}
        {running && <Progress ratio={progressOf(data)} label={t("import.progress")} />}
        <StatTiles label={t("import.progress")}>
          <StatTile label={t("import.rowsTotal")} value={data.rowsTotal} note={formatBytes(data.bytesRead)} />
          <StatTile label={t("import.rowsDone")} value={rowsApplied(data)} tone={running ? "working" : "done"} />
          <StatTile
            label={t("import.failed")}
            value={data.rowsFailed}
            tone={data.rowsFailed > 0 ? "trouble" : undefined}
          />
          <StatTile
            label={t("import.speed")}
            value={data.rowsPerSecond === null ? "–" : `${formatCount(data.rowsPerSecond)}/s`}
            note={durationOf(data)}
          />
        </StatTiles>
        {data.rowsFailed > 0 && <Errors importId={data.id} count={data.rowsFailed} />}
      </div>
    </Page>
  );
}

/** From the first row to the last, or until now. */
function durationOf({ startedAt, finishedAt }: Pick<Import, "startedAt" | "finishedAt">): string {
  if (!startedAt) return "";
  return formatDuration((finishedAt ? Date.parse(finishedAt) : Date.now()) - Date.parse(startedAt));
}

function Errors({ importId, count }: { importId: string; count: number }) {
  const { t } = useTranslation();
  const { list, rows } = useCursorList(["import", importId, "errors"], (after, signal) =>
    listImportErrors({ path: { id: importId }, query: { after, limit: pageSize }, signal }),
  );
  return (
    <Panel title={t("import.errors")} beside={<span className="faint">{formatCount(count)}</span>} bleed>
      {list.isPending ? (
        <Loading />
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t("import.row")}</th>
              <th scope="col">{t("import.column")}</th>
              <th scope="col">{t("import.value")}</th>
              <th scope="col">{t("import.message")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((fault) => (
              <tr key={`${fault.row} ${fault.column} ${fault.code}`}>
                <td>{formatCount(fault.row)}</td>
                <td className="code">{fault.column}</td>
                <td className="code">{fault.value}</td>
                <td>{fault.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {list.hasNextPage && (
        <div style={{ padding: "10px 16px" }}>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("ui.loadMore")}
          </Button>
        </div>
      )}
    </Panel>
  );
}
