import { useTranslation } from "react-i18next";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { DocumentList, useDocumentColumns } from "../change-documents/document-list.tsx";
import { useDocuments } from "../change-documents/documents.ts";
import { WorkflowTabs } from "../workflow-tabs.tsx";
import { KIND } from "./choice-content.ts";

/** Which workflow something new gets: one set of rules for each kind of thing that runs workflows. */
export function Choices() {
  const { t } = useTranslation();
  const { title, state, draft, origin, at } = useDocumentColumns();
  return (
    <Page title={t("workflow.listTitle")} facts={t("choice.about")} layout="fill">
      <WorkflowTabs />
      <DocumentList
        name="workflow-choices"
        label={t("choice.title")}
        documents={useDocuments(KIND)}
        columns={[title(t("workflow.title")), state, draft, origin, at]}
        open={({ code }) => ({ to: "/changes/choices/$code", params: { code } })}
        empty={<Empty title={t("choice.none")} />}
      />
    </Page>
  );
}
