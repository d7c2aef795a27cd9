import { ActionIcon, Button } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconArrowBackUp, IconArrowForwardUp } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { discardDocumentDraft } from "../../api/generated/sdk.gen.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import classes from "./document.module.css";
import { type DocumentName, useDocumentsChanged } from "./documents.ts";
import type { Draft } from "./use-draft.ts";

type DraftToolsProps = {
  draft: Pick<Draft<object>, "undo" | "redo" | "state"> & {
    /** Nothing has been saved as a draft yet. */
    untouched: boolean;
  };
};

/** Whether it is saved, and the way back. */
export function DraftTools({ draft: { undo, redo, state, untouched } }: DraftToolsProps) {
  const { t } = useTranslation();
  useHotkeys([
    ["mod+Z", () => undo?.()],
    ["mod+shift+Z", () => redo?.()],
  ]);
  return (
    <>
      <span className={classes.saving} role="status">
        {untouched && !undo ? t("document.notChanged") : t(`document.saving.${state}`)}
      </span>
      <ActionIcon variant="default" size="lg" disabled={!undo} aria-label={t("document.undo")} onClick={undo}>
        <IconArrowBackUp size={18} />
      </ActionIcon>
      <ActionIcon variant="default" size="lg" disabled={!redo} aria-label={t("document.redo")} onClick={redo}>
        <IconArrowForwardUp size={18} />
      </ActionIcon>
    </>
  );
}

type DiscardDraftProps = { name: DocumentName; hasDraft: boolean; leave: () => unknown };

export function DiscardDraft({ name, hasDraft, leave }: DiscardDraftProps) {
  const { t } = useTranslation();
  const changed = useDocumentsChanged();
  const [asking, setAsking] = useState(false);
  if (!hasDraft) return null;
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t("document.discard")}
      </Button>
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("document.discardTitle")}
        verb={t("document.discard")}
        danger
        run={async () => {
          await discardDocumentDraft({ path: name });
          await leave();
          await changed();
        }}
      >
        <p style={{ margin: 0 }}>{t("document.discardEffect")}</p>
      </ConfirmAction>
    </>
  );
}
