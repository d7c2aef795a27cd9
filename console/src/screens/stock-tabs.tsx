import { useTranslation } from "react-i18next";
import { useCan } from "../api/session.ts";
import { PageTabs } from "../ui/page-tabs.tsx";

export function StockTabs() {
  const { t } = useTranslation();
  const can = useCan();
  return (
    <PageTabs
      label={t("stock.title")}
      tabs={[
        ...(can("inventory:read") ? [{ label: t("stock.title"), link: { to: "/inventory" } as const }] : []),
        ...(can("inventory:read") ? [{ label: t("supply.title"), link: { to: "/supplies" } as const }] : []),
        ...(can("inventory:read")
          ? [{ label: t("supplyRequest.title"), link: { to: "/supply-requests" } as const }]
          : []),
        ...(can("documents:read")
          ? [
              { label: t("control.title"), link: { to: "/availability-rules" } as const },
              { label: t("measured.title"), link: { to: "/measured-buffers" } as const },
            ]
          : []),
      ]}
    />
  );
}
