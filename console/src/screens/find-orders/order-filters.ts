import { useTranslation } from "react-i18next";
import type { ListOrdersData } from "../../api/generated/types.gen.ts";
import type { Filter, FilterValues } from "../../ui/filters.ts";
import { orderTypes, useOrderTypeText } from "../order-types.tsx";
import { locationFilter, useChannelOptions, useLocationNames } from "../places.tsx";
import { useHoldReasons, useHoldReasonText } from "../reasons.ts";
import { useStatusText } from "../statuses.tsx";

const statuses = [
  "created",
  "confirmed",
  "processing",
  "ready for pickup",
  "partially shipped",
  "shipped",
  "partially delivered",
  "delivered",
  "complete",
  "cancelled",
  "expired",
];

/** The filters of requirement O8, and the flags that a person on duty asks for. */
export function useOrderFilters(): readonly Filter[] {
  const { t } = useTranslation();
  const statusText = useStatusText();
  const typeText = useOrderTypeText();
  const channels = useChannelOptions();
  const nameOf = useLocationNames();
  const holdReasons = useHoldReasons();
  const holdReasonText = useHoldReasonText();
  return [
    {
      kind: "choice",
      name: "status",
      label: t("orders.filter.status"),
      several: true,
      options: statuses.map((status) => ({ value: status, label: statusText(status) })),
    },
    {
      kind: "choice",
      name: "type",
      label: t("orders.filter.type"),
      several: true,
      options: orderTypes.map((type) => ({ value: type, label: typeText(type) })),
    },
    { kind: "dates", from: "orderedFrom", to: "orderedTo", label: t("orders.filter.ordered") },
    { kind: "choice", name: "channel", label: t("orders.filter.channel"), options: channels },
    {
      kind: "choice",
      name: "shippingMethod",
      label: t("orders.filter.shippingMethod"),
      options: [
        { value: "delivery", label: t("method.delivery") },
        { value: "pickup", label: t("method.pickup") },
      ],
    },
    {
      rare: true,
      kind: "text",
      name: "paymentMethod",
      label: t("orders.filter.paymentMethod"),
      placeholder: "credit_card",
    },
    {
      rare: true,
      kind: "text",
      name: "customer",
      label: t("orders.filter.customer"),
      placeholder: t("orders.filter.customerHint"),
    },
    { rare: true, kind: "text", name: "sku", label: t("orders.filter.sku"), placeholder: t("orders.filter.skuHint") },
    { ...locationFilter(t("orders.filter.location"), nameOf), rare: true },
    {
      kind: "choice",
      name: "held",
      label: t("orders.filter.held"),
      options: [
        { value: "true", label: t("orders.filter.heldYes") },
        { value: "false", label: t("orders.filter.heldNo") },
      ],
    },
    {
      rare: true,
      kind: "lookup",
      name: "holdReason",
      label: t("orders.filter.holdReason"),
      find: (text) =>
        Promise.resolve(holdReasons.filter(({ label }) => label.toLowerCase().includes(text.toLowerCase()))),
      nameOf: holdReasonText,
    },
    {
      rare: true,
      kind: "choice",
      name: "backordered",
      label: t("orders.filter.stock"),
      options: [{ value: "true", label: t("orders.filter.waiting") }],
    },
    {
      rare: true,
      kind: "choice",
      name: "historical",
      label: t("orders.filter.historical"),
      options: [
        { value: "true", label: t("orders.filter.historicalYes") },
        { value: "false", label: t("orders.filter.historicalNo") },
      ],
    },
  ];
}

type OrderQuery = NonNullable<ListOrdersData["query"]>;

/** What stands in the URL as the API wants it: whole days become moments of the reader's own zone. */
export function queryOf(search: FilterValues): OrderQuery {
  const { orderedFrom, orderedTo, held, backordered, historical, ...texts } = search;
  return {
    ...texts,
    orderedFrom: orderedFrom && new Date(`${orderedFrom}T00:00`).toISOString(),
    orderedTo: orderedTo && startOfNextDay(orderedTo).toISOString(),
    held: flag(held),
    backordered: flag(backordered),
    historical: flag(historical),
  };
}

function flag(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : text === "true";
}

function startOfNextDay(day: string): Date {
  const start = new Date(`${day}T00:00`);
  start.setDate(start.getDate() + 1);
  return start;
}

/** The same filters for a plain link, such as the CSV export of exactly what is listed. */
export function parametersOf(query: OrderQuery): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
  return parameters;
}
