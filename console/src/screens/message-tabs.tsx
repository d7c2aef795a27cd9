import { useTranslation } from "react-i18next";
import { useCan } from "../api/session.ts";
import { PageTabs } from "../ui/page-tabs.tsx";

export function MessageTabs() {
  const { t } = useTranslation();
  const can = useCan();
  return (
    <PageTabs
      label={t("message.title")}
      tabs={[
        ...(can("messages:read") ? [{ label: t("message.outbox"), link: { to: "/messages" } as const }] : []),
        ...(can("documents:read")
          ? [
              { label: t("template.listTitle"), link: { to: "/message-templates" } as const },
              { label: t("sender.listTitle"), link: { to: "/message-senders" } as const },
            ]
          : []),
      ]}
    />
  );
}
