import { Button } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { listImports } from "../../api/generated/sdk.gen.ts";
import type { Import } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { useCan } from "../../api/session.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Progress } from "../../ui/meter.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import classes from "../card.module.css";
import { ImportTabs } from "../import-tabs.tsx";
import { Status } from "../statuses.tsx";
import { isKind, isRunning, KindText, progressOf, rowsApplied } from "./import-facts.tsx";
import { Upload } from "./upload.tsx";

const route = getRouteApi("/signed-in/imports");

export function Imports() {
  const { t } = useTranslation();
  const can = useCan();
  // Other screens lead here with what they want to upload: /imports?upload=skus.
  const { upload } = route.useSearch();
  const [uploading, setUploading] = useState(upload !== undefined);
  const columns = useColumns();
  const { list, rows } = useCursorList(["imports"], (after, signal) =>
    listImports({ query: { after, limit: pageSize }, signal }),
  );
  const start = can("imports:write") && (
    <Button
      leftSection={<IconFileUpload size={16} stroke={1.7} aria-hidden="true" />}
      onClick={() => setUploading(true)}
    >
      {t("import.upload")}
    </Button>
  );
  return (
    <Page title={t("import.listTitle")} layout="fill" actions={start}>
      <ImportTabs />
      <DataTable<Import>
        name="imports"
        label={t("import.listTitle")}
        columns={columns}
        rows={rows}
        rowId={(each) => each.id}
        list={list}
        open={(each) => ({ to: "/imports/$importId", params: { importId: each.id } })}
        card={(each) => <ImportCard each={each} />}
        empty={
          <Empty title={t("import.none")} icon={<IconFileUpload size={26} stroke={1.4} aria-hidden="true" />}>
            {t("import.noneText")}
          </Empty>
        }
      />
      <Upload opened={uploading} close={() => setUploading(false)} kind={isKind(upload) ? upload : "stock"} />
    </Page>
  );
}

function useColumns(): readonly TableColumn<Import>[] {
  const { t } = useTranslation();
  return [
    { id: "file", header: t("import.file"), fixed: true, cell: (each) => each.fileName },
    { id: "kind", header: t("import.kind"), width: 130, cell: (each) => <KindText kind={each.kind} /> },
    { id: "state", header: t("import.state"), width: 130, cell: (each) => <Status of={each.state} /> },
    {
      id: "progress",
      header: t("import.progress"),
      width: 170,
      cell: (each) => isRunning(each) && <Progress ratio={progressOf(each)} label={t("import.progress")} />,
    },
    {
      id: "rows",
      header: t("import.rows"),
      width: 136,
      numeric: true,
      cell: (each) => formatCount(rowsApplied(each)),
    },
    {
      id: "failed",
      header: t("import.failed"),
      width: 136,
      numeric: true,
      cell: (each) =>
        each.rowsFailed > 0 ? (
          <strong style={{ color: "var(--danger)" }}>{formatCount(each.rowsFailed)}</strong>
        ) : (
          <span className="faint">0</span>
        ),
    },
    { id: "created", header: t("import.created"), width: 140, cell: (each) => <DateTime at={each.createdAt} /> },
  ];
}

function ImportCard({ each }: { each: Import }) {
  const { t } = useTranslation();
  return (
    <span className={classes.card}>
      <span className={classes.line}>
        <strong className="truncate">{each.fileName}</strong>
        <span className={classes.end}>
          <Status of={each.state} />
        </span>
      </span>
      {isRunning(each) && <Progress ratio={progressOf(each)} label={t("import.progress")} />}
      <span className={classes.line}>
        <span className="soft">
          {t("import.rowCount", { count: rowsApplied(each), shown: formatCount(rowsApplied(each)) })}
        </span>
        <span className={`${classes.end} faint`}>
          <DateTime at={each.createdAt} />
        </span>
      </span>
    </span>
  );
}
