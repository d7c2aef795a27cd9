import { useTranslation } from "react-i18next";
import { onlyOn } from "../../api/edited.ts";
import { discardDocumentDraft, publishDocument, saveDocumentDraft } from "../../api/generated/sdk.gen.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { useDocumentsChanged } from "../change-documents/documents.ts";
import { type Controls, controlsName } from "./control-content.ts";
import { PreviewEffect } from "./preview-effect.tsx";

type PutInForceProps = {
  /** What is in force afterwards. */
  controls: Controls;
  title: string;
  verb: string;
  danger?: boolean;
  close: () => void;
  /** Once it is in force. */
  done?: () => void;
};

/** Changes the rules in one step, without a draft that somebody edits, after a look at what it does to what is promised. */
export function PutInForce({ controls, title, verb, danger, close, done }: PutInForceProps) {
  const { t } = useTranslation();
  const changed = useDocumentsChanged();

  async function publish(note: string) {
    // Somebody may have begun a draft in the meantime: it is not written over.
    const { data } = await saveDocumentDraft({
      path: controlsName,
      body: { content: controls },
      headers: onlyOn(undefined),
    });
    const headers = onlyOn(data.revision);
    try {
      await publishDocument({ path: controlsName, body: { note }, headers });
    } catch (refused) {
      await discardDocumentDraft({ path: controlsName, headers });
      throw refused;
    } finally {
      await changed();
    }
    done?.();
  }

  return (
    <ConfirmAction
      opened
      onClose={close}
      title={title}
      verb={verb}
      danger={danger}
      words={{ label: t("document.note"), maxLength: 1000 }}
      run={({ note }) => publish(note)}
    >
      <PreviewEffect controls={controls} state="saved" isSound />
    </ConfirmAction>
  );
}
