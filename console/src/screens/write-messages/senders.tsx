import { Button } from "@mantine/core";
import { IconSignature } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useCan } from "../../api/session.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { DocumentList, useDocumentColumns } from "../change-documents/document-list.tsx";
import { useDocuments } from "../change-documents/documents.ts";
import { MessageTabs } from "../message-tabs.tsx";

export const SENDER_KIND = "message-sender";

/** In whose name customers are written to, by brand and channel (F10). */
export function Senders() {
  const { t } = useTranslation();
  const can = useCan();
  const { title, code, state, draft, origin, at } = useDocumentColumns();
  return (
    <Page
      title={t("message.title")}
      layout="fill"
      actions={
        can("documents:write") && (
          <Button renderRoot={(root) => <Link {...root} to="/new/message-sender" />}>{t("sender.add")}</Button>
        )
      }
    >
      <MessageTabs />
      <DocumentList
        name="message-senders"
        label={t("sender.listTitle")}
        documents={useDocuments(SENDER_KIND)}
        columns={[title(t("sender.title")), code, state, draft, origin, at]}
        open={(document) => ({ to: "/message-senders/$code", params: { code: document.code } })}
        empty={
          <Empty title={t("sender.none")} icon={<IconSignature size={26} stroke={1.4} aria-hidden="true" />}>
            {t("sender.noneText")}
          </Empty>
        }
      />
    </Page>
  );
}
