import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { listSupplyPromises } from "../../api/generated/sdk.gen.ts";
import { pageSize, useCursorList } from "../../api/list.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
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
        <div className={stock.list}>
          <table className={stock.table} aria-label={t("supply.whoWaits")}>
            <thead>
              <tr>
                <th scope="col">{t("supply.order")}</th>
                <th scope="col" data-numeric>
                  {t("supply.waiting")}
                </th>
                <th scope="col" data-numeric>
                  {t("supply.arrived")}
                </th>
                <th scope="col">{t("supply.promisedOn")}</th>
                <th scope="col">{t("supply.waitsSince")}</th>
                <th scope="col" data-numeric>
                  {t("supply.priority")}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={`${row.orderId} ${row.lineNumber}`}>
                  <td>
                    <Link to="/orders/$orderId" params={{ orderId: row.orderId }}>
                      {row.orderNumber}
                    </Link>{" "}
                    <span className="soft">{row.channel}</span>
                  </td>
                  <td data-numeric>{formatCount(row.waiting)}</td>
                  <td data-numeric>{formatCount(row.arrived)}</td>
                  <td>
                    <LocalDay day={row.promisedOn} />
                  </td>
                  <td>
                    <DateTime at={row.waitsSince} />
                  </td>
                  <td data-numeric>{formatCount(row.priority)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
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
