import { useTranslation } from "react-i18next";
import type { ReasonOption } from "../ui/confirm-action.tsx";

/**
 * What is stored is what stands in quotes: plain words that also read well for whoever gets them by the API or in a
 * timeline. Only what people choose from is translated. They become a document that the retailer edits when workflows do.
 */
const cancelReasons = {
  "customer request": "customerRequest",
  "out of stock": "outOfStock",
  "fraud suspected": "fraudSuspected",
  "price error": "priceError",
  "ordered twice": "duplicate",
  undeliverable: "undeliverable",
} as const;
const rejectReasons = {
  "not found on the shelf": "notFound",
  damaged: "damaged",
  "no capacity": "noCapacity",
  closing: "closing",
  "system outage": "systemOutage",
} as const;
const holdReasons = {
  "fraud check": "fraudCheck",
  "address check": "addressCheck",
  "payment check": "paymentCheck",
  "customer request": "customerRequest",
  "stock problem": "stockProblem",
} as const;
/** Of holds that shipped workflows place; nobody chooses them. */
const ownHoldReasons = { returnPending: "returnPending" } as const;
const adjustReasons = {
  counted: "count",
  found: "found",
  lost: "lost",
  damaged: "damaged",
  repaired: "repaired",
  theft: "theft",
  expired: "expired",
  "data error": "dataError",
} as const;

function options<Key extends string>(
  reasons: Readonly<Record<string, Key>>,
  say: (key: Key) => string,
): ReasonOption[] {
  return Object.entries(reasons).map(([value, key]) => ({ value, label: say(key) }));
}

export function useCancelReasons(): readonly ReasonOption[] {
  const { t } = useTranslation();
  return options(cancelReasons, (key) => t(`reason.cancel.${key}`));
}

export function useRejectReasons(): readonly ReasonOption[] {
  const { t } = useTranslation();
  return options(rejectReasons, (key) => t(`reason.reject.${key}`));
}

export function useHoldReasons(): readonly ReasonOption[] {
  const { t } = useTranslation();
  return options(holdReasons, (key) => t(`reason.hold.${key}`));
}

export function useAdjustReasons(): readonly ReasonOption[] {
  const { t } = useTranslation();
  return options(adjustReasons, (key) => t(`reason.adjust.${key}`));
}

/** The words of a hold's reason. Holds that a program placed may have reasons of their own. */
export function useHoldReasonText(): (reason: string) => string {
  const { t } = useTranslation();
  return (reason) => {
    const known = Object.entries({ ...holdReasons, ...ownHoldReasons }).find(([stored]) => stored === reason);
    return known ? t(`reason.hold.${known[1]}`) : reason;
  };
}

/** The words of a reason for which many orders were held or cancelled at once. */
export function useMassReasonText(): (reason: string) => string {
  const { t } = useTranslation();
  const ofHold = useHoldReasonText();
  return (reason) => {
    const known = Object.entries(cancelReasons).find(([stored]) => stored === reason);
    return known ? t(`reason.cancel.${known[1]}`) : ofHold(reason);
  };
}
