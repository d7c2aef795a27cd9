import { Radio, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { replayWebhook } from "../../api/generated/sdk.gen.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";

type ReplayProps = { webhookId: string; opened: boolean; close: () => void; done: () => Promise<unknown> };

/** Delivers a part of the feed again: from a moment on, or all of it. */
export function ReplayWebhook({ webhookId, opened, close, done }: ReplayProps) {
  const { t } = useTranslation();
  const [from, setFrom] = useState<"time" | "beginning">("time");
  const [since, setSince] = useState("");
  const moment = new Date(since);
  const isReady = from === "beginning" || !Number.isNaN(moment.getTime());
  return (
    <ConfirmAction
      opened={opened}
      onClose={close}
      title={t("connect.replayTitle")}
      verb={t("connect.do.replay")}
      complete={isReady}
      run={async () => {
        await replayWebhook({
          path: { id: webhookId },
          body: from === "time" ? { since: moment.toISOString() } : {},
        });
        await done();
      }}
    >
      <p style={{ margin: 0 }}>{t("connect.replayText")}</p>
      <Radio.Group
        label={t("connect.replayFrom")}
        value={from}
        onChange={(chosen) => setFrom(chosen === "time" ? "time" : "beginning")}
      >
        <Stack gap={8} mt={4}>
          <Radio value="time" label={t("connect.replaySince")} />
          {from === "time" && (
            <TextInput
              type="datetime-local"
              aria-label={t("connect.replaySince")}
              value={since}
              onChange={(event) => setSince(event.currentTarget.value)}
            />
          )}
          <Radio value="beginning" label={t("connect.replayAll")} />
        </Stack>
      </Radio.Group>
    </ConfirmAction>
  );
}
