import { useTranslation } from "react-i18next";
import { useCan } from "../api/session.ts";
import { PageTabs } from "../ui/page-tabs.tsx";

export function ImportTabs() {
  const { t } = useTranslation();
  const can = useCan();
  return (
    <PageTabs
      label={t("app.nav.imports")}
      tabs={[
        ...(can("imports:read") ? [{ label: t("import.listTitle"), link: { to: "/imports" } as const }] : []),
        ...(can("documents:read")
          ? [{ label: t("configuration.title"), link: { to: "/configuration" } as const }]
          : []),
      ]}
    />
  );
}
