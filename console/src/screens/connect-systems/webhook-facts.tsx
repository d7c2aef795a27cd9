import { useTranslation } from "react-i18next";
import type { Webhook, WebhookDelivery } from "../../api/generated/types.gen.ts";
import { StatusBadge, type Tone } from "../../ui/status-badge.tsx";

/** What no event of the feed tells of is asked for at this pace while somebody looks. */
export const refreshMs = 2_000;

/** The host and the path of a receiver: what tells it from the others. */
export function receiverOf(url: string): string {
  return url.replace(/^https?:\/\//, "");
}

export function WebhookState({ of: { state, failingSince } }: { of: Pick<Webhook, "state" | "failingSince"> }) {
  const { t } = useTranslation();
  if (state === "disabled") return <StatusBadge tone="trouble">{t("connect.state.disabled")}</StatusBadge>;
  if (state === "paused") return <StatusBadge tone="stopped">{t("connect.state.paused")}</StatusBadge>;
  if (failingSince) return <StatusBadge tone="trouble">{t("connect.state.failing")}</StatusBadge>;
  return <StatusBadge tone="ready">{t("connect.state.active")}</StatusBadge>;
}

const toneOfDelivery: Readonly<Record<WebhookDelivery["state"], Tone>> = {
  waiting: "waiting",
  running: "working",
  parked: "trouble",
  done: "done",
  skipped: "stopped",
};

type Delivered = Pick<WebhookDelivery, "state" | "lastError" | "behindAnother">;

/** A delivery that failed and will be tried again is neither waiting as any other nor given up. */
export function DeliveryState({ of: { state, lastError, behindAnother } }: { of: Delivered }) {
  const { t } = useTranslation();
  if (state === "waiting" && behindAnother)
    return <StatusBadge tone="waiting">{t("connect.delivery.behind")}</StatusBadge>;
  if (state === "waiting" && lastError !== null)
    return <StatusBadge tone="attention">{t("connect.delivery.failed")}</StatusBadge>;
  return <StatusBadge tone={toneOfDelivery[state]}>{t(`connect.delivery.${state}`)}</StatusBadge>;
}

/** Whether it can be tried at once: it failed, and nothing of its entity is before it. */
export function canRetry({ state, lastError, behindAnother }: Delivered): boolean {
  return state === "parked" || (state === "waiting" && lastError !== null && !behindAnother);
}
