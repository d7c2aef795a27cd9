import { useTranslation } from "react-i18next";
import { DateTime, useNow } from "../../ui/date-time.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";

const soonMs = 60 * 60_000;
const settled = new Set(["dispatched", "fulfilled", "cancelled", "expired", "rejected"]);

/** The cut-off, loud only while something can still be done about it. */
export function Due({ at, status }: { at: string | null; status: string }) {
  const { t } = useTranslation();
  const now = useNow();
  if (!at) return <span className="faint">–</span>;
  const left = Date.parse(at) - now;
  if (settled.has(status) || left > soonMs) return <DateTime at={at} />;
  return (
    <StatusBadge tone={left < 0 ? "trouble" : "attention"}>
      {left < 0 ? `${t("work.late")} · ` : ""}
      <DateTime at={at} />
    </StatusBadge>
  );
}
