import { Button } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCan } from "../../api/session.ts";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { UnsavedGuard } from "../../ui/unsaved-guard.tsx";
import { DiscardDraft, DraftTools } from "../change-documents/draft-actions.tsx";
import { useDocument } from "../change-documents/documents.ts";
import { PublishDocument } from "../change-documents/publish-document.tsx";
import { SaveTrouble } from "../change-documents/save-trouble.tsx";
import { type DraftStart, useDraft, useDraftStart } from "../change-documents/use-draft.ts";
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
  const { data: start, error, refetch, dataUpdatedAt } = useDraftStart(templateName(code));
  const template = start && asTemplate(start.content);
  if (!start || !template) {
    return (
      <Page title={code} above={<Link to="/message-templates">{t("template.listTitle")}</Link>}>
        {start ? <p>{t("template.unreadable")}</p> : error ? <Failed error={error} /> : <Loading lines={8} />}
      </Page>
    );
  }
  return <Editor key={dataUpdatedAt} code={code} start={start} template={template} reload={() => void refetch()} />;
}

type EditorProps = { code: string; start: DraftStart; template: Template; reload: () => void };

function Editor({ code, start, template: begun, reload }: EditorProps) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const name = templateName(code);
  const { data: document } = useDocument(name);
  const draft = useDraft(name, start, begun);
  const { content: template, change, undo, redo, state, faults } = draft;
  const [publishing, setPublishing] = useState(false);
  const mayWrite = can("documents:write");
  const toPage = () =>
    document?.latestVersion === 0
      ? navigate({ to: "/message-templates" })
      : navigate({ to: "/message-templates/$code", params: { code } });
  const whole = faults.filter(
    ({ pointer }) => !/^\/(subject|text|title|language|brand|channel|blocks\/\d+)/.test(pointer),
  );
  return (
    <Page
      title={t("document.draftOf", { title: template.title })}
      above={
        document?.latestVersion === 0 ? (
          <Link to="/message-templates">{t("template.listTitle")}</Link>
        ) : (
          <Link to="/message-templates/$code" params={{ code }}>
            {document?.title ?? code}
          </Link>
        )
      }
      facts={t("template.draftFacts", { language: languageName(template.language) })}
      stickyHeader
      badges={
        faults.length > 0 ? (
          <StatusBadge tone="trouble">{t("document.faults", { count: faults.length })}</StatusBadge>
        ) : (
          <StatusBadge tone="working">{t("document.draft")}</StatusBadge>
        )
      }
      actions={
        mayWrite && (
          <>
            <DraftTools {...{ undo, redo, state }} untouched={start.revision === undefined} />
            <DiscardDraft name={name} hasDraft={draft.revision() !== undefined} leave={toPage} />
            <Button disabled={state !== "saved" || draft.revision() === undefined} onClick={() => setPublishing(true)}>
              {t("document.reviewPublish")}
            </Button>
          </>
        )
      }
    >
      <SaveTrouble draft={draft} reload={reload} />
      {whole.map((fault) => (
        <p key={`${fault.pointer} ${fault.message}`} className={classes.note}>
          {fault.message}
        </p>
      ))}
      <div className={classes.columns}>
        <fieldset disabled={!mayWrite} style={{ minWidth: 0, margin: 0, padding: 0, border: 0 }}>
          <TemplateFields template={template} change={change} faults={faults} />
        </fieldset>
        <TemplatePreview template={template} />
      </div>
      {publishing && (
        <PublishDocument
          name={name}
          revision={draft.revision()}
          faults={faults.length}
          effect={t("template.publishEffect")}
          example={t("template.noteExample")}
          close={() => setPublishing(false)}
          published={() => navigate({ to: "/message-templates/$code", params: { code } })}
        />
      )}
      <UnsavedGuard isUnsaved={() => state !== "saved"} />
    </Page>
  );
}
