import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Address, Order, OrderFulfillmentChoice } from "../../api/generated/types.gen.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { KeyValue } from "../../ui/key-value.tsx";
import { Panel } from "../../ui/panel.tsx";
import { LocationLink } from "../places.tsx";
import { useServiceName } from "../service-names.ts";
import classes from "./order.module.css";

/** Who ordered, and what they chose: one block per method, place and date. */
export function Choices({ order }: { order: Order }) {
  const { t } = useTranslation();
  const { customer } = order;
  // People may have moved it: what the workflow has noted counts before what the channel said.
  const releaseDay = textIn(order.attributes, "releaseOn") ?? textIn(order.metadata, "releaseOn");
  const exchanged = textIn(order.metadata, "exchangeOf");
  return (
    <Panel title={t("order.customer")}>
      <KeyValue
        facts={[
          [t("order.name"), customer.name],
          [t("order.email"), customer.email && <Email address={customer.email} />],
          [t("order.phone"), customer.phone && <a href={`tel:${customer.phone}`}>{customer.phone}</a>],
          [t("order.customerNumber"), customer.reference],
          [t("order.releaseOn"), releaseDay && <DateTime at={releaseDay} show="date" />],
          [
            t("order.exchangeOf"),
            exchanged && (
              <Link to="/orders" search={{ query: exchanged }}>
                {exchanged}
              </Link>
            ),
          ],
        ]}
      />
      {order.fulfillmentChoices.map((choice) => (
        <div key={choice.id} className={classes.choice}>
          <Choice choice={choice} />
        </div>
      ))}
    </Panel>
  );
}

function textIn(values: Order["metadata"], name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

function Choice({ choice }: { choice: OrderFulfillmentChoice }) {
  const { t } = useTranslation();
  const serviceName = useServiceName();
  return (
    <KeyValue
      facts={[
        [
          t("order.method"),
          <>
            {choice.method === "pickup" ? t("method.pickup") : t("method.delivery")}
            {choice.service && <> · {serviceName(choice.service)}</>}
          </>,
        ],
        [t("order.collectAt"), choice.location && <LocationLink code={choice.location} />],
        [t("order.address"), choice.address && <PostalAddress address={choice.address} />],
        [
          t("order.window"),
          (choice.notBefore || choice.notAfter) && (
            <>
              <DateTime at={choice.notBefore} show="date-time" /> – <DateTime at={choice.notAfter} show="date-time" />
            </>
          ),
        ],
        [t("order.promised"), choice.promise && <Promised promise={choice.promise} />],
        [t("order.instructions"), choice.instructions],
        [t("order.giftMessage"), choice.giftMessage],
        [t("order.collectors"), choice.collectors?.join(", ")],
      ]}
    />
  );
}

/** What the customer was told when it was ordered. */
function Promised({ promise }: { promise: NonNullable<OrderFulfillmentChoice["promise"]> }) {
  const { t } = useTranslation();
  const { deliverFrom, deliverBy, readyAt, shipBy } = promise;
  return (
    <>
      {deliverBy ? (
        <>
          <DateTime at={deliverFrom} show="date-time" /> – <DateTime at={deliverBy} show="date-time" />
        </>
      ) : (
        <DateTime at={readyAt} show="date-time" />
      )}
      {shipBy && (
        <div className="soft">
          {t("order.promisedShipBy")} <DateTime at={shipBy} show="date-time" />
        </div>
      )}
    </>
  );
}

export function PostalAddress({ address }: { address: Address }) {
  const lines = [
    address.name,
    address.line1,
    address.line2,
    [address.postalCode, address.city].filter(Boolean).join(" "),
    address.region,
    address.country,
  ];
  return (
    <address className={classes.address}>
      {lines.filter(Boolean).map((line) => (
        <div key={line}>{line}</div>
      ))}
    </address>
  );
}

/** A long address breaks after the @ rather than in the middle of a name. */
function Email({ address }: { address: string }) {
  const at = address.indexOf("@") + 1;
  return (
    <a href={`mailto:${address}`}>
      {address.slice(0, at)}
      <wbr />
      {address.slice(at)}
    </a>
  );
}
