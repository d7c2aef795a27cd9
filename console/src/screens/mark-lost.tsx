import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { loseShipment } from "../api/generated/sdk.gen.ts";
import type { Shipment } from "../api/generated/types.gen.ts";
import { useCan } from "../api/session.ts";
import { ConfirmAction } from "../ui/confirm-action.tsx";

type MarkLostProps = { shipment: Shipment; changed: () => Promise<unknown> };

/** For a shipment that is under way and will not arrive. Customer service gets it as an exception. */
export function MarkLost({ shipment, changed }: MarkLostProps) {
  const { t } = useTranslation();
  const can = useCan();
  const [asked, setAsked] = useState(false);
  if (shipment.status !== "shipped" || !can("fulfillment:deliver")) return null;
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setAsked(true)}>
        {t("work.markLost")}
      </Button>
      <ConfirmAction
        opened={asked}
        onClose={() => setAsked(false)}
        title={t("work.lostTitle", { shipment: shipment.trackingNumber ?? shipment.reference })}
        verb={t("work.markLost")}
        danger
        withNote
        run={async ({ note }) => {
          await loseShipment({ path: { id: shipment.id }, body: note === "" ? {} : { reason: note } });
          await changed();
        }}
      >
        <p style={{ margin: 0 }}>{t("work.lostEffect")}</p>
      </ConfirmAction>
    </>
  );
}
