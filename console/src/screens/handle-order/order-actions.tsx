import { Button } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { holdOrder } from "../../api/generated/sdk.gen.ts";
import type { Order } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { ConfirmAction } from "../../ui/confirm-action.tsx";
import { ActionButtons } from "../action-buttons.tsx";
import { answerEvents } from "../customer-answers.ts";
import { useHoldReasons } from "../reasons.ts";
import { useTakeAction } from "./offered-order-actions.ts";
import { useOrderChanged } from "./order-changed.ts";
import { openQuestionOf } from "./order-questions.tsx";

const CancelOrder = lazy(() => import("./cancel-order.tsx"));

export function OrderActions({ order }: { order: Order }) {
  const { t } = useTranslation();
  const can = useCan();
  const holdReasons = useHoldReasons();
  const changed = useOrderChanged();
  const [dialog, setDialog] = useState<"hold" | "cancel" | null>(null);
  const [asked, setAsked] = useState(false);
  const close = () => setDialog(null);
  const { offered, take } = useTakeAction(order);
  // While the customer is asked, the answers stand beside the question.
  const own = openQuestionOf(order) === undefined ? offered : offered.filter(({ event }) => !answerEvents.has(event));
  const isOpen = order.lines.some((line) => line.allocated + line.backordered > 0);
  const ofWorkflow = <ActionButtons actions={own} take={take} />;
  if (!isOpen) return ofWorkflow;
  return (
    <>
      {ofWorkflow}
      {can("orders:hold") && (
        <Button variant="default" onClick={() => setDialog("hold")}>
          {t("order.hold")}
        </Button>
      )}
      {can("orders:cancel") && (
        <Button
          variant="default"
          c="var(--danger)"
          onClick={() => {
            setAsked(true);
            setDialog("cancel");
          }}
        >
          {t("order.cancel")}
        </Button>
      )}
      <ConfirmAction
        opened={dialog === "hold"}
        onClose={close}
        title={t("order.holdTitle", { number: order.number })}
        verb={t("order.hold")}
        reasons={holdReasons}
        withNote
        run={async ({ reason, note }) => {
          await holdOrder({ path: { id: order.id }, body: { reason, ...(note && { note }) } });
          await changed();
        }}
      >
        <p style={{ margin: 0 }}>{t("order.holdEffect")}</p>
      </ConfirmAction>
      {asked && (
        <Suspense>
          <CancelOrder order={order} opened={dialog === "cancel"} close={close} />
        </Suspense>
      )}
    </>
  );
}
