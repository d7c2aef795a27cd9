import { useTranslation } from "react-i18next";

/** Parts of Orrery that act by themselves, as events and the audit trail name them. */
const parts = [
  "workflow",
  "timers",
  "release",
  "calls",
  "webhooks",
  "shorts",
  "supply",
  "availability",
  "messages",
  "cli",
  "anonymous",
  "sourcing",
  "feed",
  "orrery",
  "start",
  "customer",
  "tasks",
  "massActions",
  "holds",
  "demo",
] as const;

/** Who did something: a person or a key by name, a part of Orrery in words. */
export function useActorName(): (of: { actor: string; actorName?: string | null }) => string {
  const { t } = useTranslation();
  return ({ actor, actorName }) => {
    const name = actor.replace(/^system:/, "");
    const part = name === actor ? undefined : parts.find((each) => each === name);
    return part ? t(`systemActor.${part}`) : (actorName ?? name);
  };
}
