import { useTranslation } from "react-i18next";
import { PageTabs } from "../../ui/page-tabs.tsx";

export function ChannelTabs() {
  const { t } = useTranslation();
  return (
    <PageTabs
      label={t("channel.listTitle")}
      tabs={[
        { label: t("channel.channels"), link: { to: "/channels" } },
        { label: t("channel.networks"), link: { to: "/networks" } },
      ]}
    />
  );
}
