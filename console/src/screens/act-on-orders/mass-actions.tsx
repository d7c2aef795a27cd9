import { Button } from "@mantine/core";
import { IconStack2 } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { listMassActions } from "../../api/generated/sdk.gen.ts";
import type { MassAction } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Progress } from "../../ui/meter.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import classes from "../card.module.css";
import { useMassReasonText } from "../reasons.ts";
import { isWorking, progressOf, toneOfState, useActionText, useFilterText } from "./mass-action-facts.ts";

export function MassActions() {
  const { t } = useTranslation();
  const columns = useColumns();
  const { list, rows } = useCursorList(["mass-actions"], (after, signal) =>
    listMassActions({ query: { after, limit: pageSize }, signal }),
  );
  return (
    <Page title={t("mass.title")} layout="fill" above={<Link to="/orders">{t("orders.title")}</Link>}>
      <DataTable<MassAction>
        name="mass-actions"
        label={t("mass.title")}
        columns={columns}
        rows={rows}
        rowId={(each) => each.id}
        list={list}
        open={(each) => ({ to: "/mass-actions/$massActionId", params: { massActionId: each.id } })}
        card={(each) => <MassActionCard each={each} />}
        empty={
          <Empty
            title={t("mass.none")}
            icon={<IconStack2 size={26} stroke={1.4} aria-hidden="true" />}
            action={<Button renderRoot={(root) => <Link {...root} to="/orders" />}>{t("mass.toOrders")}</Button>}
          >
            {t("mass.noneText")}
          </Empty>
        }
      />
    </Page>
  );
}

function State({ of: action }: { of: MassAction }) {
  const { t } = useTranslation();
  return <StatusBadge tone={toneOfState[action.state]}>{t(`mass.state.${action.state}`)}</StatusBadge>;
}

function useColumns(): readonly TableColumn<MassAction>[] {
  const { t } = useTranslation();
  const actionText = useActionText();
  const filterText = useFilterText();
  const reasonText = useMassReasonText();
  return [
    { id: "number", header: t("mass.title"), fixed: true, width: 120, cell: (each) => each.number },
    { id: "action", header: t("mass.action"), width: 150, cell: (each) => actionText(each.action) },
    { id: "state", header: t("import.state"), width: 150, cell: (each) => <State of={each} /> },
    {
      id: "progress",
      header: t("mass.progress"),
      width: 150,
      cell: (each) => isWorking(each) && <Progress ratio={progressOf(each)} label={t("mass.progress")} />,
    },
    { id: "orders", header: t("mass.orders"), width: 110, numeric: true, cell: (each) => formatCount(each.orders) },
    { id: "refused", header: t("mass.refused"), width: 110, numeric: true, cell: (each) => formatCount(each.refused) },
    { id: "reason", header: t("mass.reason"), cell: (each) => reasonText(each.reason) },
    { id: "filter", header: t("mass.filter"), cell: (each) => filterText(each.filter) },
    { id: "by", header: t("mass.by"), width: 150, cell: (each) => each.begunByName ?? each.begunBy },
    { id: "at", header: t("mass.at"), width: 140, cell: (each) => <DateTime at={each.begunAt} /> },
  ];
}

function MassActionCard({ each }: { each: MassAction }) {
  const actionText = useActionText();
  const reasonText = useMassReasonText();
  const { t } = useTranslation();
  return (
    <span className={classes.card}>
      <span className={classes.line}>
        <strong>
          {each.number} · {actionText(each.action)}
        </strong>
        <span className={classes.end}>
          <State of={each} />
        </span>
      </span>
      {isWorking(each) && <Progress ratio={progressOf(each)} label={t("mass.progress")} />}
      <span className={classes.line}>
        <span className="soft">
          {formatCount(each.orders)} {t("mass.orders")} · {reasonText(each.reason)}
        </span>
        <span className={`${classes.end} faint`}>
          <DateTime at={each.begunAt} />
        </span>
      </span>
    </span>
  );
}
