import { useTranslation } from "react-i18next";
import { assignJobs, retryJobs, skipJobs } from "../../api/generated/sdk.gen.ts";
import { useCan } from "../../api/session.ts";
import { SettleMany } from "../settle-many.tsx";

const shownIn = ["jobs", "deliveries", "delivery", "webhook", "webhooks", "exceptions"];

type ActOnJobsProps = {
  ids: readonly string[];
  mayRetry?: boolean;
  mayAssign?: boolean;
  size?: "sm" | "compact-sm";
  done?: () => void;
};

/** Tries work again, gives it up with a reason, or gives it to another team: one job, or all that are selected. */
export function ActOnJobs({ ids, mayRetry = true, mayAssign = true, size = "compact-sm", done }: ActOnJobsProps) {
  const { t } = useTranslation();
  const can = useCan();
  if (!can("jobs:write") || ids.length === 0) return null;
  return (
    <SettleMany
      retry={mayRetry ? { ids, call: (part) => retryJobs({ body: { items: part.map((id) => ({ id })) } }) } : null}
      end={{
        ids,
        title: t("connect.skipTitle", { count: ids.length }),
        verb: t("connect.skip"),
        label: t("ui.reason"),
        danger: true,
        call: (part, reason) => skipJobs({ body: { items: part.map((id) => ({ id, reason })) } }),
        children: <p style={{ margin: 0 }}>{t("connect.skipText")}</p>,
      }}
      assign={
        mayAssign
          ? {
              ids,
              title: t("connect.assignTitle", { count: ids.length }),
              call: (part, ownerTeam) => assignJobs({ body: { items: part.map((id) => ({ id, ownerTeam })) } }),
            }
          : null
      }
      shownIn={shownIn}
      size={size}
      done={done}
    />
  );
}
