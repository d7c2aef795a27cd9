import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { KeyValue } from "../../ui/key-value.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Columns } from "../change-documents/columns.tsx";
import { DocumentPage, OpenDocument, Published } from "../change-documents/document-page.tsx";
import { VersionList } from "../change-documents/version-list.tsx";
import { useTriggerText } from "../message-facts.tsx";
import { languageName } from "./languages.ts";
import { templateName, useTriggers } from "./queries.ts";
import { asTemplate, type Template } from "./template-content.ts";
import { TemplatePreview } from "./template-preview.tsx";
import { ForWhom, MediumText } from "./templates.tsx";

const route = getRouteApi("/signed-in/message-templates/$code");

/** A template as it is in force: what it says of a real order, who gets it, and what was in force before. */
export function TemplatePage() {
  const { t } = useTranslation();
  const { code } = route.useParams();
  const { version: asked } = route.useSearch();
  const name = templateName(code);
  const above = <Link to="/message-templates">{t("template.listTitle")}</Link>;
  return (
    <OpenDocument name={name} asked={asked} above={above}>
      {({ document, version }) => {
        const template = asTemplate(version?.content);
        return (
          <DocumentPage
            document={document}
            above={above}
            facts={version && <Published version={version} />}
            retireEffect={t("template.retireEffect")}
            draft={{ to: "/message-templates/$code/draft", params: { code } }}
          >
            <Columns
              main={
                <>
                  {template && <Facts template={template} />}
                  <VersionList
                    name={name}
                    shown={version?.version ?? null}
                    hasDraft={document.draft !== null}
                    open={(each) => ({
                      to: "/message-templates/$code",
                      params: { code },
                      search: { version: String(each) },
                    })}
                  />
                </>
              }
              even
              beside={template ? <TemplatePreview template={template} /> : <p>{t("template.unreadable")}</p>}
            />
          </DocumentPage>
        );
      }}
    </OpenDocument>
  );
}

/** When it is sent, to whom, and whether it can be. */
export function Facts({ template }: { template: Template }) {
  const { t } = useTranslation();
  const triggerText = useTriggerText();
  const { data: triggers } = useTriggers();
  const trigger = triggers?.find(({ code }) => code === template.trigger);
  const medium = trigger?.media.find((one) => one.medium === template.medium);
  return (
    <Panel title={t("template.facts")}>
      <KeyValue
        facts={[
          [t("message.trigger"), triggerText(template.trigger)],
          [t("template.when"), trigger?.description],
          [t("template.medium"), <MediumText key="medium" of={template.medium} />],
          [t("template.language"), languageName(template.language)],
          [t("template.for"), <ForWhom key="for" {...template} />],
          [t("template.sending"), medium && t(medium.sent ? "template.isSent" : "template.isKept")],
        ]}
      />
    </Panel>
  );
}
