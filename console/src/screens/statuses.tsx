import { useTranslation } from "react-i18next";
import { StatusBadge, type Tone } from "../ui/status-badge.tsx";

/** What each status asks of the person looking. The words come from the texts, so that they are translated. */
const tones = {
  created: "waiting",
  confirmed: "waiting",
  scheduled: "waiting",
  waitingForWave: "waiting",
  accepted: "working",
  processing: "working",
  picking: "working",
  packed: "ready",
  readyForPickup: "ready",
  partiallyShipped: "moving",
  shipped: "moving",
  dispatched: "moving",
  partiallyDelivered: "moving",
  delivered: "done",
  fulfilled: "done",
  complete: "done",
  cancelled: "stopped",
  expired: "stopped",
  rejected: "trouble",
  escalated: "trouble",
  lost: "trouble",
  backordered: "attention",
  partiallyBackordered: "attention",
  allocated: "working",
  uploading: "working",
  queued: "waiting",
  running: "working",
  finished: "done",
  failed: "trouble",
} as const satisfies Record<string, Tone>;

export type StatusWord = keyof typeof tones;

/** "ready for pickup", "ready_for_pickup" and "readyForPickup" are the same status. */
function wordOf(label: string): string {
  return label.replace(/[\s_-]+(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function isStatusWord(word: string): word is StatusWord {
  return word in tones;
}

export function toneOf(label: string): Tone {
  const word = wordOf(label);
  return isStatusWord(word) ? tones[word] : "waiting";
}

/** A status that a workflow of the retailer's own introduced has no translation: it is shown as it was named. */
export function useStatusText(): (label: string) => string {
  const { t } = useTranslation();
  return (label) => {
    const word = wordOf(label);
    return isStatusWord(word) ? t(`status.${word}`) : label;
  };
}

export function Status({ of: label }: { of: string }) {
  const text = useStatusText();
  return <StatusBadge tone={toneOf(label)}>{text(label)}</StatusBadge>;
}

export function HeldBadge({ reason }: { reason?: string }) {
  const { t } = useTranslation();
  return (
    <StatusBadge tone="attention" title={reason}>
      {reason ?? t("status.held")}
    </StatusBadge>
  );
}
