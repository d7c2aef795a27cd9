import { Radio, Stack } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { beginMassAction } from "../../api/generated/sdk.gen.ts";
import type { BeginMassActionData } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { useCancelReasons, useHoldReasons } from "../reasons.ts";

const actions = ["cancel", "hold", "release"] as const;
type Action = (typeof actions)[number];

type BeginProps = { filter: BeginMassActionData["body"]["filter"]; opened: boolean; close: () => void };

/** What shall happen to all orders that the list finds. They are held first, so that there is time to look. */
export default function BeginMassAction({ filter, opened, close }: BeginProps) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const cancelReasons = useCancelReasons();
  const holdReasons = useHoldReasons();
  const allowed = actions.filter((each) => each !== "cancel" || can("orders:cancel"));
  const [action, setAction] = useState<Action>(allowed[0] ?? "hold");
  return (
    <ConfirmAction
      opened={opened}
      onClose={close}
      title={t("mass.beginTitle")}
      verb={t(`mass.start.${action}`)}
      danger={action === "cancel"}
      reasonHint={t("action.readByOthers")}
      reasons={action === "cancel" ? cancelReasons : holdReasons}
      run={async ({ reason }) => {
        const { data } = await beginMassAction({ body: { action, filter, reason } });
        await navigate({ to: "/mass-actions/$massActionId", params: { massActionId: data.id } });
      }}
    >
      <p style={{ margin: 0 }}>{t("mass.beginText")}</p>
      <Radio.Group
        label={t("mass.action")}
        value={action}
        onChange={(chosen) => setAction(allowed.find((each) => each === chosen) ?? action)}
      >
        <Stack gap={6} mt={4}>
          {allowed.map((each) => (
            <Radio key={each} value={each} label={t(`mass.verb.${each}`)} description={t(`mass.effectOf.${each}`)} />
          ))}
        </Stack>
      </Radio.Group>
    </ConfirmAction>
  );
}
