import { useTranslation } from "react-i18next";
import type { SupplyDetails } from "../../api/generated/types.gen.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Panel } from "../../ui/panel.tsx";
import stock from "../keep-stock/stock.module.css";
import { LocalDay } from "./local-day.tsx";

const parts = ["quantity", "received", "cancelled", "promised"] as const;

/** Its ledger: what happened, why, and what it left. */
export function SupplyHistory({ history }: { history: SupplyDetails["history"] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("supply.history")} bleed>
      <div className={stock.list}>
        <table className={stock.table} aria-label={t("supply.history")}>
          <thead>
            <tr>
              <th scope="col">{t("stock.when")}</th>
              <th scope="col">{t("stock.what")}</th>
              <th scope="col">{t("supply.expectedOn")}</th>
              {parts.map((part) => (
                <th key={part} scope="col" data-numeric>
                  {t(`supply.${part}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {history.map((movement) => (
              <tr key={movement.version}>
                <td>
                  <DateTime at={movement.at} />
                </td>
                <td>
                  {t(`supply.movement.${movement.kind}`)}
                  {movement.reason && <span className="soft"> · {movement.reason}</span>}
                </td>
                <td>
                  <LocalDay day={movement.expectedOn} />
                </td>
                {parts.map((part) => (
                  <td key={part} data-numeric>
                    {formatCount(movement[part])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
