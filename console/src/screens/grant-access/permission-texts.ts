import { useTranslation } from "react-i18next";
import { humanize } from "../humanize.ts";

/** The parts of the business, in front of a permission's colon. Those of a newer server have no words here yet. */
const areas = [
  "catalog",
  "network",
  "inventory",
  "supply",
  "availability",
  "orders",
  "fulfillment",
  "messages",
  "events",
  "imports",
  "users",
  "roles",
  "keys",
  "audit",
  "tasks",
  "reports",
] as const;

function isArea(name: string): name is (typeof areas)[number] {
  return areas.some((area) => area === name);
}

const permissions = [
  "catalogRead",
  "catalogWrite",
  "networkRead",
  "networkWrite",
  "inventoryRead",
  "inventoryWrite",
  "supplyWrite",
  "availabilityRead",
  "ordersRead",
  "ordersWrite",
  "ordersCancel",
  "ordersHold",
  "ordersExport",
  "ordersMigrate",
  "fulfillmentRead",
  "fulfillmentWrite",
  "fulfillmentDeliver",
  "messagesRead",
  "messagesWrite",
  "eventsRead",
  "importsRead",
  "importsWrite",
  "usersRead",
  "usersWrite",
  "rolesWrite",
  "keysRead",
  "keysWrite",
  "auditRead",
  "tasksRead",
  "tasksWrite",
  "tasksManage",
  "reportsRead",
] as const;

/** What a permission allows, in the reader's language; the server's own sentence for one that is not known here. */
export function usePermissionText(): (name: string, allows: string) => string {
  const { t } = useTranslation();
  return (name, allows) => {
    const key = name.replace(/:(\w)/, (_, letter: string) => letter.toUpperCase());
    const known = permissions.find((permission) => permission === key);
    return known ? t(`access.permission.${known}`) : allows;
  };
}

/** The name of a part of the business. */
export function useAreaText(): (area: string) => string {
  const { t } = useTranslation();
  return (area) => (isArea(area) ? t(`access.area.${area}`) : humanize(area));
}
