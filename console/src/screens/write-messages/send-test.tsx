import { Button, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sendTestMessage } from "../../api/generated/sdk.gen.ts";
import { useSession } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import type { Template } from "./template-content.ts";

type SendTestProps = { template: Template; order: string | null; ready: boolean };

/** The same in a real mailbox: mail programs show things in their own ways. */
export function SendTest({ template, order, ready }: SendTestProps) {
  const { t } = useTranslation();
  const { user } = useSession();
  const [asking, setAsking] = useState(false);
  const [address, setAddress] = useState(user?.email ?? "");
  return (
    <>
      <Button variant="default" disabled={order === null || !ready} onClick={() => setAsking(true)}>
        {t("template.sendTest")}
      </Button>
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("template.sendTest")}
        verb={t("template.send")}
        complete={/^\S+@\S+$/.test(address.trim())}
        run={async () => {
          const { data } = await sendTestMessage({ body: { template, order: order ?? "", to: address.trim() } });
          notifications.show({ color: "green", title: t("template.testSent"), message: data.sentTo });
        }}
      >
        <p style={{ margin: 0 }}>{t("template.sendTestText")}</p>
        <TextInput
          label={t("template.to")}
          description={t("template.toText")}
          type="email"
          required
          maxLength={254}
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
          data-autofocus
        />
      </ConfirmAction>
    </>
  );
}
