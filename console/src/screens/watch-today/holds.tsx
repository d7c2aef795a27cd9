import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Today } from "../../api/generated/types.gen.ts";
import { formatCount } from "../../ui/format.ts";
import { Meter } from "../../ui/meter.tsx";
import { Panel } from "../../ui/panel.tsx";
import { useHoldReasonText } from "../reasons.ts";
import classes from "./today.module.css";

/** Why orders are held, the most frequent reason first. */
export function Holds({ today }: { today: Today }) {
  const { t } = useTranslation();
  const reasonText = useHoldReasonText();
  const reasons = today.heldByReason.toSorted((a, b) => b.orders - a.orders);
  const most = reasons[0]?.orders ?? 0;
  return (
    <Panel
      title={t("today.heldByReason")}
      actions={
        <Link to="/orders" search={{ held: "true" }}>
          {t("today.openHeld")}
        </Link>
      }
    >
      {reasons.length === 0 ? (
        <p className="soft" style={{ margin: 0 }}>
          {t("today.noneHeld")}
        </p>
      ) : (
        <ul className={classes.bars}>
          {reasons.map(({ reason, orders }) => (
            <li key={reason} className={classes.bar}>
              <Link to="/orders" search={{ holdReason: reason }}>
                {reasonText(reason)}
              </Link>
              <strong>{formatCount(orders)}</strong>
              <Meter ratio={orders / most} label={reasonText(reason)} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
