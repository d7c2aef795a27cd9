import {
  IconAlertTriangle,
  IconBarcode,
  IconBuildingStore,
  IconBuildingWarehouse,
  IconChecklist,
  IconFileUpload,
  IconMail,
  IconMap,
  IconPackage,
  IconPlugConnected,
  IconReceipt2,
  IconRoute,
  IconSitemap,
  IconSunHigh,
  IconTruckDelivery,
  IconUsers,
  type TablerIcon,
} from "@tabler/icons-react";
import { type LinkProps, useRouterState } from "@tanstack/react-router";

type Place = {
  to: NonNullable<LinkProps["to"]>;
  /** Shown to whoever has it; null for everybody. */
  permission: string | null;
};

export type Destination = Place & {
  /** Key of the name in the texts, below `app.nav`. */
  name:
    | "today"
    | "orders"
    | "fulfillment"
    | "inventory"
    | "tasks"
    | "exceptions"
    | "messages"
    | "catalog"
    | "locations"
    | "channels"
    | "delivery"
    | "changes"
    | "connections"
    | "access"
    | "imports"
    | "tour";
  icon: TablerIcon;
  /** Pages that belong to it beside those below its own address. */
  covers?: readonly string[];
  /** Where it leads whoever may not see its first page. */
  otherwise?: readonly Place[];
  /** The day's work, or what is set up once and changed now and then. */
  group: "work" | "setUp";
  /** Where it stands at phone size, where four fit: the lower the nearer to the thumb; null is behind "More". */
  phoneRank: number | null;
};

/** One place per job, in the order in which the day asks for them. */
const destinations: readonly Destination[] = [
  { to: "/", name: "today", icon: IconSunHigh, permission: "reports:read", group: "work", phoneRank: 5 },
  {
    to: "/orders",
    name: "orders",
    icon: IconReceipt2,
    permission: "orders:read",
    covers: ["/new/order", "/mass-actions"],
    group: "work",
    phoneRank: 4,
  },
  {
    to: "/fulfillment",
    name: "fulfillment",
    icon: IconPackage,
    permission: "fulfillment:read",
    group: "work",
    phoneRank: 1,
  },
  {
    to: "/inventory",
    name: "inventory",
    icon: IconBuildingWarehouse,
    permission: "inventory:read",
    otherwise: [{ to: "/availability-rules", permission: "documents:read" }],
    covers: ["/availability-rules"],
    group: "work",
    phoneRank: 2,
  },
  {
    to: "/tasks",
    name: "tasks",
    icon: IconChecklist,
    permission: "tasks:read",
    covers: ["/task-queues", "/new/task-queue"],
    group: "work",
    phoneRank: 3,
  },
  {
    to: "/exceptions",
    name: "exceptions",
    icon: IconAlertTriangle,
    permission: "tasks:read",
    covers: ["/exception-levels", "/new/exception-levels"],
    group: "work",
    phoneRank: null,
  },
  {
    to: "/messages",
    name: "messages",
    icon: IconMail,
    permission: "messages:read",
    otherwise: [{ to: "/message-templates", permission: "documents:read" }],
    covers: ["/message-templates", "/message-senders", "/new/message-sender"],
    group: "work",
    phoneRank: null,
  },
  {
    to: "/catalog",
    name: "catalog",
    icon: IconBarcode,
    permission: "catalog:read",
    covers: ["/new/sku"],
    group: "setUp",
    phoneRank: null,
  },
  {
    to: "/locations",
    name: "locations",
    icon: IconBuildingStore,
    permission: "network:read",
    covers: ["/new/location"],
    group: "setUp",
    phoneRank: null,
  },
  {
    to: "/channels",
    name: "channels",
    icon: IconRoute,
    permission: "network:read",
    covers: ["/networks", "/new/channel", "/new/network"],
    group: "setUp",
    phoneRank: null,
  },
  {
    to: "/delivery/methods",
    name: "delivery",
    icon: IconTruckDelivery,
    permission: "documents:read",
    covers: ["/delivery"],
    group: "setUp",
    phoneRank: null,
  },
  {
    to: "/changes/workflows",
    name: "changes",
    icon: IconSitemap,
    permission: "documents:read",
    covers: ["/changes"],
    group: "setUp",
    phoneRank: null,
  },
  {
    to: "/connections",
    name: "connections",
    icon: IconPlugConnected,
    permission: "webhooks:read",
    otherwise: [
      { to: "/connections/sources", permission: "inbound:read" },
      { to: "/connections/feeds", permission: "availability:read" },
      { to: "/jobs", permission: "jobs:read" },
    ],
    covers: ["/jobs", "/deliveries", "/inbound-events", "/new/webhook", "/new/feed"],
    group: "setUp",
    phoneRank: null,
  },
  {
    to: "/access/users",
    name: "access",
    icon: IconUsers,
    permission: "users:read",
    otherwise: [
      { to: "/access/keys", permission: "keys:read" },
      { to: "/access/audit", permission: "audit:read" },
    ],
    covers: ["/access", "/new/user", "/new/role", "/new/key"],
    group: "setUp",
    phoneRank: null,
  },
  {
    to: "/imports",
    name: "imports",
    icon: IconFileUpload,
    permission: "imports:read",
    otherwise: [{ to: "/configuration", permission: "documents:read" }],
    covers: ["/configuration"],
    group: "setUp",
    phoneRank: null,
  },
  { to: "/tour", name: "tour", icon: IconMap, permission: null, group: "setUp", phoneRank: null },
];

export function allowedDestinations(can: (permission: string) => boolean): readonly Destination[] {
  const isOpen = ({ permission }: Place) => permission === null || can(permission);
  return destinations.flatMap((destination) => {
    const place = [destination, ...(destination.otherwise ?? [])].find(isOpen);
    return place ? [{ ...destination, to: place.to }] : [];
  });
}

/** Whether the page that is shown belongs to a destination. */
export function useIsHere(): (destination: Destination) => boolean {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return ({ to, covers = [] }) =>
    [String(to), ...covers].some((place) => path === place || (place !== "/" && path.startsWith(`${place}/`)));
}
