import { useTranslation } from "react-i18next";
import type { MessageSummary } from "../api/generated/types.gen.ts";
import { StatusBadge, type Tone } from "../ui/status-badge.tsx";
import { inWords } from "./humanize.ts";

const tones = {
  queued: "waiting",
  sending: "working",
  parked: "trouble",
  sent: "done",
  kept: "stopped",
  failed: "trouble",
  skipped: "stopped",
} as const satisfies Record<MessageSummary["state"], Tone>;

export const messageStates = Object.keys(tones) as MessageSummary["state"][];

export function MessageState({ of: state }: { of: MessageSummary["state"] }) {
  const { t } = useTranslation();
  return <StatusBadge tone={tones[state]}>{t(`message.states.${state}`)}</StatusBadge>;
}

export const messageTriggers = [
  "orderConfirmed",
  "shipped",
  "readyForPickup",
  "delayed",
  "cancelled",
  "delivered",
  "teamAlert",
] as const;

/** What a message tells of; a trigger of a newer server has no words here yet. */
export function useTriggerText(): (trigger: string) => string {
  const { t } = useTranslation();
  return (trigger) => {
    const known = messageTriggers.find((one) => one === trigger);
    return known ? t(`message.triggers.${known}`) : inWords(trigger);
  };
}
