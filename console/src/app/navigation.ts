import {
  IconAlertTriangle,
  IconBarcode,
  IconBuildingStore,
  IconBuildingWarehouse,
  IconFileUpload,
  IconMap,
  IconPackage,
  IconReceipt2,
  IconSunHigh,
  type TablerIcon,
} from "@tabler/icons-react";
import type { LinkProps } from "@tanstack/react-router";

export type Destination = {
  to: NonNullable<LinkProps["to"]>;
  /** Key of the name in the texts, below `app.nav`. */
  name: "today" | "orders" | "fulfillment" | "inventory" | "exceptions" | "catalog" | "locations" | "imports" | "tour";
  icon: TablerIcon;
  /** Shown to whoever has it; null for everybody. */
  permission: string | null;
  /** Where it stands at phone size, where four fit: the lower the nearer to the thumb; null is behind "More". */
  phoneRank: number | null;
};

/** One place per job, in the order in which the day asks for them. */
export const destinations: readonly Destination[] = [
  { to: "/", name: "today", icon: IconSunHigh, permission: "reports:read", phoneRank: 4 },
  { to: "/orders", name: "orders", icon: IconReceipt2, permission: "orders:read", phoneRank: 3 },
  { to: "/fulfillment", name: "fulfillment", icon: IconPackage, permission: "fulfillment:read", phoneRank: 1 },
  { to: "/inventory", name: "inventory", icon: IconBuildingWarehouse, permission: "inventory:read", phoneRank: 2 },
  { to: "/exceptions", name: "exceptions", icon: IconAlertTriangle, permission: "tasks:read", phoneRank: null },
  { to: "/catalog", name: "catalog", icon: IconBarcode, permission: "catalog:read", phoneRank: null },
  { to: "/locations", name: "locations", icon: IconBuildingStore, permission: "network:read", phoneRank: null },
  { to: "/imports", name: "imports", icon: IconFileUpload, permission: "imports:read", phoneRank: null },
  { to: "/tour", name: "tour", icon: IconMap, permission: null, phoneRank: null },
];

export function allowedDestinations(can: (permission: string) => boolean): readonly Destination[] {
  return destinations.filter(({ permission }) => permission === null || can(permission));
}
