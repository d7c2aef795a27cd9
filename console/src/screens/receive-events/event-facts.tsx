import { useTranslation } from "react-i18next";
import type { InboundEvent } from "../../api/generated/types.gen.ts";
import { serverText } from "../../api/server-text.ts";
import { StatusBadge, type Tone } from "../../ui/status-badge.tsx";

const tones = {
  waiting: "waiting",
  parked: "trouble",
  applied: "done",
  ignored: "stopped",
  skipped: "stopped",
} as const satisfies Record<InboundEvent["state"], Tone>;

export const eventStates = Object.keys(tones) as InboundEvent["state"][];

export function EventState({ of: state }: { of: InboundEvent["state"] }) {
  const { t } = useTranslation();
  return <StatusBadge tone={tones[state]}>{t(`source.states.${state}`)}</StatusBadge>;
}

/** Why it stands where it stands: the fault of the last try, or why it was ignored. */
export function reasonOf({ state, lastError, result }: InboundEvent): string | null {
  if (state === "parked" || state === "waiting") return lastError && serverText(lastError);
  const reason = result?.["reason"];
  return typeof reason === "string" ? serverText(reason) : null;
}
