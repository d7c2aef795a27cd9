import { useQuery } from "@tanstack/react-query";
import { getOrder } from "../../api/generated/sdk.gen.ts";

/** The fulfillment orders of an order, to choose from; none for null. */
export function useOrderParts(orderId: string | null): { value: string; label: string }[] {
  const { data } = useQuery({
    queryKey: ["order", orderId],
    queryFn: async ({ signal }) => (await getOrder({ path: { id: orderId ?? "" }, signal })).data,
    enabled: orderId !== null,
  });
  return (data?.fulfillmentOrders ?? []).map(({ id, number, location, status }) => ({
    value: id,
    label: `${number} · ${location} · ${status}`,
  }));
}
