import { type Static, Type } from "typebox";
import type { SkuEntry } from "../catalog/public.ts";
import type { Destination } from "../carriers/public.ts";
import type { ChannelEntry, LocationEntry, NetworkDirectory } from "../network/public.ts";
import type { Principal } from "../platform/http/route.ts";
import { CODE_PATTERN } from "../platform/reference-data/codes.ts";
import { common, type Fault, type Refusal } from "../platform/refusals.ts";
import { refuse } from "./refusals.ts";

export const MAX_LINES = 200;
export const MAX_DESTINATIONS = 10;
const MAX_UNITS = 1_000_000;
const MAX_PRICE = 900_000_000_000;
const closed = { additionalProperties: false } as const;

const code = (description: string, example: string) =>
  Type.String({ pattern: CODE_PATTERN, description, examples: [example] });
const name = (description: string, maxLength: number, example: string) =>
  Type.String({ minLength: 1, maxLength, description, examples: [example] });

export const Channel = code("Code of the channel.", "web");

export const BasketLine = Type.Object(
  {
    lineNumber: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000_000, description: "Counted from 1 when absent.", examples: [1] }),
    ),
    sku: code("What is wanted.", "SHIRT-RED-M"),
    quantity: Type.Integer({ minimum: 1, maximum: MAX_UNITS, description: "Units.", examples: [2] }),
    unitPrice: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_PRICE,
        description: "In minor units of the channel's currency: delivery may be free from a value on.",
        examples: [1_999],
      }),
    ),
    destination: Type.Optional(name("ID of a destination; the first one when absent.", 64, "home")),
  },
  { ...closed, $id: "BasketLine", description: "One line of a basket." },
);

export const BasketDestination = Type.Object(
  {
    id: name("Name of this destination in the basket; the order's fulfillment choice has the same.", 64, "home"),
    country: Type.Optional(
      Type.String({ pattern: "^[A-Z]{2}$", description: "ISO 3166-1 alpha-2; of an address.", examples: ["GB"] }),
    ),
    postalCode: Type.Optional(
      Type.String({
        maxLength: 20,
        description: "As the country writes it; zones of carriers go by it.",
        examples: ["LS1 4DY"],
      }),
    ),
    latitude: Type.Optional(
      Type.Number({ minimum: -90, maximum: 90, description: "Degrees north.", examples: [53.797] }),
    ),
    longitude: Type.Optional(
      Type.Number({ minimum: -180, maximum: 180, description: "Degrees east.", examples: [-1.546] }),
    ),
    poBox: Type.Optional(Type.Boolean({ description: "Whether it is a PO box.", examples: [false] })),
    location: Type.Optional(code("Instead of an address: where it is collected.", "store-leeds")),
    method: Type.Optional(
      name("The fulfillment method that was chosen; the units are then held where it may come from.", 64, "express"),
    ),
  },
  {
    ...closed,
    $id: "BasketDestination",
    description: "Where some of the lines go. No names, no street: nothing of a person.",
  },
);

export const BasketLines = Type.Array(BasketLine, { minItems: 1, maxItems: MAX_LINES, description: "What is wanted." });
export const BasketDestinations = Type.Array(BasketDestination, {
  minItems: 1,
  maxItems: MAX_DESTINATIONS,
  description: "Where it goes.",
});
export interface BasketInput {
  channel: string;
  lines: Static<typeof BasketLines>;
  destinations: Static<typeof BasketDestinations>;
}

export interface BasketLineEntry {
  lineNumber: number;
  sku: SkuEntry;
  quantity: number;
  unitPrice: number;
}

export interface BasketPlace {
  id: string;
  /** Null: it is collected. */
  address: Destination | null;
  collectedAt: LocationEntry | null;
  method: string | null;
  lines: BasketLineEntry[];
}

/** A basket whose codes are resolved; nothing has been looked at in the stock yet. */
export interface Basket {
  channel: ChannelEntry;
  places: BasketPlace[];
}

/** Understands a basket, or refuses it naming every place that is wrong. Pure: directories are snapshots in memory. */
export function understandBasket(
  input: BasketInput,
  principal: Pick<Principal, "channelCodes">,
  network: NetworkDirectory,
  skus: ReadonlyMap<string, SkuEntry>,
): Basket | Refusal {
  const channel = network.channelByCode(input.channel);
  if (channel === undefined || !channel.active || principal.channelCodes?.has(channel.code) === false)
    return refuse("unknownChannel", {
      message: `There is no active channel ${input.channel}.`,
      faults: [{ pointer: "/channel", message: "is not an active channel" }],
    });
  const faults: Fault[] = [];
  const places = new Map<string, BasketPlace>();
  input.destinations.forEach((destination, index) => {
    const { id, location, country, method = null } = destination;
    const pointer = `/destinations/${index}`;
    if (places.has(id)) faults.push({ pointer: `${pointer}/id`, message: "is used by another destination" });
    const collectedAt = location === undefined ? null : (network.locationByCode(location) ?? null);
    if (location !== undefined && (collectedAt === null || !channel.locationSet.has(collectedAt.id)))
      faults.push({ pointer: `${pointer}/location`, message: "is not a location of the channel's network" });
    if ((location === undefined) === (country === undefined))
      faults.push({ pointer, message: "must have either a country or a location where it is collected" });
    if ((destination.latitude === undefined) !== (destination.longitude === undefined))
      faults.push({ pointer: `${pointer}/longitude`, message: "latitude and longitude go together" });
    const address =
      country === undefined
        ? null
        : {
            country,
            postalCode: destination.postalCode ?? null,
            latitude: destination.latitude ?? null,
            longitude: destination.longitude ?? null,
            poBox: destination.poBox ?? false,
          };
    places.set(id, { id, address, collectedAt, method, lines: [] });
  });
  const numbers = new Set<number>();
  const unknown: Fault[] = [];
  input.lines.forEach((line, index) => {
    const pointer = `/lines/${index}`;
    const lineNumber = line.lineNumber ?? index + 1;
    if (numbers.has(lineNumber)) faults.push({ pointer: `${pointer}/lineNumber`, message: "is used by another line" });
    numbers.add(lineNumber);
    const place = places.get(line.destination ?? input.destinations[0]!.id);
    if (place === undefined)
      faults.push({ pointer: `${pointer}/destination`, message: "names no destination of this basket" });
    const sku = skus.get(line.sku);
    if (sku === undefined || !sku.active) unknown.push({ pointer: `${pointer}/sku`, message: "is not an active SKU" });
    else place?.lines.push({ lineNumber, sku, quantity: line.quantity, unitPrice: line.unitPrice ?? 0 });
  });
  if (unknown.length > 0)
    return refuse("unknownSku", { message: `${unknown[0]!.pointer}: ${unknown[0]!.message}`, faults: unknown });
  if (faults.length > 0)
    return common.refuse("invalidInput", { message: `${faults[0]!.pointer}: ${faults[0]!.message}`, faults });
  return { channel, places: [...places.values()].filter(({ lines }) => lines.length > 0) };
}
