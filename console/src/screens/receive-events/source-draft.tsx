import { Button } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCan } from "../../api/session.ts";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { UnsavedGuard } from "../../ui/unsaved-guard.tsx";
import { useDocument } from "../change-documents/documents.ts";
import { DiscardDraft, DraftTools } from "../change-documents/draft-actions.tsx";
import { PublishDocument } from "../change-documents/publish-document.tsx";
import { SaveTrouble } from "../change-documents/save-trouble.tsx";
import { type DraftStart, useDraft, useDraftStart } from "../change-documents/use-draft.ts";
import { VersionList } from "../change-documents/version-list.tsx";
import classes from "./source.module.css";
import { asSource, type Source, sourceName } from "./source-content.ts";
import { SourceFields } from "./source-fields.tsx";
import { TrySample } from "./try-sample.tsx";

const route = getRouteApi("/signed-in/connections/sources/$code/draft");

/** A source as it is being changed, and beside it what it makes of a sample. */
export function SourceDraft() {
  const { t } = useTranslation();
  const { code } = route.useParams();
  const { data: start, error, refetch, dataUpdatedAt } = useDraftStart(sourceName(code));
  const source = start && asSource(start.content);
  if (!start || !source) {
    return (
      <Page title={code} above={<Link to="/connections/sources">{t("source.listTitle")}</Link>}>
        {start ? <p>{t("source.unreadable")}</p> : error ? <Failed error={error} /> : <Loading lines={8} />}
      </Page>
    );
  }
  return <Editor key={dataUpdatedAt} code={code} start={start} source={source} reload={() => void refetch()} />;
}

type EditorProps = { code: string; start: DraftStart; source: Source; reload: () => void };

function Editor({ code, start, source: begun, reload }: EditorProps) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const name = sourceName(code);
  const { data: document } = useDocument(name);
  const draft = useDraft(name, start, begun);
  const { content: source, change, undo, redo, state, faults } = draft;
  const [publishing, setPublishing] = useState(false);
  const mayWrite = can("documents:write");
  const isNew = document?.latestVersion === 0;
  const toPage = () => navigate({ to: "/connections/sources/$code", params: { code } });
  return (
    <Page
      title={t("document.draftOf", { title: source.title })}
      above={
        isNew ? (
          <Link to="/connections/sources">{t("source.listTitle")}</Link>
        ) : (
          <Link to="/connections/sources/$code" params={{ code }}>
            {document?.title ?? code}
          </Link>
        )
      }
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
            <DiscardDraft
              name={name}
              hasDraft={draft.revision() !== undefined}
              leave={() => (isNew ? navigate({ to: "/connections/sources" }) : toPage())}
            />
            <Button disabled={state !== "saved" || draft.revision() === undefined} onClick={() => setPublishing(true)}>
              {t("document.reviewPublish")}
            </Button>
          </>
        )
      }
    >
      <SaveTrouble draft={draft} reload={reload} />
      <div className={classes.columns}>
        <fieldset disabled={!mayWrite} style={{ minWidth: 0, margin: 0, padding: 0, border: 0 }}>
          <SourceFields source={source} change={change} faults={faults} />
        </fieldset>
        <div className={classes.side}>
          <TrySample source={source} />
          {!isNew && <VersionList name={name} shown={null} hasDraft={draft.revision() !== undefined} />}
        </div>
      </div>
      {publishing && (
        <PublishDocument
          name={name}
          revision={draft.revision()}
          faults={faults.length}
          effect={t("source.publishEffect")}
          example={t("source.noteExample")}
          close={() => setPublishing(false)}
          published={toPage}
        />
      )}
      <UnsavedGuard isUnsaved={() => state !== "saved"} />
    </Page>
  );
}
