import { Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { onlyOn } from "../../api/edited.ts";
import { publishDocument } from "../../api/generated/sdk.gen.ts";
import { useCan } from "../../api/session.ts";
import { ProblemNote } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Changes } from "./changes.tsx";
import classes from "./document.module.css";
import { type DocumentName, useDocument, useDocumentsChanged } from "./documents.ts";

/** What the page of a draft tells of what is to be published. */
export type PublishDialog = {
  name: DocumentName;
  revision: number | undefined;
  /** How many faults the check has found. */
  faults: number;
  close: () => void;
  published: () => unknown;
};

type PublishDocumentProps = PublishDialog & {
  /** What it means for what is under way. */
  effect: string;
  /** An example of a reason. */
  example: string;
  /** What else has to be decided. */
  children?: React.ReactNode;
  /** Whether it is. */
  decided?: boolean;
  /** What was decided, for the publication itself. */
  options?: Record<string, unknown> | undefined;
  /** What is done once it is in force; tells what came of it. */
  carryOut?: (version: number) => Promise<string>;
};

/** What is different from what is in force, and why; then it is in force. */
export function PublishDocument(props: PublishDocumentProps) {
  const { name, revision, faults, close, published, effect, example, children, decided = true, options } = props;
  const { t } = useTranslation();
  const can = useCan();
  const changed = useDocumentsChanged();
  const { data: document } = useDocument(name);
  const [note, setNote] = useState("");
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<unknown>();

  async function publish(event: React.FormEvent) {
    event.preventDefault();
    setSending(true);
    setError(undefined);
    try {
      const { data } = await publishDocument({
        path: name,
        body: { note: note.trim(), ...(options && { options }) },
        headers: onlyOn(revision),
      });
      const message = (await props.carryOut?.(data.version)) ?? data.title;
      notifications.show({ title: t("document.inForceNow", { version: data.version }), message });
      await published();
      await changed();
    } catch (refused) {
      setError(refused);
      setSending(false);
    }
  }

  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={<strong>{t("document.publishTitle")}</strong>}
      closeButtonProps={{ "aria-label": t("ui.close") }}
    >
      <form onSubmit={(event) => void publish(event)}>
        <Stack gap="md">
          {faults > 0 && <StatusBadge tone="trouble">{t("document.mendFirst", { count: faults })}</StatusBadge>}
          {document?.publishedVersion === null && <p className={classes.heading}>{t("document.isNew")}</p>}
          {document && document.publishedVersion !== null && (
            <Changes name={name} from="published" to="draft" revision={revision} />
          )}
          <p style={{ margin: 0 }}>{effect}</p>
          {children}
          <Textarea
            label={t("document.note")}
            placeholder={example}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
            maxLength={1000}
            autosize
            minRows={2}
            required
            data-autofocus
          />
          {error !== undefined && <ProblemNote error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t("ui.back")}
            </Button>
            <Button
              type="submit"
              disabled={faults > 0 || !decided || note.trim() === "" || !can("documents:publish")}
              loading={sending}
            >
              {t("document.publish")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
