import { useQuery } from "@tanstack/react-query";
import { listOrderActions, takeOrderAction } from "../../api/generated/sdk.gen.ts";
import type { OfferedAction, Order } from "../../api/generated/types.gen.ts";
import { type FormValues, ownActions } from "../offered-actions.ts";
import { useOrderChanged } from "./order-changed.ts";

/** What the order's own workflow offers beside what every order has, and how it is taken. */
export function useTakeAction(order: Order): {
  offered: readonly OfferedAction[];
  take: (action: OfferedAction, data: FormValues) => Promise<void>;
} {
  const changed = useOrderChanged();
  const { data: offered = [] } = useQuery({
    queryKey: ["order", order.id, "actions", order.version],
    queryFn: async ({ signal }) => (await listOrderActions({ path: { id: order.id }, signal })).data.actions,
  });
  return {
    offered: ownActions(offered).filter(({ fulfillmentOrderId }) => fulfillmentOrderId === null),
    take: async ({ event }, data) => {
      await takeOrderAction({ path: { id: order.id, action: event }, body: { data: { ...data } } });
      await changed();
    },
  };
}
