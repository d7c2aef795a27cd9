import type { Channel } from "../../api/generated/types.gen.ts";
import { numberOrNull, orNull } from "../empty-values.ts";

export const channelKinds = ["web", "app", "marketplace", "social", "kiosk", "pos", "phone"] as const;
const usualLowStock = 5;

export type ChannelValues = Pick<
  Channel,
  "code" | "name" | "kind" | "brand" | "market" | "currency" | "network" | "whenUnavailable" | "whenChanged"
> & { lowStockAt: number | string; externalId: string };

export const newChannel: ChannelValues = {
  code: "",
  name: "",
  kind: "web",
  brand: "",
  market: "",
  currency: "",
  network: "",
  whenUnavailable: "reject",
  whenChanged: "refuse",
  lowStockAt: usualLowStock,
  externalId: "",
};

export function channelValues(channel: Channel): ChannelValues {
  const { code, name, kind, brand, market, currency, network, whenUnavailable, whenChanged, lowStockAt } = channel;
  const texts = { code, name, kind, brand, market, currency, network, whenUnavailable, whenChanged };
  return { ...texts, lowStockAt, externalId: channel.externalId ?? "" };
}

export function channelOf({ code: _, lowStockAt, externalId, ...values }: ChannelValues) {
  return {
    ...values,
    name: values.name.trim(),
    brand: values.brand.trim(),
    market: values.market.trim(),
    lowStockAt: numberOrNull(lowStockAt) ?? usualLowStock,
    externalId: orNull(externalId),
  };
}
