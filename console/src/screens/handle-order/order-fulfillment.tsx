import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { FulfillmentOrder, Order, Shipment } from "../../api/generated/types.gen.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { formatCount } from "../../ui/format.ts";
import { Panel } from "../../ui/panel.tsx";
import { Empty } from "../../ui/states.tsx";
import { LocationLink } from "../places.tsx";
import { MarkLost } from "../mark-lost.tsx";
import { Status } from "../statuses.tsx";
import { useOrderChanged } from "./order-changed.ts";
import classes from "./order.module.css";

export function FulfillmentOrders({ order }: { order: Order }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("order.fulfillment")} bleed>
      {order.fulfillmentOrders.length === 0 ? (
        <Empty small title={t("order.notSourced")}>
          {t("order.notSourcedText")}
        </Empty>
      ) : (
        order.fulfillmentOrders.map((each) => <Work key={each.id} work={each} />)
      )}
    </Panel>
  );
}

function Work({ work }: { work: FulfillmentOrder }) {
  const { t } = useTranslation();
  return (
    <article className={classes.work}>
      <div className={classes.workHead}>
        <Link to="/fulfillment/$fulfillmentOrderId" params={{ fulfillmentOrderId: work.id }}>
          <strong>
            {work.orderNumber}-{work.number}
          </strong>
        </Link>
        <Status of={work.status} />
        <LocationLink code={work.location} />
        <span className="soft">{work.method === "pickup" ? t("method.pickup") : t("method.delivery")}</span>
        {work.dueAt && work.lines.some((line) => line.quantity > line.shipped + line.withdrawn) && (
          <span className={`${classes.end} soft`}>
            {t("order.due")} <DateTime at={work.dueAt} />
          </span>
        )}
      </div>
      {work.rejectedReason && <p className="soft">{t("order.rejectedFor", { reason: work.rejectedReason })}</p>}
      <ul className={classes.workLines}>
        {work.lines.map((line) => (
          <li key={line.lineNumber}>
            {formatCount(line.quantity)} × {line.name}
            {line.withdrawn > 0 && <> · {t("order.withdrawn", { count: line.withdrawn })}</>}
          </li>
        ))}
      </ul>
      {work.shipments.map((shipment) => (
        <ShipmentRow key={shipment.id} shipment={shipment} />
      ))}
    </article>
  );
}

function ShipmentRow({ shipment }: { shipment: Shipment }) {
  const { t } = useTranslation();
  const changed = useOrderChanged();
  const units = shipment.lines.reduce((sum, line) => sum + line.quantity, 0);
  return (
    <div className={classes.shipment}>
      <Status of={shipment.status} />
      <span>
        {shipment.carrier ?? t("order.noCarrier")} <Tracking shipment={shipment} />
      </span>
      <span className="soft">{t("orders.unitCount", { count: units })}</span>
      <span className={`${classes.end} soft`}>
        <LastNews shipment={shipment} />
      </span>
      <MarkLost shipment={shipment} changed={changed} />
    </div>
  );
}

function LastNews({ shipment }: { shipment: Shipment }) {
  const { t } = useTranslation();
  if (shipment.deliveredAt)
    return (
      <>
        {t("order.deliveredAt")} <DateTime at={shipment.deliveredAt} />
      </>
    );
  if (shipment.lostAt)
    return (
      <>
        {t("order.lostAt")} <DateTime at={shipment.lostAt} />
      </>
    );
  return (
    <>
      {t("order.shippedAt")} <DateTime at={shipment.shippedAt} />
      {shipment.estimatedDeliveryOn && (
        <>
          {" · "}
          {t("order.expectedOn")} <DateTime at={`${shipment.estimatedDeliveryOn}T12:00`} show="date" />
        </>
      )}
    </>
  );
}

/** Only web addresses become links: what a channel sent must not run as a script. */
function Tracking({ shipment }: { shipment: Shipment }) {
  const label = shipment.trackingNumber ?? shipment.reference;
  if (!shipment.trackingUrl || !/^https?:\/\//i.test(shipment.trackingUrl))
    return <span className="code">{label}</span>;
  return (
    <a href={shipment.trackingUrl} target="_blank" rel="noreferrer" className="code">
      {label}
    </a>
  );
}
