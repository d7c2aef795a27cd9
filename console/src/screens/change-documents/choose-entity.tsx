import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { getOrder } from "../../api/generated/sdk.gen.ts";
import { useStatusText } from "../statuses.tsx";
import { ChooseOrder } from "./choose-order.tsx";

export type EntityChoice = ReturnType<typeof useEntityChoice>;

/** A real order to try something on, or one of its fulfillment orders: the first until another is chosen. */
export function useEntityChoice(ofOrders: boolean) {
  const [order, chooseOrder] = useState<string | null>(null);
  const [part, choosePart] = useState<string | null>(null);
  const parts = useOrderParts(ofOrders ? null : order);
  const fulfillmentOrder = ofOrders ? undefined : (part ?? parts[0]?.value);
  return {
    parts,
    fulfillmentOrder,
    order,
    ready: order !== null && (ofOrders || fulfillmentOrder !== undefined),
    /** As a call of the API names it. */
    asked: { order: order ?? "", ...(fulfillmentOrder === undefined ? {} : { fulfillmentOrder }) },
    choosePart,
    chooseOrder: (id: string) => {
      chooseOrder(id);
      choosePart(null);
    },
  };
}

type ChooseEntityProps = { choice: EntityChoice; changed?: () => void };

/** The fields of the choice. */
export function ChooseEntity({ choice, changed }: ChooseEntityProps) {
  const { t } = useTranslation();
  const { order, parts, fulfillmentOrder, chooseOrder, choosePart } = choice;
  return (
    <>
      <ChooseOrder
        value={order}
        change={(id) => {
          chooseOrder(id);
          changed?.();
        }}
      />
      {parts.length > 0 && (
        <Select
          label={t("workflow.tryPart")}
          data={parts}
          value={fulfillmentOrder ?? null}
          onChange={(id) => {
            choosePart(id);
            changed?.();
          }}
          allowDeselect={false}
        />
      )}
    </>
  );
}

/** The fulfillment orders of an order, to choose from; none for null. */
function useOrderParts(orderId: string | null): { value: string; label: string }[] {
  const statusText = useStatusText();
  const { data } = useQuery({
    queryKey: ["order", orderId],
    queryFn: async ({ signal }) => (await getOrder({ path: { id: orderId ?? "" }, signal })).data,
    enabled: orderId !== null,
  });
  return (data?.fulfillmentOrders ?? []).map(({ id, number, location, status }) => ({
    value: id,
    label: `${number} · ${location} · ${statusText(status)}`,
  }));
}
