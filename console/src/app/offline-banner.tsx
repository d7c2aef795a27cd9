import { IconCloudOff } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatTime } from "../ui/format.ts";
import { useLiveState } from "./live.ts";
import classes from "./shell.module.css";

/** A lost connection usually returns at once; people are told only when it does not. */
const patienceMs = 3000;

/** Says that what is on screen has stopped moving, and since when. It goes by itself. */
export function OfflineBanner() {
  const { t } = useTranslation();
  const live = useLiveState();
  const [since, setSince] = useState<Date>();
  useEffect(() => {
    if (live !== "lost") {
      setSince(undefined);
      return;
    }
    const lostAt = new Date();
    const timer = setTimeout(() => setSince(lostAt), patienceMs);
    return () => clearTimeout(timer);
  }, [live]);
  return (
    <div role="status" aria-live="polite">
      {since && (
        <div className={classes.banner}>
          <IconCloudOff size={16} stroke={1.7} aria-hidden="true" />
          {t("app.offline", { time: formatTime(since) })}
        </div>
      )}
    </div>
  );
}
