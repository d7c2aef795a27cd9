import { useTranslation } from "react-i18next";
import { inWords } from "../humanize.ts";

/** Kinds that Orrery raises by itself; people and other systems report others under names of their own. */
export const knownKinds = [
  "jobParked",
  "timerFailed",
  "timerSkipped",
  "workflowFailed",
  "workflowRuleFailed",
  "availabilityRules",
  "overdueFailed",
  "shortOrder",
  "rejectedOrder",
  "waitsForStock",
  "supplyChanged",
  "supplyLate",
  "supplyShort",
  "shipmentLost",
  "customerUnreachable",
  "customerReport",
  "colleagueUnreachable",
  "consumerBlocked",
  "webhookFailing",
  "webhookDisabled",
  "webhookGap",
  "feedLate",
  "feedsStopped",
  "massActionStopped",
  "paymentMismatch",
  "timesOutOfOrder",
  "orderWithoutLines",
] as const;

export function useKindText(): (kind: string) => string {
  const { t } = useTranslation();
  return (kind) => {
    const shipped = knownKinds.find((each) => each === kind);
    return shipped ? t(`exception.kinds.${shipped}`) : inWords(kind);
  };
}
