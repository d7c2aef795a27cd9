import { IconMapOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "../ui/states.tsx";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty
      title={t("app.notFound")}
      icon={<IconMapOff size={26} stroke={1.4} aria-hidden="true" />}
      action={<Link to="/">{t("app.toToday")}</Link>}
    >
      {t("app.notFoundText")}
    </Empty>
  );
}
