import { IconTransferIn } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Document } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import type { TableColumn } from "../../ui/table-columns.ts";
import { BeginDocument } from "../change-documents/begin-document.tsx";
import { DocumentList, useDocumentColumns } from "../change-documents/document-list.tsx";
import { useDocuments } from "../change-documents/documents.ts";
import { ConnectionTabs } from "../connect-systems/connection-tabs.tsx";
import { KIND, newSource } from "./source-content.ts";

/** Which systems tell us events, and what they mean here (W5). */
export function Sources() {
  const { t } = useTranslation();
  const can = useCan();
  const { title, code, state, draft, at } = useDocumentColumns();
  const scheme: TableColumn<Document> = {
    id: "scheme",
    header: t("source.signature"),
    width: 190,
    cell: ({ facts }) =>
      facts["scheme"] && t(facts["scheme"] === "hmacSha256" ? "source.hmacSha256" : "source.standardWebhooks"),
  };
  return (
    <Page title={t("connect.title")} layout="fill" actions={can("documents:write") && <NewSource />}>
      <ConnectionTabs />
      <DocumentList
        name="inbound-sources"
        label={t("source.listTitle")}
        documents={useDocuments(KIND)}
        columns={[title(t("source.title")), code, state, draft, scheme, at]}
        open={(document) => ({
          to: document.latestVersion === 0 ? "/connections/sources/$code/draft" : "/connections/sources/$code",
          params: { code: document.code },
        })}
        detail={(document) => <span className="code">{document.code}</span>}
        empty={
          <Empty title={t("source.none")} icon={<IconTransferIn size={26} stroke={1.4} aria-hidden="true" />}>
            {t("source.noneText")}
          </Empty>
        }
      />
    </Page>
  );
}

function NewSource() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <BeginDocument
      kind={KIND}
      verb={t("source.new")}
      label={t("source.title")}
      example={t("source.newExample")}
      about={t("source.newText")}
      contentOf={({ title }) => newSource(title)}
      open={(code) => navigate({ to: "/connections/sources/$code/draft", params: { code } })}
    />
  );
}
