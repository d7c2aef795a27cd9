import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { FulfillmentOrder } from "../../api/generated/types.gen.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import type { TableColumn } from "../../ui/table-columns.ts";
import { LocationLink } from "../places.tsx";
import { HeldBadge, Status } from "../statuses.tsx";
import { Due } from "./due.tsx";

export function openUnits(work: FulfillmentOrder): number {
  return work.lines.reduce((sum, line) => sum + line.quantity - line.withdrawn, 0);
}

export function summaryOf(work: FulfillmentOrder): string {
  return work.lines
    .filter((line) => line.quantity > line.withdrawn)
    .map((line) => `${line.quantity - line.withdrawn} × ${line.name}`)
    .join(", ");
}

export function useWorkColumns(): readonly TableColumn<FulfillmentOrder>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "number",
        header: t("work.number"),
        width: 124,
        fixed: true,
        cell: (work) => `${work.orderNumber}-${work.number}`,
      },
      {
        id: "status",
        header: t("work.status"),
        width: 190,
        cell: (work) => (
          <span style={{ display: "inline-flex", gap: 6 }}>
            <Status of={work.status} />
            {work.held && <HeldBadge />}
          </span>
        ),
      },
      { id: "due", header: t("work.due"), width: 168, cell: (work) => <Due at={work.dueAt} status={work.status} /> },
      { id: "location", header: t("work.location"), width: 200, cell: (work) => <LocationLink code={work.location} /> },
      {
        id: "method",
        header: t("work.method"),
        width: 100,
        cell: (work) => (work.method === "pickup" ? t("method.pickup") : t("method.delivery")),
      },
      { id: "items", header: t("work.items"), cell: (work) => <span className="soft">{summaryOf(work)}</span> },
      {
        id: "units",
        header: t("work.units"),
        width: 104,
        numeric: true,
        cell: (work) => formatCount(openUnits(work)),
      },
      {
        id: "changed",
        header: t("work.changed"),
        width: 120,
        optional: true,
        cell: (work) => <DateTime at={work.statusAt} />,
      },
    ],
    [t],
  );
}
