import { useTranslation } from "react-i18next";
import type { Order } from "../../api/generated/types.gen.ts";
import { Money } from "../../ui/money.tsx";
import { Panel } from "../../ui/panel.tsx";
import classes from "./order.module.css";

/** What it costs and how it is paid. A tender sum that differs from the total is said, not hidden. */
export function OrderMoney({ order }: { order: Order }) {
  const { t } = useTranslation();
  const { currency } = order;
  const paid = order.tenders.reduce((sum, tender) => sum + tender.amount, 0);
  return (
    <Panel title={t("order.money")}>
      <dl className={classes.money}>
        <dt>{t("order.items")}</dt>
        <dd>
          <Money minor={order.itemTotal} currency={currency} />
        </dd>
        {order.charges.map((charge, index) => (
          // Charges have no identity of their own; their order is part of the order.
          <ChargeRow key={index} charge={charge} currency={currency} />
        ))}
        <dt data-total>{t("order.grandTotal")}</dt>
        <dd data-total>
          <Money minor={order.grandTotal} currency={currency} />
        </dd>
        {order.tenders.map((tender, index) => (
          <TenderRow key={index} tender={tender} currency={currency} />
        ))}
        {order.tenders.length > 0 && paid !== order.grandTotal && (
          <>
            <dt>{t("order.difference")}</dt>
            <dd>
              <Money minor={paid - order.grandTotal} currency={currency} />
            </dd>
          </>
        )}
      </dl>
    </Panel>
  );
}

function ChargeRow({ charge, currency }: { charge: Order["charges"][number]; currency: string }) {
  const { t } = useTranslation();
  return (
    <>
      <dt>
        {t(`charge.${charge.type}`)}
        {charge.description && <span className="faint"> · {charge.description}</span>}
        {charge.line !== undefined && <span className="faint"> · {t("order.lineNumber", { line: charge.line })}</span>}
      </dt>
      <dd>
        <Money minor={charge.type === "discount" ? -charge.amount : charge.amount} currency={currency} />
      </dd>
    </>
  );
}

function TenderRow({ tender, currency }: { tender: Order["tenders"][number]; currency: string }) {
  const { t } = useTranslation();
  return (
    <>
      <dt>
        {t("order.paidBy", {
          method: t(`order.tenders.${tender.type}`, { defaultValue: tender.type.replaceAll("_", " ") }),
        })}
        {tender.installments !== undefined && tender.installments > 1 && (
          <span className="faint"> · {t("order.installments", { count: tender.installments })}</span>
        )}
        {tender.reference && <span className="faint code"> {tender.reference}</span>}
      </dt>
      <dd>
        <Money minor={tender.amount} currency={currency} />
      </dd>
    </>
  );
}
