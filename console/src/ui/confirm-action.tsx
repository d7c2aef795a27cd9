import { Button, Group, Modal, Select, Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "./states.tsx";

export type ReasonOption = { value: string; label: string };

type ConfirmActionProps = {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** The verb on the button: "Cancel 3 lines", never "OK". */
  verb: string;
  danger?: boolean;
  /** Reason codes to choose from; without them no reason is asked. */
  reasons?: readonly ReasonOption[];
  /** Asks for words beside the code. */
  withNote?: boolean;
  /** Shows what will happen before it does. */
  children?: React.ReactNode;
  /** While false the button waits, because what the dialog asks is not filled in. */
  complete?: boolean;
  run: (given: { reason: string; note: string }) => Promise<unknown>;
};

/** A decision with its consequence and its reason on one sheet. It stays open, with the problem shown, when refused. */
export function ConfirmAction(props: ConfirmActionProps) {
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

function ConfirmForm({ onClose, verb, danger, reasons, withNote, children, complete = true, run }: ConfirmActionProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>();
  const ready = complete && (!reasons || reason !== null);

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
            placeholder={t("ui.chooseReason")}
            data={reasons}
            value={reason}
            onChange={setReason}
            allowDeselect={false}
            required
            data-autofocus
          />
        )}
        {withNote && (
          <Textarea
            label={t("ui.note")}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
            autosize
            minRows={2}
            maxLength={500}
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
