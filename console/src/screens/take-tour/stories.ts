import type { LinkProps } from "@tanstack/react-router";

/**
 * The stories that the demo seeds (examples/demo/stories.ts), in the order in which they are told. Each opens the page
 * where its next action is; orders are addressed by channel and reference. The flash sale runs on the tour itself.
 */
export const stories = [
  { name: "flashSale", link: { to: "/inventory/$sku", params: { sku: "STORY-FLASH" } } },
  { name: "rejected", link: { to: "/orders/$orderId", params: { orderId: "web:STORY-REJECTED" } } },
  { name: "short", link: { to: "/inventory/$sku", params: { sku: "STORY-SHORT" } } },
  {
    name: "lateTill",
    link: { to: "/inventory/$sku", params: { sku: "STORY-TILL" }, search: { location: "ST-BERLIN" } },
  },
  { name: "mixedGift", link: { to: "/orders/$orderId", params: { orderId: "web:STORY-MIXED-GIFT" } } },
  { name: "partial", link: { to: "/orders/$orderId", params: { orderId: "marketplace:STORY-PARTIAL" } } },
  { name: "held", link: { to: "/orders/$orderId", params: { orderId: "social:STORY-HELD" } } },
  { name: "lostParcel", link: { to: "/exceptions", search: { kind: "lostParcel" } } },
  { name: "supplierLate", link: { to: "/exceptions", search: { kind: "supplierLate" } } },
  { name: "closing", link: { to: "/locations/$code", params: { code: "ST-BRISTOL" } } },
] as const satisfies readonly { name: string; link: LinkProps }[];

export type Story = (typeof stories)[number];
