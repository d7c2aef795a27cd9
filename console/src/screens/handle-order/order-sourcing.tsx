import { useTranslation } from "react-i18next";
import type { Order } from "../../api/generated/types.gen.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { Panel } from "../../ui/panel.tsx";
import classes from "./order.module.css";

/** Why it was sourced as it was: the stored decisions, the latest first. */
export function Sourcing({ order }: { order: Order }) {
  const { t } = useTranslation();
  if (order.sourcing.length === 0) return null;
  return (
    <Panel title={t("order.sourcing")}>
      {order.sourcing.toReversed().map((decision) => (
        <details key={decision.attempt}>
          <summary>
            {t("order.decision", { attempt: decision.attempt })} · <DateTime at={decision.decidedAt} />
          </summary>
          <pre className={classes.explanation}>{JSON.stringify(decision.explanation, null, 2)}</pre>
        </details>
      ))}
    </Panel>
  );
}
