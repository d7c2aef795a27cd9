import { UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Position } from "../../api/generated/types.gen.ts";
import { useLocationNames } from "../places.tsx";
import { Available, Units } from "./position-columns.tsx";
import classes from "./stock.module.css";

type PositionTableProps = {
  positions: readonly Position[];
  /** The location whose movements are shown. */
  chosen: string | undefined;
  choose: (location: string | undefined) => void;
};

/** The positions of one SKU. Choosing one narrows the movements below to it. */
export function PositionTable({ positions, chosen, choose }: PositionTableProps) {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  const sorted = positions.toSorted((a, b) => b.short - a.short || b.available - a.available);
  return (
    <div className={classes.list}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t("stock.location")}</th>
            {(["onHand", "reserved", "allocated", "damaged", "available"] as const).map((part) => (
              <th key={part} scope="col" data-numeric data-part={part}>
                {t(`stock.${part}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((position) => (
            <tr key={position.location} data-chosen={position.location === chosen || undefined}>
              <td>
                <UnstyledButton
                  fz="inherit"
                  c="var(--accent-ink)"
                  aria-pressed={position.location === chosen}
                  onClick={() => choose(position.location === chosen ? undefined : position.location)}
                >
                  {nameOf(position.location)}
                </UnstyledButton>
              </td>
              <td data-numeric>
                <Units count={position.onHand} />
              </td>
              <td data-numeric data-part="reserved">
                <Units count={position.reserved} />
              </td>
              <td data-numeric>
                <Units count={position.allocated} />
              </td>
              <td data-numeric data-part="damaged">
                <Units count={position.damaged} />
              </td>
              <td data-numeric>
                <Available position={position} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
