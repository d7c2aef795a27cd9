import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Columns, Fields } from "../change-documents/columns.tsx";
import { DraftPage, OpenDraft, type OpenedDraft } from "../change-documents/draft-page.tsx";
import { PublishDocument } from "../change-documents/publish-document.tsx";
import { VersionList } from "../change-documents/version-list.tsx";
import { asSource, type Source, sourceName } from "./source-content.ts";
import { SourceFields } from "./source-fields.tsx";
import { TrySample } from "./try-sample.tsx";

const route = getRouteApi("/signed-in/connections/sources/$code/draft");

/** A source as it is being changed, and beside it what it makes of a sample. */
export function SourceDraft() {
  const { t } = useTranslation();
  const { code } = route.useParams();
  return (
    <OpenDraft
      name={sourceName(code)}
      read={asSource}
      unreadable={t("source.unreadable")}
      list={{ to: "/connections/sources" }}
      listTitle={t("source.listTitle")}
      page={{ to: "/connections/sources/$code", params: { code } }}
      editor={Editor}
    />
  );
}

function Editor({ draft }: { draft: OpenedDraft<Source> }) {
  const { t } = useTranslation();
  const { name, document, content: source, change, faults, mayWrite } = draft;
  return (
    <DraftPage
      draft={draft}
      title={source.title}
      publish={(dialog) => (
        <PublishDocument {...dialog} effect={t("source.publishEffect")} example={t("source.noteExample")} />
      )}
    >
      <Columns
        main={
          <Fields mayWrite={mayWrite}>
            <SourceFields source={source} change={change} faults={faults} />
          </Fields>
        }
        beside={
          <>
            <TrySample source={source} />
            {document.latestVersion > 0 && (
              <VersionList name={name} shown={null} hasDraft={draft.revision() !== undefined} />
            )}
          </>
        }
      />
    </DraftPage>
  );
}
