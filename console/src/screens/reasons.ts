import { useTranslation } from "react-i18next";
import type { ReasonOption } from "../ui/confirm-action.tsx";

const cancelReasons = [
  "customerRequest",
  "outOfStock",
  "fraudSuspected",
  "priceError",
  "duplicate",
  "undeliverable",
] as const;
const rejectReasons = ["notFound", "damaged", "noCapacity", "closing", "systemOutage"] as const;
const holdReasons = ["fraudCheck", "addressCheck", "paymentCheck", "customerRequest", "stockProblem"] as const;
const adjustReasons = ["count", "found", "lost", "damaged", "repaired", "theft", "expired", "dataError"] as const;

/**
 * Reason codes are stored as they are listed here; only their words are translated. They become a document that the
 * retailer edits when workflows do.
 */
export function useCancelReasons(): readonly ReasonOption[] {
  const { t } = useTranslation();
  return cancelReasons.map((value) => ({ value, label: t(`reason.cancel.${value}`) }));
}

export function useRejectReasons(): readonly ReasonOption[] {
  const { t } = useTranslation();
  return rejectReasons.map((value) => ({ value, label: t(`reason.reject.${value}`) }));
}

export function useHoldReasons(): readonly ReasonOption[] {
  const { t } = useTranslation();
  return holdReasons.map((value) => ({ value, label: t(`reason.hold.${value}`) }));
}

export function useAdjustReasons(): readonly ReasonOption[] {
  const { t } = useTranslation();
  return adjustReasons.map((value) => ({ value, label: t(`reason.adjust.${value}`) }));
}

/** The words of a hold's reason. Holds that a program placed may have reasons of their own. */
export function useHoldReasonText(): (reason: string) => string {
  const { t } = useTranslation();
  return (reason) => {
    const known = holdReasons.find((each) => each === reason);
    return known ? t(`reason.hold.${known}`) : reason;
  };
}
