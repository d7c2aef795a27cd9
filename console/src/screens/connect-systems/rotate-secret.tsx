import { Select } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { rotateWebhookSecret } from "../../api/generated/sdk.gen.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { NewSecret } from "../new-secret.tsx";

type RotateProps = { webhookId: string; opened: boolean; close: () => void; done: () => Promise<unknown> };

/** Hours in which both secrets sign. The first is the default: a day is enough to change over during office hours. */
const overlaps = ["24", "72", "168", "0"] as const;

export function RotateSecret({ webhookId, opened, close, done }: RotateProps) {
  const { t } = useTranslation();
  const [overlap, setOverlap] = useState<string>(overlaps[0]);
  const [secret, setSecret] = useState<string>();
  return (
    <>
      <ConfirmAction
        opened={opened}
        onClose={close}
        title={t("connect.rotateTitle")}
        verb={t("connect.do.rotate")}
        danger={overlap === "0"}
        run={async () => {
          const body = { overlapHours: Number(overlap) };
          const { data } = await rotateWebhookSecret({ path: { id: webhookId }, body });
          // Null only when the same request was answered before: the secret was shown then.
          if (data.secret !== null) setSecret(data.secret);
          await done();
        }}
      >
        <p style={{ margin: 0 }}>{t("connect.rotateText")}</p>
        <Select
          label={t("connect.overlap")}
          data={overlaps.map((value) => ({
            value,
            label: value === "0" ? t("connect.noOverlap") : t("connect.hours", { count: Number(value) }),
          }))}
          value={overlap}
          onChange={(chosen) => setOverlap(chosen ?? overlap)}
          allowDeselect={false}
        />
      </ConfirmAction>
      <NewSecret title={t("connect.secretTitle")} secret={secret} done={() => setSecret(undefined)}>
        {t("connect.secretUse")}
      </NewSecret>
    </>
  );
}
