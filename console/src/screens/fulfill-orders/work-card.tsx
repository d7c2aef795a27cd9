import { useTranslation } from "react-i18next";
import type { FulfillmentOrder } from "../../api/generated/types.gen.ts";
import classes from "../card.module.css";
import { HeldBadge, Status } from "../statuses.tsx";
import { Due } from "./due.tsx";
import { openUnits, summaryOf } from "./work-columns.tsx";

/** One piece of work at phone size. */
export function WorkCard({ work }: { work: FulfillmentOrder }) {
  const { t } = useTranslation();
  return (
    <span className={classes.card}>
      <span className={classes.line}>
        <strong>
          {work.orderNumber}-{work.number}
        </strong>
        <span className={classes.end}>
          <Due at={work.dueAt} status={work.status} />
        </span>
      </span>
      <span className={classes.line}>
        <span className="truncate soft">{summaryOf(work)}</span>
      </span>
      <span className={classes.line}>
        <Status of={work.status} />
        {work.held && <HeldBadge />}
        <span className={`${classes.end} faint`}>{t("orders.unitCount", { count: openUnits(work) })}</span>
      </span>
    </span>
  );
}
