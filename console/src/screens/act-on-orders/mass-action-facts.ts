import { useTranslation } from "react-i18next";
import type { MassAction } from "../../api/generated/types.gen.ts";
import type { Tone } from "../../ui/status-badge.tsx";
import { humanize } from "../humanize.ts";
import { useStatusText } from "../statuses.tsx";

export const toneOfState: Readonly<Record<MassAction["state"], Tone>> = {
  holding: "working",
  ready: "attention",
  running: "working",
  done: "done",
  withdrawing: "working",
  withdrawn: "stopped",
  undoing: "working",
  undone: "stopped",
};

export function isWorking({ state, stopped }: Pick<MassAction, "state" | "stopped">): boolean {
  return toneOfState[state] === "working" && !stopped;
}

/** From 0 to 1. */
export function progressOf({ orders, pending }: MassAction): number {
  return orders === 0 ? 1 : (orders - pending) / orders;
}

/** Actions of the retailer's own workflows are named as the workflow names their event. */
export function useActionText(): (action: string) => string {
  const { t } = useTranslation();
  return (action) =>
    action === "hold" || action === "release" || action === "cancel" ? t(`mass.verb.${action}`) : action;
}

const filterNames = ["status", "channel", "customer", "sku", "location", "type", "holdReason"] as const;

/** "SKU SHIRT-RED-M, channel web": the filter as it was asked, without the values that name people. */
export function useFilterText(): (filter: MassAction["filter"]) => string {
  const { t } = useTranslation();
  const statusText = useStatusText();
  return (filter) => {
    const parts = Object.entries(filter).map(([name, value]) => {
      const known = filterNames.find((each) => each === name);
      const said = name === "status" ? String(value).split(",").map(statusText).join(", ") : String(value);
      return `${known ? t(`orders.filter.${known}`) : humanize(name)} ${said}`;
    });
    return parts.length === 0 ? t("mass.allOrders") : parts.join(", ");
  };
}
