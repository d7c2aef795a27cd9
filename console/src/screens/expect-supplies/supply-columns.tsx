import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { ListedSupply } from "../../api/generated/types.gen.ts";
import { formatCount } from "../../ui/format.ts";
import { Picture } from "../../ui/picture.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import { LocationLink } from "../places.tsx";
import { LocalDay } from "./local-day.tsx";

export function ExpectedOn({ supply }: { supply: Pick<ListedSupply, "expectedOn" | "late"> }) {
  const { t } = useTranslation();
  if (!supply.late) return <LocalDay day={supply.expectedOn} />;
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 8 }}>
      <LocalDay day={supply.expectedOn} />
      <StatusBadge tone="trouble">{t("supply.late")}</StatusBadge>
    </span>
  );
}

export function useSupplyColumns(): readonly TableColumn<ListedSupply>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "expectedOn",
        header: t("supply.expectedOn"),
        width: 206,
        fixed: true,
        cell: (supply) => <ExpectedOn supply={supply} />,
      },
      {
        id: "name",
        header: t("stock.product"),
        cell: (supply) => (
          <span style={{ display: "inline-flex", alignItems: "center", gap: 8, maxWidth: "100%" }}>
            <Picture url={supply.imageUrl} size={26} />
            <span className="truncate">{supply.name}</span>
          </span>
        ),
      },
      { id: "sku", header: t("stock.sku"), width: 170, cell: (supply) => supply.sku },
      {
        id: "location",
        header: t("stock.location"),
        width: 190,
        cell: (supply) => <LocationLink code={supply.location} />,
      },
      {
        id: "reference",
        header: t("supply.reference"),
        width: 170,
        cell: (supply) => `${supply.reference} · ${supply.line}`,
      },
      { id: "due", header: t("supply.due"), width: 88, numeric: true, cell: (supply) => formatCount(supply.due) },
      {
        id: "promised",
        header: t("supply.promised"),
        width: 96,
        numeric: true,
        cell: (supply) => (
          <span className={supply.promised === 0 ? "faint" : undefined}>{formatCount(supply.promised)}</span>
        ),
      },
      {
        id: "promisable",
        header: t("supply.promisable"),
        width: 128,
        numeric: true,
        cell: (supply) => <strong>{formatCount(supply.promisable)}</strong>,
      },
    ],
    [t],
  );
}
