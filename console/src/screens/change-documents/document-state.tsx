import { useTranslation } from "react-i18next";
import type { Document } from "../../api/generated/types.gen.ts";
import { StatusBadge } from "../../ui/status-badge.tsx";

export function DocumentState({
  publishedVersion,
  latestVersion,
}: Pick<Document, "publishedVersion" | "latestVersion">) {
  const { t } = useTranslation();
  if (publishedVersion !== null)
    return <StatusBadge tone="ready">{t("document.inForce", { version: publishedVersion })}</StatusBadge>;
  return (
    <StatusBadge tone="stopped">{t(latestVersion === 0 ? "document.neverPublished" : "document.retired")}</StatusBadge>
  );
}

/** Whether something is being prepared, or a release has brought something. */
export function DraftState({ draft, offeredVersion }: Pick<Document, "draft" | "offeredVersion">) {
  const { t } = useTranslation();
  if (draft) return <StatusBadge tone="working">{t("document.draftOpen")}</StatusBadge>;
  return offeredVersion !== null && <StatusBadge tone="attention">{t("document.offered")}</StatusBadge>;
}

/** Whether it came with a release or was made here. */
export function DocumentOrigin({ origin }: Pick<Document, "origin">) {
  const { t } = useTranslation();
  if (origin === null) return null;
  return origin === "shipped" ? t("document.shipped") : t("document.own");
}
