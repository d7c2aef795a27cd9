import { useTranslation } from "react-i18next";
import type { MassAction } from "../../api/generated/types.gen.ts";
import type { Tone } from "../../ui/status-badge.tsx";

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

/** "sku SHIRT-RED-M, channel web": the filter as it was asked, without the values that name people. */
export function useFilterText(): (filter: MassAction["filter"]) => string {
  const { t } = useTranslation();
  return (filter) => {
    const parts = Object.entries(filter).map(([name, value]) => `${name} ${String(value)}`);
    return parts.length === 0 ? t("mass.allOrders") : parts.join(", ");
  };
}
