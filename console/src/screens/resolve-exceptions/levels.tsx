import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useCan } from "../../api/session.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { DocumentList, useDocumentColumns } from "../change-documents/document-list.tsx";
import { useDocuments } from "../change-documents/documents.ts";

export const LEVELS_KIND = "exception-levels";

/** Who hears of exceptions that nobody deals with, and when (W6, W7). */
export function ExceptionLevels() {
  const { t } = useTranslation();
  const can = useCan();
  const { title, code, state, draft, at } = useDocumentColumns();
  return (
    <Page
      title={t("levels.title")}
      above={<Link to="/exceptions">{t("exception.title")}</Link>}
      facts={t("levels.about")}
      layout="fill"
      actions={
        can("documents:publish") && (
          <Button renderRoot={(root) => <Link {...root} to="/new/exception-levels" />}>{t("levels.add")}</Button>
        )
      }
    >
      <DocumentList
        name="exception-levels"
        label={t("levels.title")}
        documents={useDocuments(LEVELS_KIND)}
        columns={[title(t("levels.name")), code, state, draft, at]}
        open={(document) => ({ to: "/exception-levels/$code", params: { code: document.code } })}
        empty={
          <Empty title={t("levels.none")} icon={<IconAlertTriangle size={26} stroke={1.4} aria-hidden="true" />}>
            {t("levels.noneText")}
          </Empty>
        }
      />
    </Page>
  );
}
