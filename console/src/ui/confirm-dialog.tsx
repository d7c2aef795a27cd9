import { Button, Group, Modal, Select, Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConfirmActionProps } from "./confirm-action.tsx";
import { ProblemNote } from "./states.tsx";

const noteLimit = 500;

export default function ConfirmDialog(props: ConfirmActionProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={<strong>{props.title}</strong>}
      size="md"
      closeButtonProps={{ "aria-label": t("ui.close") }}
    >
      <ConfirmForm {...props} />
    </Modal>
  );
}

function ConfirmForm({
  onClose,
  verb,
  danger,
  reasons,
  reasonHint,
  withNote,
  words,
  children,
  complete = true,
  run,
}: ConfirmActionProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>();
  const ready = complete && (!reasons || reason !== null) && (!words || note.trim() !== "");

  async function submit(event: React.FormEvent) {
    event.preventDefault();
    setRunning(true);
    setError(undefined);
    try {
      await run({ reason: reason ?? "", note: note.trim() });
      onClose();
    } catch (refused) {
      setError(refused);
    } finally {
      setRunning(false);
    }
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {children}
        {reasons && (
          <Select
            label={t("ui.reason")}
            description={reasonHint}
            placeholder={t("ui.chooseReason")}
            data={reasons}
            value={reason}
            onChange={setReason}
            allowDeselect={false}
            required
            data-autofocus
          />
        )}
        {(withNote || words) && (
          <Textarea
            label={words?.label ?? t("ui.note")}
            placeholder={words?.example}
            required={words !== undefined}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
            autosize
            minRows={2}
            maxLength={words?.maxLength ?? noteLimit}
            data-autofocus={reasons ? undefined : true}
          />
        )}
        {error !== undefined && <ProblemNote error={error} />}
        <Group justify="flex-end" gap="xs" mt={4}>
          <Button variant="default" onClick={onClose}>
            {t("ui.back")}
          </Button>
          <Button type="submit" color={danger ? "red" : undefined} disabled={!ready} loading={running}>
            {verb}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
