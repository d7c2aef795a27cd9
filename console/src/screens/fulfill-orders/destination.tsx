import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { getOrder } from "../../api/generated/sdk.gen.ts";
import type { FulfillmentOrder } from "../../api/generated/types.gen.ts";
import { useCan } from "../../api/session.ts";
import { KeyValue } from "../../ui/key-value.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Loading } from "../../ui/states.tsx";
import { PostalAddress } from "../handle-order/order-choices.tsx";
import { useServiceName } from "../service-names.ts";

/** Where it goes or who collects it, and what the customer asked for. It stands on the order, for whoever may see that. */
export function Destination({ work }: { work: FulfillmentOrder }) {
  const { t } = useTranslation();
  const can = useCan();
  const serviceName = useServiceName();
  const { data: order } = useQuery({
    queryKey: ["order", work.orderId],
    enabled: can("orders:read"),
    queryFn: async ({ signal }) => (await getOrder({ path: { id: work.orderId }, signal })).data,
  });
  if (!can("orders:read")) return null;
  const choiceId = order?.lines.find((line) => line.lineNumber === work.lines[0]?.lineNumber)?.fulfillmentChoice;
  const choice = order?.fulfillmentChoices.find((each) => each.id === choiceId);
  return (
    <Panel
      title={work.method === "pickup" ? t("work.collectedBy") : t("work.goesTo")}
      actions={
        <Link to="/orders/$orderId" params={{ orderId: work.orderId }}>
          {t("work.openOrder")}
        </Link>
      }
    >
      {order ? (
        <KeyValue
          facts={[
            [t("order.name"), order.customer.name],
            [t("order.collectors"), choice?.collectors?.join(", ")],
            [t("order.phone"), order.customer.phone],
            [t("order.address"), choice?.address && <PostalAddress address={choice.address} />],
            [t("work.service"), choice?.service && serviceName(choice.service)],
            [t("order.instructions"), choice?.instructions],
            [t("order.giftMessage"), choice?.giftMessage],
          ]}
        />
      ) : (
        <Loading />
      )}
    </Panel>
  );
}
