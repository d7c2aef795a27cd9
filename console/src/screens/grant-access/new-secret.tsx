import { Button, CopyButton, Group, Modal, Stack } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./access.module.css";

/** Shown once: only its hash is kept. It closes by its own button alone, not by a slip of the mouse. */
export function NewSecret({ secret, done }: { secret: string | undefined; done: () => unknown }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={secret !== undefined}
      onClose={() => undefined}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      title={<strong>{t("access.secretTitle")}</strong>}
      size="lg"
    >
      <Stack gap="sm">
        <p style={{ margin: 0 }}>{t("access.secretText")}</p>
        <div className={classes.secret}>
          <code className="code">{secret}</code>
          <CopyButton value={secret ?? ""}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                onClick={copy}
                data-autofocus
                leftSection={
                  copied ? (
                    <IconCheck size={15} stroke={1.8} aria-hidden="true" />
                  ) : (
                    <IconCopy size={15} stroke={1.7} aria-hidden="true" />
                  )
                }
              >
                {copied ? t("access.copied") : t("access.copy")}
              </Button>
            )}
          </CopyButton>
        </div>
        <p className="soft" style={{ margin: 0 }}>
          {t("access.secretUse")} <code className="code">Authorization: Bearer …</code>
        </p>
        <Group justify="flex-end">
          <Button onClick={() => done()}>{t("access.secretKept")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
