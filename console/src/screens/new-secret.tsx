import { Button, CopyButton, Group, Modal, Stack } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./new-secret.module.css";

type NewSecretProps = {
  title: string;
  secret: string | undefined;
  done: () => unknown;
  /** What it is used for. */
  children: React.ReactNode;
};

/** Shown once: nobody can read it again. It closes by its own button alone, not by a slip of the mouse. */
export function NewSecret({ title, secret, done, children }: NewSecretProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={secret !== undefined}
      onClose={() => undefined}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      title={<strong>{title}</strong>}
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
          {children}
        </p>
        <Group justify="flex-end">
          <Button onClick={() => done()}>{t("access.secretKept")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
