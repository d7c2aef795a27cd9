import { useTranslation } from "react-i18next";
import { useCan } from "../../api/session.ts";
import { PageTabs } from "../../ui/page-tabs.tsx";

export function DeliveryTabs() {
  const { t } = useTranslation();
  const can = useCan();
  return (
    <PageTabs
      label={t("delivery.title")}
      tabs={[
        { label: t("delivery.methods"), link: { to: "/delivery/methods" } },
        { label: t("delivery.services"), link: { to: "/delivery/services" } },
        ...(can("availability:read")
          ? [{ label: t("delivery.try"), link: { to: "/delivery/when-would-it-arrive" } as const }]
          : []),
      ]}
    />
  );
}
