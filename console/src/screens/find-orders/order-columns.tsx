import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { OrderSummary } from "../../api/generated/types.gen.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Money } from "../../ui/money.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import { HeldBadge, Status } from "../statuses.tsx";

export function useOrderColumns(): readonly TableColumn<OrderSummary>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { id: "number", header: t("orders.number"), width: 116, fixed: true, cell: (order) => order.number },
      {
        id: "status",
        header: t("orders.status"),
        width: 196,
        cell: (order) => (
          <span style={{ display: "inline-flex", gap: 6 }}>
            <Status of={order.status} />
            {order.held && <HeldBadge />}
          </span>
        ),
      },
      { id: "ordered", header: t("orders.ordered"), width: 128, cell: (order) => <DateTime at={order.orderedAt} /> },
      {
        id: "customer",
        header: t("orders.customer"),
        cell: (order) => order.customerName ?? order.customerReference ?? <span className="faint">–</span>,
      },
      { id: "channel", header: t("orders.channel"), width: 124, cell: (order) => order.channel },
      {
        id: "reference",
        header: t("orders.reference"),
        width: 216,
        cell: (order) => <span className="soft">{order.externalReference}</span>,
      },
      {
        id: "units",
        header: t("orders.units"),
        width: 76,
        numeric: true,
        cell: (order) => formatCount(order.unitCount),
      },
      {
        id: "total",
        header: t("orders.total"),
        width: 140,
        numeric: true,
        cell: (order) => <Money minor={order.grandTotal} currency={order.currency} />,
      },
      { id: "type", header: t("orders.type"), width: 110, optional: true, cell: (order) => order.type },
      {
        id: "changed",
        header: t("orders.changed"),
        width: 128,
        optional: true,
        cell: (order) => <DateTime at={order.statusAt} />,
      },
    ],
    [t],
  );
}
