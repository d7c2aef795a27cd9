import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Position } from "../../api/generated/types.gen.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Picture } from "../../ui/picture.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import { LocationLink } from "../places.tsx";

/** A zero says nothing and stands back, so that the numbers that say something are seen. */
export function Units({ count }: { count: number }) {
  return <span className={count === 0 ? "faint" : undefined}>{formatCount(count)}</span>;
}

/** What can still be promised; a shortfall is told in the same place, because it is the opposite. */
export function Available({ position }: { position: Pick<Position, "available" | "short"> }) {
  const { t } = useTranslation();
  if (position.short > 0) {
    return <StatusBadge tone="trouble">{t("stock.shortBy", { count: position.short })}</StatusBadge>;
  }
  if (position.available <= 0) return <StatusBadge tone="attention">{t("stock.out")}</StatusBadge>;
  return <strong>{formatCount(position.available)}</strong>;
}

export function usePositionColumns(): readonly TableColumn<Position>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { id: "sku", header: t("stock.sku"), width: 190, fixed: true, cell: (position) => position.sku },
      {
        id: "name",
        header: t("stock.product"),
        cell: (position) => (
          <span style={{ display: "inline-flex", alignItems: "center", gap: 8, maxWidth: "100%" }}>
            <Picture url={position.imageUrl} size={26} />
            <span className="truncate">{position.name}</span>
          </span>
        ),
      },
      {
        id: "location",
        header: t("stock.location"),
        width: 222,
        cell: (position) => <LocationLink code={position.location} />,
      },
      {
        id: "onHand",
        header: t("stock.onHand"),
        width: 88,
        numeric: true,
        cell: (position) => <Units count={position.onHand} />,
      },
      {
        id: "reserved",
        header: t("stock.reserved"),
        width: 88,
        numeric: true,
        cell: (position) => <Units count={position.reserved} />,
      },
      {
        id: "allocated",
        header: t("stock.allocated"),
        width: 88,
        numeric: true,
        cell: (position) => <Units count={position.allocated} />,
      },
      {
        id: "damaged",
        header: t("stock.damaged"),
        width: 88,
        numeric: true,
        cell: (position) => <Units count={position.damaged} />,
      },
      {
        id: "available",
        header: t("stock.available"),
        width: 146,
        numeric: true,
        cell: (position) => <Available position={position} />,
      },
      {
        id: "counted",
        header: t("stock.counted"),
        width: 124,
        optional: true,
        cell: (position) => <DateTime at={position.countedAt} />,
      },
    ],
    [t],
  );
}
