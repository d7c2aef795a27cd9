import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { eventTypes } from "../api/event-types.gen.ts";
import { inWords } from "./humanize.ts";

/** What a webhook is told: everything, all of one kind of entity, or single events. */
export function useSubscriptionName(): (type: string) => string {
  const { t } = useTranslation();
  const eventName = useEventName();
  return useCallback(
    (type) => {
      if (type === "*") return t("connect.everything");
      return type.endsWith(".*") ? t("connect.allOf", { entity: inWords(type.slice(0, -2)) }) : eventName(type);
    },
    [t, eventName],
  );
}

/** "order.captured" in words; one that only a newer release knows reads "Order: Payment missed". */
export function useEventName(): (type: string) => string {
  const { t } = useTranslation();
  return useCallback(
    (type) => {
      const known = eventTypes.find((each) => each === type);
      return known ? t(`eventType.${known}`) : type.split(".").map(inWords).join(": ");
    },
    [t],
  );
}
