import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { OrderSummary } from "../../api/generated/types.gen.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Money } from "../../ui/money.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import { useOrderTypeText } from "../order-types.tsx";
import { HeldBadge, Status } from "../statuses.tsx";

export function useOrderColumns(): readonly TableColumn<OrderSummary>[] {
  const { t } = useTranslation();
  const typeText = useOrderTypeText();
  return useMemo(
    () => [
      { id: "number", header: t("orders.number"), width: 100, fixed: true, cell: (order) => order.number },
      {
        id: "status",
        header: t("orders.status"),
        width: 212,
        cell: (order) => (
          <span style={{ display: "inline-flex", gap: 6 }}>
            <Status of={order.status} />
            {order.held && <HeldBadge />}
          </span>
        ),
      },
      { id: "type", header: t("orders.type"), width: 112, cell: (order) => typeText(order.type) },
      { id: "ordered", header: t("orders.ordered"), width: 116, cell: (order) => <DateTime at={order.orderedAt} /> },
      {
        id: "customer",
        header: t("orders.customer"),
        cell: (order) => order.customerName ?? order.customerReference ?? <span className="faint">–</span>,
      },
      { id: "channel", header: t("orders.channel"), width: 92, cell: (order) => order.channel },
      {
        id: "reference",
        header: t("orders.reference"),
        width: 156,
        cell: (order) => <span className="soft">{order.externalReference}</span>,
      },
      {
        id: "units",
        header: t("orders.units"),
        width: 68,
        numeric: true,
        cell: (order) => formatCount(order.unitCount),
      },
      {
        id: "total",
        header: t("orders.total"),
        width: 128,
        numeric: true,
        cell: (order) => <Money minor={order.grandTotal} currency={order.currency} />,
      },
      {
        id: "changed",
        header: t("orders.changed"),
        width: 128,
        optional: true,
        cell: (order) => <DateTime at={order.statusAt} />,
      },
    ],
    [t, typeText],
  );
}
