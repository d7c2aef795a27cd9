import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  acceptFulfillmentOrder,
  collectFulfillmentOrder,
  extendPickup,
  listFulfillmentOrderActions,
  packFulfillmentOrder,
  readyFulfillmentOrder,
  rejectFulfillmentOrder,
  startPicking,
  takeFulfillmentOrderAction,
} from "../../api/generated/sdk.gen.ts";
import type { FulfillmentOrder } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { ActionButtons } from "../action-buttons.tsx";
import { ownActions } from "../offered-actions.ts";
import { useRejectReasons } from "../reasons.ts";
import { mayExtend, mayReject, nextStep, type Step, stepOffered } from "./next-step.ts";
import { ShipDialog } from "./ship-dialog.tsx";
import { useWorkChanged } from "./work-changed.ts";

/** Steps that need nothing but the decision. */
const plainSteps = {
  accept: acceptFulfillmentOrder,
  startPicking,
  pack: packFulfillmentOrder,
  ready: readyFulfillmentOrder,
  extend: extendPickup,
} as const;

function isPlain(step: Step): step is Step & keyof typeof plainSteps {
  return step in plainSteps;
}

export function WorkActions({ work, allPicked }: { work: FulfillmentOrder; allPicked: boolean }) {
  const { t } = useTranslation();
  const can = useCan();
  const changed = useWorkChanged(work);
  const [dialog, setDialog] = useState<"reject" | "ship" | "collect" | null>(null);
  const close = () => setDialog(null);
  // What the location's own process offers; until that is known, what the shipped one would.
  const { data: offered } = useQuery({
    queryKey: ["fulfillment-order", work.id, "actions", work.version],
    queryFn: async ({ signal }) => (await listFulfillmentOrderActions({ path: { id: work.id }, signal })).data.actions,
  });
  const own = ownActions(offered ?? []);
  const step = offered ? stepOffered(offered, own.length > 0) : nextStep(work);
  const take = useMutation({
    mutationFn: (plain: keyof typeof plainSteps) => plainSteps[plain]({ path: { id: work.id }, body: {} }),
    onSuccess: changed,
    onError: (error) =>
      notifications.show({ color: "red", title: t("work.refused"), message: error.message, autoClose: 10_000 }),
  });
  if (!can("fulfillment:write")) return null;
  return (
    <>
      {mayReject(work) && (
        <Button variant="default" onClick={() => setDialog("reject")}>
          {t("work.reject")}
        </Button>
      )}
      {mayExtend(work) && (
        <Button variant="default" loading={take.isPending} onClick={() => take.mutate("extend")}>
          {t("work.extend")}
        </Button>
      )}
      <ActionButtons
        actions={own}
        take={async ({ event }, data) => {
          await takeFulfillmentOrderAction({ path: { id: work.id, action: event }, body: { data: { ...data } } });
          await changed();
        }}
      />
      {step && (
        <Button
          loading={take.isPending}
          disabled={work.held || (step === "pack" && !allPicked)}
          title={work.held ? t("work.heldHint") : step === "pack" && !allPicked ? t("work.packHint") : undefined}
          onClick={() => (isPlain(step) ? take.mutate(step) : setDialog(step))}
        >
          {t(`work.step.${step}`)}
        </Button>
      )}
      <Reject work={work} opened={dialog === "reject"} close={close} />
      <Collect work={work} opened={dialog === "collect"} close={close} />
      <ShipDialog work={work} opened={dialog === "ship"} close={close} />
    </>
  );
}

type DialogProps = { work: FulfillmentOrder; opened: boolean; close: () => void };

function Reject({ work, opened, close }: DialogProps) {
  const { t } = useTranslation();
  const reasons = useRejectReasons();
  const changed = useWorkChanged(work);
  return (
    <ConfirmAction
      opened={opened}
      onClose={close}
      title={t("work.rejectTitle")}
      verb={t("work.reject")}
      danger
      reasons={reasons}
      run={async ({ reason }) => {
        await rejectFulfillmentOrder({ path: { id: work.id }, body: { reason } });
        await changed();
      }}
    >
      <p style={{ margin: 0 }}>{t("work.rejectEffect")}</p>
    </ConfirmAction>
  );
}

function Collect({ work, opened, close }: DialogProps) {
  const { t } = useTranslation();
  const changed = useWorkChanged(work);
  return (
    <ConfirmAction
      opened={opened}
      onClose={close}
      title={t("work.collectTitle")}
      verb={t("work.step.collect")}
      run={async () => {
        await collectFulfillmentOrder({ path: { id: work.id }, body: {} });
        await changed();
      }}
    >
      <p style={{ margin: 0 }}>{t("work.collectEffect")}</p>
    </ConfirmAction>
  );
}
