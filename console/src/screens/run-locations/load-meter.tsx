import { useTranslation } from "react-i18next";
import type { Location } from "../../api/generated/types.gen.ts";
import { formatCount } from "../../ui/format.ts";
import { Meter } from "../../ui/meter.tsx";
import type { Backlog } from "./backlog.ts";
import classes from "./locations.module.css";

const nearlyFull = 0.9;

type LoadMeterProps = { location: Pick<Location, "capacityPerDay">; backlog: Backlog | undefined };

/** Work done and still due today against what the location can do in a day. */
export function LoadMeter({ location: { capacityPerDay: capacity }, backlog }: LoadMeterProps) {
  const { t } = useTranslation();
  if (!capacity) return <span className="faint">{t("location.unlimited")}</span>;
  const used = (backlog?.dispatchedToday ?? 0) + (backlog?.dueToday ?? 0);
  return (
    <span className={classes.load}>
      <Meter
        ratio={used / capacity}
        label={t("location.load")}
        tone={used > capacity * nearlyFull ? "attention" : "accent"}
      />
      <span className="soft">
        {formatCount(used)} / {formatCount(capacity)}
      </span>
    </span>
  );
}
