import { Button } from "@mantine/core";
import { Link, type LinkProps, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { shippedText } from "../../api/server-text.ts";
import type { Document, DocumentVersion } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { DocumentState } from "./document-state.tsx";
import { type DocumentName, useDocument, useVersion } from "./documents.ts";
import { Offer } from "./offer.tsx";
import { RetireDocument } from "./retire-document.tsx";
import { Publisher } from "./version-list.tsx";

type Shown = {
  readonly document: Document;
  /** Null: it was never published. */
  readonly version: DocumentVersion | null;
};

type OpenDocumentProps = {
  name: DocumentName;
  /** A version's number; absent: what is in force, or was last. */
  asked: string | undefined;
  above: React.ReactNode;
  children: (shown: Shown) => React.ReactNode;
};

/** Reads a document with the version that is to be shown. */
export function OpenDocument({ name, asked, above, children }: OpenDocumentProps) {
  const { data: document, error, refetch } = useDocument(name);
  const last = document?.latestVersion ? document.latestVersion : null;
  const shown = asked === undefined ? (document?.publishedVersion ?? last) : Number(asked);
  const { data: version, error: unread, refetch: again } = useVersion(name, document ? shown : null);
  if (document && (version || shown === null)) return children({ document, version: version ?? null });
  const failure = error ?? unread;
  return (
    <Page title={shippedText(document?.title ?? name.code)} above={above}>
      {failure ? <Failed error={failure} retry={() => void (error ? refetch() : again())} /> : <Loading lines={8} />}
    </Page>
  );
}

type DocumentPageProps = {
  document: Document;
  above: React.ReactNode;
  layout?: "flow" | "fill";
  /** Besides whether it is in force and being changed. */
  badges?: React.ReactNode;
  facts: React.ReactNode;
  /** What withdrawing it means; absent: it cannot be. */
  retireEffect?: string;
  /** Stands left of the button that changes it. */
  actions?: React.ReactNode;
  draft: LinkProps;
  children: React.ReactNode;
};

/** What every document has: its state, what a release offers, withdrawing, and the way to its draft. */
export function DocumentPage(props: DocumentPageProps) {
  const { document, above, layout = "flow", badges, facts, retireEffect, actions, draft, children } = props;
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const name = { kind: document.kind, code: document.code };
  const hasDraft = document.draft !== null;
  return (
    <Page
      title={shippedText(document.title)}
      above={above}
      layout={layout}
      badges={
        <>
          <DocumentState {...document} />
          {hasDraft && <StatusBadge tone="working">{t("document.draftOpen")}</StatusBadge>}
          {badges}
        </>
      }
      facts={facts}
      actions={
        <>
          {document.publishedVersion !== null && retireEffect && (
            <RetireDocument name={name} title={shippedText(document.title)} effect={retireEffect} />
          )}
          {actions}
          {can("documents:write") && (
            <Button renderRoot={(root) => <Link {...root} {...draft} />}>
              {hasDraft ? t("document.continueDraft") : t("document.change")}
            </Button>
          )}
        </>
      }
    >
      {document.offeredVersion !== null && <Offer name={name} hasDraft={hasDraft} toDraft={() => navigate(draft)} />}
      {children}
    </Page>
  );
}

/** Since when a version is in force, by whom and why. */
export function Published({ version }: { version: DocumentVersion }) {
  const { t } = useTranslation();
  return (
    <>
      {version.state === "retired" && `${t("document.formerVersion", { version: version.version })} · `}
      <DateTime at={version.publishedAt} /> · <Publisher of={version} /> · {shippedText(version.note)}
    </>
  );
}
