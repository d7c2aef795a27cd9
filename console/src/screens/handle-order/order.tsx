import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { getOrder } from "../../api/generated/sdk.gen.ts";
import { DateTime } from "../../ui/date-time.tsx";
import { Page } from "../../ui/page.tsx";
import { Failed, Loading } from "../../ui/states.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { OrderTypeBadge } from "../order-types.tsx";
import { HeldBadge, Status } from "../statuses.tsx";
import { OrderActions } from "./order-actions.tsx";
import { Choices } from "./order-choices.tsx";
import { FulfillmentOrders } from "./order-fulfillment.tsx";
import { Lines } from "./order-lines.tsx";
import { OrderMessages } from "./order-messages.tsx";
import { OrderMoney } from "./order-money.tsx";
import { OrderQuestions } from "./order-questions.tsx";
import { Sourcing } from "./order-sourcing.tsx";
import { OrderTasks } from "./order-tasks.tsx";
import { OrderTimeline } from "./order-timeline.tsx";
import { Trouble } from "./order-trouble.tsx";
import classes from "./order.module.css";

const route = getRouteApi("/signed-in/orders/$orderId");

/** One order, in the order in which people ask: what is it, is it in trouble, what can I do, what happened. */
export function OrderPage() {
  const { t } = useTranslation();
  const { orderId } = route.useParams();
  const {
    data: order,
    error,
    refetch,
  } = useQuery({
    queryKey: ["order", orderId],
    queryFn: async ({ signal }) => (await getOrder({ path: { id: orderId }, signal })).data,
  });
  const above = <Link to="/orders">{t("orders.title")}</Link>;
  if (!order) {
    return (
      <Page title={t("order.title", { number: "…" })} above={above}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={8} />}
      </Page>
    );
  }
  const activeHolds = order.holds.filter((hold) => hold.releasedAt === null);
  return (
    <Page
      title={t("order.title", { number: order.number })}
      above={above}
      badges={
        <>
          <Status of={order.status} />
          <OrderTypeBadge type={order.type} />
          {activeHolds.length > 0 && <HeldBadge />}
          {order.historical && <StatusBadge tone="stopped">{t("order.historical")}</StatusBadge>}
        </>
      }
      facts={
        <>
          {order.customer.name ?? order.customer.reference ?? t("order.noCustomer")} · {order.channel} ·{" "}
          <span className="code">{order.externalReference}</span> · <DateTime at={order.orderedAt} show="date-time" />
        </>
      }
      actions={<OrderActions order={order} />}
    >
      <Trouble order={order} />
      <div className={classes.columns}>
        <div className={classes.column}>
          <OrderTasks order={order} />
          <Lines order={order} />
          <FulfillmentOrders order={order} />
          <OrderMoney order={order} />
          <Sourcing order={order} />
        </div>
        <div className={classes.column}>
          <Choices order={order} />
          <OrderQuestions order={order} />
          <OrderMessages order={order} />
          <OrderTimeline order={order} />
        </div>
      </div>
    </Page>
  );
}
