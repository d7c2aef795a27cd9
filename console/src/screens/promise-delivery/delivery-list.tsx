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
import { beginnings, type DeliveryKind, pagesOf } from "./delivery-documents.ts";
import { DeliveryTabs } from "./delivery-tabs.tsx";
import { valueName } from "./field-words.ts";

export function FulfillmentMethods() {
  return <DeliveryList kind="fulfillment-method" />;
}

export function CarrierServices() {
  return <DeliveryList kind="carrier-service" />;
}

/** How customers get their orders, and who carries them. */
function DeliveryList({ kind }: { kind: DeliveryKind }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const { title, code, state, draft, origin, at } = useDocumentColumns();
  const isCarried = kind === "carrier-service";
  const fact: TableColumn<Document> = {
    id: "fact",
    header: t(isCarried ? "delivery.fields.carrier" : "delivery.fields.kind"),
    width: 170,
    cell: ({ facts }) => (isCarried ? (facts["carrier"] ?? "") : valueName(facts["kind"] ?? "")),
  };
  return (
    <Page
      title={t("delivery.title")}
      facts={t(isCarried ? "delivery.servicesAbout" : "delivery.methodsAbout")}
      layout="fill"
      actions={
        can("documents:write") && (
          <BeginDocument
            kind={kind}
            verb={t(isCarried ? "delivery.newService" : "delivery.newMethod")}
            label={t("delivery.fields.title")}
            contentOf={(named) => beginnings[kind](named.title)}
            open={(fresh) => navigate({ to: pagesOf[kind].draft, params: { code: fresh } })}
          />
        )
      }
    >
      <DeliveryTabs />
      <DocumentList
        name={kind}
        label={t(isCarried ? "delivery.services" : "delivery.methods")}
        documents={useDocuments(kind)}
        columns={[title(t("delivery.fields.title")), code, fact, state, draft, origin, at]}
        open={(document) => ({
          to: document.publishedVersion === null ? pagesOf[kind].draft : pagesOf[kind].page,
          params: { code: document.code },
        })}
        empty={<Empty title={t("delivery.none")} />}
      />
    </Page>
  );
}
