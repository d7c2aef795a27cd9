import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { deliverShipment } from "../../api/generated/sdk.gen.ts";
import type { FulfillmentOrder, Shipment } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { KeyValue } from "../../ui/key-value.tsx";
import { Panel } from "../../ui/panel.tsx";
import { ProblemNote } from "../../ui/states.tsx";
import { MarkLost } from "../mark-lost.tsx";
import { Status } from "../statuses.tsx";
import { useWorkChanged } from "./work-changed.ts";
import classes from "./work.module.css";

/** What left already, in one go or in several. */
export function Shipments({ work }: { work: FulfillmentOrder }) {
  const { t } = useTranslation();
  if (work.shipments.length === 0) return null;
  return (
    <Panel title={t("work.shipments")}>
      {work.shipments.map((shipment) => (
        <ShipmentBlock key={shipment.id} work={work} shipment={shipment} />
      ))}
    </Panel>
  );
}

function ShipmentBlock({ work, shipment }: { work: FulfillmentOrder; shipment: Shipment }) {
  const { t } = useTranslation();
  const can = useCan();
  const changed = useWorkChanged(work);
  const deliver = useMutation({
    mutationFn: () => deliverShipment({ path: { id: shipment.id }, body: {} }),
    onSuccess: changed,
  });
  return (
    <div className={classes.shipment}>
      <div className={classes.shipmentHead}>
        <Status of={shipment.status} />
        <span className="soft">
          {t("orders.unitCount", { count: shipment.lines.reduce((sum, line) => sum + line.quantity, 0) })}
        </span>
        {shipment.status !== "delivered" && can("fulfillment:deliver") && (
          <span className={classes.end}>
            <MarkLost shipment={shipment} changed={changed} />{" "}
            <Button size="compact-sm" variant="default" loading={deliver.isPending} onClick={() => deliver.mutate()}>
              {t("work.markDelivered")}
            </Button>
          </span>
        )}
      </div>
      <KeyValue
        facts={[
          [t("work.carrier"), shipment.carrier],
          [t("work.tracking"), shipment.trackingNumber && <span className="code">{shipment.trackingNumber}</span>],
          [t("order.shippedAt"), <DateTime key="shipped" at={shipment.shippedAt} />],
          [t("order.lostAt"), shipment.lostAt && <DateTime at={shipment.lostAt} />],
          [t("order.deliveredAt"), shipment.deliveredAt && <DateTime at={shipment.deliveredAt} />],
        ]}
      />
      {deliver.error && <ProblemNote error={deliver.error} />}
    </div>
  );
}
