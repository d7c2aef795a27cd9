import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Today } from "../../api/generated/types.gen.ts";
import { formatCount } from "../../ui/format.ts";
import { Meter } from "../../ui/meter.tsx";
import { Panel } from "../../ui/panel.tsx";
import { capacityLeft, loadRatio, nearlyFull } from "./capacity.ts";
import classes from "./today.module.css";

/** Will everything that should leave today leave today? Work due before the cut-offs against what can still be done. */
export function CutOff({ today }: { today: Today }) {
  const { t } = useTranslation();
  const { dueToday, late } = today.counts;
  const left = today.backlog.reduce((sum, row) => sum + (capacityLeft(row) ?? 0), 0);
  const ratio = loadRatio(dueToday, left);
  return (
    <Panel title={t("today.cutOff")} actions={<Link to="/fulfillment">{t("today.openWork")}</Link>}>
      <div className={classes.cutOff}>
        <Meter ratio={ratio} label={t("today.cutOffMeter")} tone={ratio > nearlyFull ? "attention" : "accent"} />
        <div className={classes.cutOffNumbers}>
          <Number count={dueToday} label={t("today.due")} />
          <Number count={left} label={t("today.capacityLeft")} />
          <Number count={today.today.shipped} label={t("today.shipped")} />
          <Number count={late} label={t("today.lateNow")} alarming={late > 0} />
        </div>
      </div>
    </Panel>
  );
}

function Number({ count, label, alarming }: { count: number; label: string; alarming?: boolean }) {
  return (
    <span style={{ color: alarming ? "var(--danger)" : undefined }}>
      <strong>{formatCount(count)}</strong> {label}
    </span>
  );
}
