import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import classes from "./order-types.module.css";

/** What an order is; by it the shipped rules choose its workflow (O13). */
export const orderTypes = [
  "standard",
  "pickup",
  "preOrder",
  "backOrder",
  "makeToOrder",
  "service",
  "dropShip",
  "exchange",
] as const;
export type OrderType = (typeof orderTypes)[number];

export function useOrderTypeText(): (type: string) => string {
  const { t } = useTranslation();
  return useCallback(
    (type) => {
      const known = orderTypes.find((one) => one === type);
      return known ? t(`orders.types.${known}`) : type;
    },
    [t],
  );
}

/** The types that are not sent or collected as usual, so that nobody takes them for what they are not. */
export function OrderTypeBadge({ type }: { type: string }) {
  const typeText = useOrderTypeText();
  if (type === "standard" || type === "pickup") return null;
  return <span className={classes.tag}>{typeText(type)}</span>;
}
