import { useTranslation } from "react-i18next";
import type { ListedSupply } from "../../api/generated/types.gen.ts";
import { formatCount } from "../../ui/format.ts";
import { Picture } from "../../ui/picture.tsx";
import classes from "../card.module.css";
import { useLocationNames } from "../places.tsx";
import { ExpectedOn } from "./supply-columns.tsx";

/** An expected receipt at phone size. */
export function SupplyCard({ supply }: { supply: ListedSupply }) {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  return (
    <span className={classes.line} style={{ gap: 12 }}>
      <Picture url={supply.imageUrl} size={44} />
      <span className={classes.card} style={{ flex: 1, minWidth: 0 }}>
        <span className={classes.line}>
          <strong className="truncate">{supply.name}</strong>
          <span className={classes.end}>{t("supply.dueCount", { shown: formatCount(supply.due) })}</span>
        </span>
        <span className={classes.line}>
          <span className="truncate soft">{nameOf(supply.location)}</span>
          <span className={classes.end}>
            <ExpectedOn supply={supply} />
          </span>
        </span>
      </span>
    </span>
  );
}
