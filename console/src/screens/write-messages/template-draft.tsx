import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Columns, Fields } from "../change-documents/columns.tsx";
import { DraftPage, OpenDraft, type OpenedDraft } from "../change-documents/draft-page.tsx";
import { PublishDocument } from "../change-documents/publish-document.tsx";
import { languageName } from "./languages.ts";
import { templateName } from "./queries.ts";
import classes from "./template.module.css";
import { asTemplate, type Template } from "./template-content.ts";
import { TemplateFields } from "./template-fields.tsx";
import { TemplatePreview } from "./template-preview.tsx";

const route = getRouteApi("/signed-in/message-templates/$code/draft");

/** A template as it is being changed, and beside it what it makes of a real order. */
export function TemplateDraft() {
  const { t } = useTranslation();
  const { code } = route.useParams();
  return (
    <OpenDraft
      name={templateName(code)}
      read={asTemplate}
      unreadable={t("template.unreadable")}
      list={{ to: "/message-templates" }}
      listTitle={t("template.listTitle")}
      page={{ to: "/message-templates/$code", params: { code } }}
      editor={Editor}
    />
  );
}

function Editor({ draft }: { draft: OpenedDraft<Template> }) {
  const { t } = useTranslation();
  const { content: template, change, faults, mayWrite } = draft;
  const whole = faults.filter(
    ({ pointer }) => !/^\/(subject|text|title|language|brand|channel|blocks\/\d+)/.test(pointer),
  );
  return (
    <DraftPage
      draft={draft}
      title={template.title}
      facts={t("template.draftFacts", { language: languageName(template.language) })}
      publish={(dialog) => (
        <PublishDocument {...dialog} effect={t("template.publishEffect")} example={t("template.noteExample")} />
      )}
    >
      {whole.map((fault) => (
        <p key={`${fault.pointer} ${fault.message}`} className={classes.note}>
          {fault.message}
        </p>
      ))}
      <Columns
        even
        main={
          <Fields mayWrite={mayWrite}>
            <TemplateFields template={template} change={change} faults={faults} />
          </Fields>
        }
        beside={<TemplatePreview template={template} />}
      />
    </DraftPage>
  );
}
