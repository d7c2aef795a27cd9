import { Button } from "@mantine/core";
import { Link, type LinkProps, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { shippedText } from "../../api/server-text.ts";
import type { Document } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { UnsavedGuard } from "../../ui/unsaved-guard.tsx";
import { type DocumentName, useDocument } from "./documents.ts";
import { DiscardDraft, DraftTools } from "./draft-actions.tsx";
import type { PublishDialog } from "./publish-document.tsx";
import { SaveTrouble } from "./save-trouble.tsx";
import { type Draft, type DraftStart, useDraft, useDraftStart } from "./use-draft.ts";

type OpenDraftProps<Content extends object> = {
  name: DocumentName;
  /** What of it can be edited here; null: it has another shape. */
  read: (content: unknown) => Content | null;
  /** What is said then. */
  unreadable: string;
  list: LinkProps;
  listTitle: string;
  page: LinkProps;
  editor: React.ComponentType<{ draft: OpenedDraft<Content> }>;
};

/** A draft as its editor has it, with where it belongs. */
export type OpenedDraft<Content extends object> = Draft<Content> & {
  readonly name: DocumentName;
  readonly document: Document;
  /** Nothing has been saved as a draft yet. */
  readonly untouched: boolean;
  readonly basedOn: number | null;
  readonly mayWrite: boolean;
  readonly above: React.ReactNode;
  /** To the page of the document, or to the list while it has none. */
  leave: () => unknown;
  toPage: () => unknown;
  reload: () => void;
};

/** Reads a draft, or what is in force to begin one, and gives it to its editor. */
export function OpenDraft<Content extends object>(props: OpenDraftProps<Content>) {
  const { name, read, unreadable, list, listTitle } = props;
  const { data: start, error, refetch, dataUpdatedAt } = useDraftStart(name);
  const { data: document, error: missing, refetch: again } = useDocument(name);
  const content = start && read(start.content);
  const failed = error ?? missing;
  if (!start || !document || content === null || content === undefined) {
    return (
      <Page title={shippedText(document?.title ?? name.code)} above={<Link {...list}>{listTitle}</Link>}>
        {content === null ? (
          <p>{unreadable}</p>
        ) : failed ? (
          <Failed error={failed} retry={() => void Promise.all([refetch(), again()])} />
        ) : (
          <Loading lines={8} />
        )}
      </Page>
    );
  }
  // Its own state goes with what was read: what is read again begins anew.
  return <Opened key={dataUpdatedAt} {...props} {...{ start, document, content }} reload={() => void refetch()} />;
}

type OpenedProps<Content extends object> = OpenDraftProps<Content> & {
  start: DraftStart;
  document: Document;
  content: Content;
  reload: () => void;
};

function Opened<Content extends object>(props: OpenedProps<Content>) {
  const { name, start, document, content, reload, list, listTitle, page, editor: Editor } = props;
  const can = useCan();
  const navigate = useNavigate();
  const draft = useDraft(name, start, content);
  const isNew = document.latestVersion === 0;
  const above = isNew ? <Link {...list}>{listTitle}</Link> : <Link {...page}>{shippedText(document.title)}</Link>;
  const opened: OpenedDraft<Content> = {
    ...draft,
    name,
    document,
    above,
    reload,
    untouched: start.revision === undefined,
    basedOn: start.basedOn,
    mayWrite: can("documents:write"),
    leave: () => navigate(isNew ? list : page),
    toPage: () => navigate(page),
  };
  return <Editor draft={opened} />;
}

type DraftPageProps<Content extends object> = {
  draft: OpenedDraft<Content>;
  title: string;
  facts?: React.ReactNode;
  /** `fill`: the editor has the whole window, and shows the way back itself. */
  layout?: "flow" | "fill";
  /** Stands left of the button that publishes. */
  actions?: React.ReactNode;
  publish: (dialog: PublishDialog) => React.ReactNode;
  children: React.ReactNode;
};

/** What every draft has: whether it is sound and saved, the way back, away and into force; and nobody loses it unasked. */
export function DraftPage<Content extends object>(props: DraftPageProps<Content>) {
  const { draft, title, facts, layout = "flow", actions, publish, children } = props;
  const { t } = useTranslation();
  const [publishing, setPublishing] = useState(false);
  const { name, faults, state, toPage } = draft;
  return (
    <Page
      title={t("document.draftOf", { title: shippedText(title) })}
      above={draft.above}
      facts={facts}
      layout={layout}
      stickyHeader={layout === "flow"}
      badges={
        faults.length > 0 ? (
          <StatusBadge tone="trouble">{t("document.faults", { count: faults.length })}</StatusBadge>
        ) : (
          <StatusBadge tone="working">{t("document.draft")}</StatusBadge>
        )
      }
      actions={
        draft.mayWrite && (
          <>
            {layout === "flow" && <DraftTools draft={draft} />}
            <DiscardDraft name={name} hasDraft={draft.revision() !== undefined} leave={draft.leave} />
            {actions}
            <Button disabled={state !== "saved" || draft.revision() === undefined} onClick={() => setPublishing(true)}>
              {t("document.reviewPublish")}
            </Button>
          </>
        )
      }
    >
      <SaveTrouble draft={draft} reload={draft.reload} />
      {children}
      {publishing &&
        publish({
          name,
          revision: draft.revision(),
          faults: faults.length,
          close: () => setPublishing(false),
          published: toPage,
        })}
      <UnsavedGuard isUnsaved={() => state !== "saved"} />
    </Page>
  );
}
