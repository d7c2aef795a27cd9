import { Button } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { DocumentVersion } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { KeyValue } from "../../ui/key-value.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { DocumentState } from "../change-documents/document-state.tsx";
import { useDocument, useVersion } from "../change-documents/documents.ts";
import { Offer } from "../change-documents/offer.tsx";
import { RetireDocument } from "../change-documents/retire-document.tsx";
import { Publisher, VersionList } from "../change-documents/version-list.tsx";
import { useTriggerText } from "../message-facts.tsx";
import { languageName } from "./languages.ts";
import { templateName, useTriggers } from "./queries.ts";
import classes from "./template.module.css";
import { asTemplate, type Template } from "./template-content.ts";
import { TemplatePreview } from "./template-preview.tsx";
import { ForWhom, MediumText } from "./templates.tsx";

const route = getRouteApi("/signed-in/message-templates/$code");

/** A template as it is in force: what it says of a real order, who gets it, and what was in force before. */
export function TemplatePage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const { code } = route.useParams();
  const { version: asked } = route.useSearch();
  const name = templateName(code);
  const { data: document, error, refetch } = useDocument(name);
  const last = document?.latestVersion ? document.latestVersion : null;
  const shown = asked === undefined ? (document?.publishedVersion ?? last) : Number(asked);
  const { data: version, error: unread } = useVersion(name, document ? shown : null);
  const above = <Link to="/message-templates">{t("template.listTitle")}</Link>;
  const failure = error ?? unread;
  if (!document || (shown !== null && !version)) {
    return (
      <Page title={code} above={above}>
        {failure ? <Failed error={failure} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  const template = asTemplate(version?.content);
  const toDraft = () => navigate({ to: "/message-templates/$code/draft", params: { code } });
  return (
    <Page
      title={document.title}
      above={above}
      badges={
        <>
          <DocumentState {...document} />
          {document.draft && <StatusBadge tone="working">{t("document.draftOpen")}</StatusBadge>}
        </>
      }
      facts={version && <Published {...version} />}
      actions={
        <>
          {document.publishedVersion !== null && (
            <RetireDocument name={name} title={document.title} effect={t("template.retireEffect")} />
          )}
          {can("documents:write") && (
            <Button renderRoot={(root) => <Link {...root} to="/message-templates/$code/draft" params={{ code }} />}>
              {document.draft ? t("document.continueDraft") : t("document.change")}
            </Button>
          )}
        </>
      }
    >
      {document.offeredVersion !== null && (
        <Offer name={name} hasDraft={document.draft !== null} toDraft={() => void toDraft()} />
      )}
      <div className={classes.columns}>
        <div className={classes.stack}>
          {template && <Facts template={template} />}
          <VersionList
            name={name}
            shown={shown}
            hasDraft={document.draft !== null}
            open={(each) => ({ to: "/message-templates/$code", params: { code }, search: { version: String(each) } })}
          />
        </div>
        {template ? <TemplatePreview template={template} /> : <p>{t("template.unreadable")}</p>}
      </div>
    </Page>
  );
}

function Published(version: DocumentVersion) {
  const { t } = useTranslation();
  return (
    <>
      {version.state === "retired" && `${t("document.formerVersion", { version: version.version })} · `}
      <DateTime at={version.publishedAt} /> · <Publisher of={version} /> · {version.note}
    </>
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
