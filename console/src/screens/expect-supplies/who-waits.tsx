import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { listSupplyPromises } from "../../api/generated/sdk.gen.ts";
import type { SupplyPromise } from "../../api/generated/types.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Panel } from "../../ui/panel.tsx";
import { PanelTable } from "../../ui/panel-table.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { useEndText } from "../customer-answers.ts";
import stock from "../keep-stock/stock.module.css";
import { LocalDay } from "./local-day.tsx";

/** Orders that were promised units of it, in the order in which they have them. */
export function WhoWaits({ supplyId }: { supplyId: string }) {
  const { t } = useTranslation();
  const { list, rows } = useCursorList(["supplies", "promises", supplyId], (after, signal) =>
    listSupplyPromises({ path: { id: supplyId }, query: { after, limit: pageSize }, signal }),
  );
  return (
    <Panel title={t("supply.whoWaits")} beside={<span className="soft">{t("supply.whoWaitsHint")}</span>} bleed>
      {list.isPending ? (
        <Loading />
      ) : list.error ? (
        <Failed error={list.error} retry={() => void list.refetch()} />
      ) : rows.length === 0 ? (
        <Empty small title={t("supply.nobodyWaits")} />
      ) : (
        <PanelTable
          label={t("supply.whoWaits")}
          rows={rows}
          rowId={({ orderId, lineNumber }) => `${orderId} ${lineNumber}`}
          columns={[
            { header: t("supply.order"), cell: (row) => <OrderOf promise={row} /> },
            { header: t("supply.waiting"), numeric: true, cell: ({ waiting }) => formatCount(waiting) },
            { header: t("supply.arrived"), numeric: true, cell: ({ arrived }) => formatCount(arrived) },
            { header: t("supply.promisedOn"), cell: ({ promisedOn }) => <LocalDay day={promisedOn} /> },
            { header: t("question.asked"), cell: ({ question }) => question && <Asked question={question} /> },
            { header: t("supply.waitsSince"), cell: ({ waitsSince }) => <DateTime at={waitsSince} /> },
            { header: t("supply.priority"), numeric: true, cell: ({ priority }) => formatCount(priority) },
          ]}
        />
      )}
      {list.hasNextPage && (
        <div className={stock.more}>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("ui.loadMore")}
          </Button>
        </div>
      )}
    </Panel>
  );
}

function OrderOf({ promise: { orderId, orderNumber, channel } }: { promise: SupplyPromise }) {
  return (
    <>
      <Link to="/orders/$orderId" params={{ orderId }}>
        {orderNumber}
      </Link>{" "}
      <span className="soft">{channel}</span>
    </>
  );
}

function Asked({ question }: { question: NonNullable<SupplyPromise["question"]> }) {
  const endText = useEndText();
  const { t } = useTranslation();
  if (question.endedAt) return endText(question);
  return (
    <>
      <StatusBadge tone="attention">{t("question.open")}</StatusBadge>{" "}
      <span className="soft">
        {t("question.until")} <DateTime at={question.answerBy} />
      </span>
    </>
  );
}
