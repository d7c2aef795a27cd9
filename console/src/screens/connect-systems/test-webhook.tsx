import { Button, Modal, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { testWebhook } from "../../api/generated/sdk.gen.ts";
import { formatDuration } from "../../ui/format.ts";
import { KeyValue } from "../../ui/key-value.tsx";
import { ProblemNote } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import classes from "./connect.module.css";

/** Sends a made-up event and shows what the receiver made of it. */
export function TestButton({ webhookId }: { webhookId: string }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const ping = useMutation({
    mutationFn: async () => (await testWebhook({ path: { id: webhookId } })).data,
    onSettled: () => setOpened(true),
  });
  const { data, error } = ping;
  return (
    <>
      <Button loading={ping.isPending} onClick={() => ping.mutate()}>
        {t("connect.test")}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={<strong>{t("connect.testResult")}</strong>}
        size="md"
        closeButtonProps={{ "aria-label": t("ui.close") }}
      >
        <Stack gap="sm">
          {error && <ProblemNote error={error} />}
          {data && (
            <>
              <div>
                <StatusBadge tone={data.delivered ? "done" : "trouble"}>
                  {data.delivered ? t("connect.testDelivered") : t("connect.testFailed")}
                </StatusBadge>
              </div>
              <KeyValue
                facts={[
                  [t("connect.answer"), data.status],
                  [t("connect.duration"), formatDuration(data.durationMs)],
                  [t("connect.error"), data.error],
                ]}
              />
              {data.answerBody && <pre className={classes.text}>{data.answerBody}</pre>}
            </>
          )}
        </Stack>
      </Modal>
    </>
  );
}
