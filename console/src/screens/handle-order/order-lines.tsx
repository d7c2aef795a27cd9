import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Order, OrderLine } from "../../api/generated/types.gen.ts";
import { formatCount } from "../../ui/format.ts";
import { Money } from "../../ui/money.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Picture } from "../../ui/picture.tsx";
import { Empty } from "../../ui/states.tsx";
import { Status } from "../statuses.tsx";
import classes from "./order.module.css";

export function Lines({ order }: { order: Order }) {
  const { t } = useTranslation();
  return (
    <Panel
      title={t("order.lines")}
      beside={<span className="faint">{t("orders.unitCount", { count: order.unitCount })}</span>}
      bleed
    >
      {order.lines.length === 0 ? (
        <Empty small title={t("order.noLines")}>
          {t("order.noLinesText")}
        </Empty>
      ) : (
        <table className={`${classes.table} ${classes.lines}`}>
          <thead>
            <tr>
              <th scope="col">{t("order.product")}</th>
              <th scope="col" data-numeric>
                {t("order.quantity")}
              </th>
              <th scope="col">{t("order.progress")}</th>
              <th scope="col" data-numeric>
                {t("order.unitPrice")}
              </th>
              <th scope="col" data-numeric>
                {t("order.lineTotal")}
              </th>
            </tr>
          </thead>
          <tbody>
            {order.lines.map((line) => (
              <tr key={line.lineNumber}>
                <td>
                  <div className={classes.product}>
                    <Picture url={line.imageUrl} size={36} />
                    <div className={classes.productText}>
                      <span>{line.name}</span>
                      <Link to="/inventory/$sku" params={{ sku: line.sku }} className="code">
                        {line.sku}
                      </Link>
                    </div>
                  </div>
                </td>
                <td data-numeric>{formatCount(line.quantity)}</td>
                <td>
                  <LineProgress line={line} />
                </td>
                <td data-numeric>
                  <Money minor={line.unitPrice} currency={order.currency} />
                </td>
                <td data-numeric>
                  <Money minor={line.unitPrice * line.quantity} currency={order.currency} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

const parts = ["delivered", "shipped", "allocated", "backordered", "cancelled"] as const;

/** Where the units of a line are. Shipped here counts those under way; the API's number includes the delivered ones. */
function LineProgress({ line }: { line: OrderLine }) {
  const { t } = useTranslation();
  const units = { ...line, shipped: line.shipped - line.delivered };
  const shown = parts.filter((part) => units[part] > 0);
  const words = shown.map((part) => t(`order.part.${part}`, { count: units[part] })).join(", ");
  return (
    <div className={classes.progress} title={words}>
      <span>
        <Status of={line.status} />
      </span>
      {shown.length > 1 && (
        <>
          <span className={classes.segments} aria-hidden="true">
            {shown.map((part) => (
              <span key={part} data-part={part} style={{ flex: units[part] }} />
            ))}
          </span>
          <span className="faint">{words}</span>
        </>
      )}
    </div>
  );
}
