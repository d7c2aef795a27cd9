import { useTranslation } from "react-i18next";
import type { OrderSummary } from "../../api/generated/types.gen.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { Money } from "../../ui/money.tsx";
import { OrderTypeBadge } from "../order-types.tsx";
import { HeldBadge, Status } from "../statuses.tsx";
import classes from "../card.module.css";

/** A row of the order list at phone size. */
export function OrderCard({ order }: { order: OrderSummary }) {
  const { t } = useTranslation();
  return (
    <span className={classes.card}>
      <span className={classes.line}>
        <strong>{order.number}</strong>
        <span className={classes.end}>
          <Money minor={order.grandTotal} currency={order.currency} />
        </span>
      </span>
      <span className={classes.line}>
        <span className="truncate">{order.customerName ?? order.externalReference}</span>
        <span className={`${classes.end} faint`}>{t("orders.unitCount", { count: order.unitCount })}</span>
      </span>
      <span className={classes.line}>
        <Status of={order.status} />
        {order.held && <HeldBadge />}
        <OrderTypeBadge type={order.type} />
        <span className={`${classes.end} faint`}>
          <DateTime at={order.orderedAt} />
        </span>
      </span>
    </span>
  );
}
