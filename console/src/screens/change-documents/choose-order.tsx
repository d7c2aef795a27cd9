import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { listOrders } from "../../api/generated/sdk.gen.ts";
import type { OrderSummary } from "../../api/generated/types.gen.ts";

const shownAtOnce = 20;
const typingPauseMs = 250;

type ChooseOrderProps = {
  /** ID of the chosen order; null: none yet. */
  value: string | null;
  change: (orderId: string) => void;
  description?: string;
  /** Which orders are offered before anything is sought: those of these statuses. */
  statuses?: string | undefined;
};

/** A real order to try something on: the latest ones are offered, any is found by number, reference or customer. */
export function ChooseOrder({ value, change, description, statuses }: ChooseOrderProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<OrderSummary>();
  const [sought] = useDebouncedValue(text.trim(), typingPauseMs);
  // The chosen order's own label stands in the field: it is not sought for.
  const query = chosen !== undefined && sought === labelOf(chosen) ? undefined : sought || undefined;
  const { data: orders = [] } = useQuery({
    queryKey: ["orders", "choose", query, statuses],
    queryFn: async ({ signal }) =>
      (await listOrders({ query: { query, status: query ? undefined : statuses, limit: shownAtOnce }, signal })).data
        .data,
    placeholderData: keepPreviousData,
  });
  const shown = chosen && !orders.some(({ id }) => id === chosen.id) ? [chosen, ...orders] : orders;
  return (
    <Select
      label={t("document.tryOn")}
      description={description}
      placeholder={t("document.tryOnExample")}
      searchable
      searchValue={text}
      onSearchChange={setText}
      // The server has sought already, in more than what the label says.
      filter={({ options }) => options}
      data={shown.map((order) => ({ value: order.id, label: labelOf(order) }))}
      value={value}
      onChange={(id) => {
        const order = shown.find((one) => one.id === id);
        if (!order) return;
        setChosen(order);
        change(order.id);
      }}
      allowDeselect={false}
      nothingFoundMessage={t("ui.nothingFound")}
    />
  );
}

function labelOf({ number, channel, status, customerName }: OrderSummary): string {
  return [number, customerName, channel, status].filter(Boolean).join(" · ");
}
