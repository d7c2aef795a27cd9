import { useTranslation } from "react-i18next";
import { useCan } from "../../api/session.ts";
import { PageTabs } from "../../ui/page-tabs.tsx";

export function AccessTabs() {
  const { t } = useTranslation();
  const can = useCan();
  const tabs = [
    { label: t("access.users"), link: { to: "/access/users" }, permission: "users:read" },
    { label: t("access.roles"), link: { to: "/access/roles" }, permission: "users:read" },
    { label: t("access.keys"), link: { to: "/access/keys" }, permission: "keys:read" },
    { label: t("access.audit"), link: { to: "/access/audit" }, permission: "audit:read" },
  ] as const;
  return <PageTabs label={t("access.title")} tabs={tabs.filter(({ permission }) => can(permission))} />;
}
