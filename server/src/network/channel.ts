import { Type, type Static } from "typebox";
import { isCurrency } from "../platform/money.ts";
import { CODE_PATTERN } from "../platform/reference-data/codes.ts";
import { externalId, flag, metadata, text, whole } from "../platform/reference-data/fields.ts";
import type { EntityRules } from "../platform/reference-data/decide-changes.ts";
import type { Fault } from "../platform/refusals.ts";

export const CHANNEL_KINDS = ["web", "app", "marketplace", "social", "kiosk", "pos", "phone"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];
const WHEN_UNAVAILABLE = ["reject", "backorder"] as const;
export type WhenUnavailable = (typeof WHEN_UNAVAILABLE)[number];
const WHEN_CHANGED = ["refuse", "newVersion"] as const;
export type WhenChanged = (typeof WHEN_CHANGED)[number];

export const ChannelFields = {
  name: text(200, "Name for people.", "Web shop UK"),
  kind: Type.Enum(CHANNEL_KINDS, { description: "How customers reach it.", examples: ["web"] }),
  brand: text(100, "The brand that sells there.", "Orrery"),
  market: text(100, "The market it serves.", "GB"),
  currency: Type.String({
    pattern: "^[A-Z]{3}$",
    description: "ISO 4217 currency of its orders when they name none.",
    examples: ["GBP"],
  }),
  network: Type.String({
    pattern: CODE_PATTERN,
    description: "Code of the network whose locations serve it.",
    examples: ["uk"],
  }),
  whenUnavailable: Type.Enum(WHEN_UNAVAILABLE, {
    description: "What happens to a line that cannot be promised: the order is refused, or the line waits for stock.",
    examples: ["reject"],
  }),
  whenChanged: Type.Enum(WHEN_CHANGED, {
    description:
      "The same order reference with other content: refused, or a new version that supersedes the earlier one.",
    examples: ["refuse"],
  }),
  lowStockAt: whole(0, 1_000_000_000, "Units available at or below which a SKU is labeled low in stock.", 5),
  active: flag("Whether it takes orders.", true),
  externalId,
  metadata,
};
const ChannelShape = Type.Object(ChannelFields);
export type ChannelFields = Static<typeof ChannelShape>;

export const CHANNEL_REQUIRED = ["name", "kind", "brand", "market", "currency", "network"] as const;
export const CHANNEL_DEFAULTS = {
  whenUnavailable: "reject",
  whenChanged: "refuse",
  lowStockAt: 5,
  active: true,
  externalId: null,
  metadata: {},
} satisfies Partial<ChannelFields>;

/** A channel may only name a network that exists and a currency of ISO 4217. */
export function channelRules(knownNetworks: ReadonlySet<string>): EntityRules<ChannelFields> {
  return {
    defaults: CHANNEL_DEFAULTS,
    required: CHANNEL_REQUIRED,
    faultsOf: ({ network, currency }) => {
      const faults: Fault[] = [];
      if (!knownNetworks.has(network))
        faults.push({ pointer: "/network", message: `there is no network ${network}`, code: "unknownCode" });
      if (!isCurrency(currency))
        faults.push({ pointer: "/currency", message: "is not a currency of ISO 4217", code: "notCurrency" });
      return faults;
    },
  };
}
