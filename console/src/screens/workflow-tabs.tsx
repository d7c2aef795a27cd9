import { useTranslation } from "react-i18next";
import { PageTabs } from "../ui/page-tabs.tsx";

export function WorkflowTabs() {
  const { t } = useTranslation();
  return (
    <PageTabs
      label={t("workflow.listTitle")}
      tabs={[
        { label: t("workflow.listTitle"), link: { to: "/changes/workflows" } },
        { label: t("choice.title"), link: { to: "/changes/choices" } },
      ]}
    />
  );
}
