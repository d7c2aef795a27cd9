import type { LinkProps } from "@tanstack/react-router";

/** The seeded stories of the demo, in the order in which they are told. Each opens the page that shows it. */
export const stories = [
  { name: "flashSale", link: { to: "/inventory", search: { query: "flash" } } },
  { name: "mixedGift", link: { to: "/orders", search: { query: "gift" } } },
  { name: "rejected", link: { to: "/fulfillment", search: { status: "refused" } } },
  { name: "partialShipment", link: { to: "/orders", search: { status: "partially shipped" } } },
  { name: "pickup", link: { to: "/orders", search: { status: "ready for pickup" } } },
  { name: "held", link: { to: "/orders", search: { held: "true" } } },
  { name: "lateFile", link: { to: "/imports" } },
  { name: "short", link: { to: "/inventory", search: { state: "short" } } },
  { name: "closingStore", link: { to: "/locations", search: { type: "store" } } },
  { name: "backorder", link: { to: "/orders", search: { backordered: "true" } } },
] as const satisfies readonly { name: string; link: LinkProps }[];

export type Story = (typeof stories)[number];
