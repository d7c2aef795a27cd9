import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { retireDocument } from "../../api/generated/sdk.gen.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { type DocumentName, useDocumentsChanged } from "./documents.ts";

/** Withdraws what is in force. Who still needs it says so: the refusal stands in the dialog. */
export function RetireDocument({ name, title, effect }: { name: DocumentName; title: string; effect: string }) {
  const { t } = useTranslation();
  const can = useCan();
  const changed = useDocumentsChanged();
  const [asking, setAsking] = useState(false);
  if (!can("documents:publish")) return null;
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t("document.retire")}
      </Button>
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("document.retireTitle", { title })}
        verb={t("document.retire")}
        danger
        words={{ label: t("document.note"), maxLength: 1000 }}
        run={async ({ note }) => {
          await retireDocument({ path: name, body: { note } });
          await changed();
        }}
      >
        <p style={{ margin: 0 }}>{effect}</p>
      </ConfirmAction>
    </>
  );
}
