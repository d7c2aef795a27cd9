import { useTranslation } from "react-i18next";
import type { Position } from "../../api/generated/types.gen.ts";
import { formatCount } from "../../ui/format.ts";
import { Picture } from "../../ui/picture.tsx";
import classes from "../card.module.css";
import { useLocationNames } from "../places.tsx";
import { Available } from "./position-columns.tsx";

/** A position at phone size. */
export function PositionCard({ position }: { position: Position }) {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  return (
    <span className={classes.line} style={{ gap: 12 }}>
      <Picture url={position.imageUrl} size={44} />
      <span className={classes.card} style={{ flex: 1, minWidth: 0 }}>
        <span className={classes.line}>
          <strong className="truncate">{position.name}</strong>
          <span className={classes.end}>
            <Available position={position} />
          </span>
        </span>
        <span className={classes.line}>
          <span className="truncate soft">{nameOf(position.location)}</span>
          <span className={`${classes.end} faint`}>
            {t("stock.onHandCount", { shown: formatCount(position.onHand) })}
          </span>
        </span>
      </span>
    </span>
  );
}
