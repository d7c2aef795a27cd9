import { Button, Group, Modal } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

/** Asks before leaving a page would lose what was entered; the browser asks by itself when the tab is closed. */
export function UnsavedGuard({ isUnsaved }: { isUnsaved: () => boolean }) {
  const { t } = useTranslation();
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => isUnsaved() && current.pathname !== next.pathname,
    enableBeforeUnload: isUnsaved,
    withResolver: true,
  });
  return (
    <Modal
      opened={status === "blocked"}
      onClose={() => reset?.()}
      title={<strong>{t("ui.leaveTitle")}</strong>}
      size="sm"
      closeButtonProps={{ "aria-label": t("ui.close") }}
    >
      <p style={{ marginTop: 0 }}>{t("ui.leaveText")}</p>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={() => reset?.()} data-autofocus>
          {t("ui.stay")}
        </Button>
        <Button color="red" onClick={() => proceed?.()}>
          {t("ui.discard")}
        </Button>
      </Group>
    </Modal>
  );
}
