import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function PagePending() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("ui.loading")} style={{ padding: "18px 24px" }}>
      <Skeleton height={22} width={180} mb={18} />
      <Skeleton height={74} mb={14} radius="lg" />
      <Skeleton height={280} radius="lg" />
    </div>
  );
}
