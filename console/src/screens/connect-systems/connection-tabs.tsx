import { useTranslation } from "react-i18next";
import { useCan } from "../../api/session.ts";
import { PageTabs } from "../../ui/page-tabs.tsx";

export function ConnectionTabs() {
  const { t } = useTranslation();
  const can = useCan();
  return (
    <PageTabs
      label={t("connect.title")}
      tabs={[
        ...(can("webhooks:read") ? [{ label: t("connect.webhooks"), link: { to: "/connections" } as const }] : []),
        ...(can("inbound:read") && can("documents:read")
          ? [{ label: t("source.listTitle"), link: { to: "/connections/sources" } as const }]
          : []),
        ...(can("availability:read") ? [{ label: t("feed.title"), link: { to: "/connections/feeds" } as const }] : []),
        ...(can("jobs:read") ? [{ label: t("connect.jobs"), link: { to: "/jobs" } as const }] : []),
      ]}
    />
  );
}
