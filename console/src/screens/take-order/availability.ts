import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { askAvailability } from "../../api/generated/sdk.gen.ts";
import type { AvailabilityItem } from "../../api/generated/types.gen.ts";

/** What the channel can promise now of these SKUs, and where it lies; asked again while the customer thinks. */
export function useAvailability(
  channel: string | null,
  skus: readonly string[],
): ReadonlyMap<string, AvailabilityItem> {
  const codes = skus.toSorted();
  const { data } = useQuery({
    queryKey: ["availability", channel, "order", codes],
    enabled: channel !== null && codes.length > 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (await askAvailability({ body: { channel: channel ?? "", skus: codes, locations: true }, signal })).data,
  });
  return new Map(data?.channel === channel ? data?.items.map((item) => [item.sku, item]) : []);
}
