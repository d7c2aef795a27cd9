import { type Static, Type } from "typebox";
import {
  type Carried,
  CARRIER_REASONS,
  type CarrierReason,
  type CarrierServices,
  findZone,
  priceOfParcel,
  refusalOfParcel,
  type ServiceInForce,
  weightOf,
} from "../carriers/public.ts";
import type { SkuEntry, SkuShipping } from "../catalog/public.ts";
import type { ChannelEntry, LocationEntry } from "../network/public.ts";
import { orNull } from "../platform/http/described.ts";
import { distanceMeters } from "../sourcing/public.ts";
import type { Basket, BasketPlace } from "./basket.ts";
import { isCollected, METHOD_KINDS } from "./fulfillment-method.ts";
import type { MethodInForce } from "./method-documents.ts";
import { type DeliveryPromise, promiseDelivery, promisePickup } from "./promise-dates.ts";
import {
  type FreeUnits,
  methodsFor,
  type Source,
  type SourcingBasis,
  sourcePlace,
  suppliersOf,
  Taken,
  takeAll,
  usableIn,
} from "./source-basket.ts";

const moment = (description: string) =>
  Type.String({ format: "date-time", description, examples: ["2026-11-24T18:00:00.000Z"] });
const momentOrNull = (description: string) => orNull(moment(description));
const text = (description: string, example: string) => Type.String({ description, examples: [example] });
const OFFER_REASONS = ["notEnough", "noServiceInForce", "noDate", ...CARRIER_REASONS] as const;
type OfferReason = (typeof OFFER_REASONS)[number];

const Parcel = Type.Object(
  {
    location: orNull(text("Code of the location it leaves; null for callers who may not see that one.", "dc-north")),
    service: orNull(text("Code of the carrier service; null where it is collected.", "standard")),
    lines: Type.Array(
      Type.Object({
        lineNumber: Type.Integer({ description: "The basket's line.", examples: [1] }),
        quantity: Type.Integer({ description: "Units of it.", examples: [2] }),
      }),
      { description: "What is in it." },
    ),
    readyAt: moment("Packed, or ready to be collected."),
    shipBy: momentOrNull("It leaves the location at the latest."),
    deliverFrom: momentOrNull("It arrives at the soonest."),
    deliverBy: momentOrNull("It arrives at the latest."),
  },
  { $id: "PromisedParcel", description: "What one location sends, or has ready." },
);

export const Option = Type.Object(
  {
    method: text("Code of the fulfillment method.", "standard"),
    title: text("As customers read it.", "Standard delivery"),
    kind: Type.Enum(METHOD_KINDS, { description: "What the customer does.", examples: ["delivery"] }),
    held: Type.Boolean({
      description: "It uses the units that are held. False: when it is chosen, others are held instead.",
      examples: [true],
    }),
    location: orNull(text("Where it is collected.", "store-leeds")),
    distanceKilometers: orNull(Type.Number({ description: "From the destination to there.", examples: [1.2] })),
    price: Type.Union(
      [
        Type.Object({
          amount: Type.Integer({ description: "Minor units.", examples: [395] }),
          currency: text("ISO 4217.", "GBP"),
        }),
        Type.Null(),
      ],
      { description: "In minor units; null: no price is known in the channel's currency." },
    ),
    shipBy: momentOrNull("All of it has left the locations at the latest."),
    deliverFrom: momentOrNull("The first of it arrives at the soonest."),
    deliverBy: momentOrNull("All of it has arrived at the latest."),
    readyAt: momentOrNull("It can be collected from then on."),
    keptUntil: momentOrNull("Until when it is kept for the customer."),
    slots: Type.Array(Type.Object({ from: moment("From."), to: moment("To.") }), {
      description: "Times to choose from; none: any time of the opening hours.",
    }),
    parcels: Type.Array(Parcel, { description: "In how many parcels, and from where." }),
    versions: Type.Record(Type.String(), Type.Integer(), {
      description: "The documents that it was worked out with, and their versions.",
      examples: [{ "fulfillment-method/standard": 3, "carrier-service/standard": 1 }],
    }),
  },
  { $id: "FulfillmentOption", description: "One way to get it: when, from where, for how much." },
);
export type Option = Static<typeof Option>;

export const PlaceQuote = Type.Object(
  {
    destination: text("ID of the destination.", "home"),
    options: Type.Array(Option, { description: "The soonest first." }),
    notOffered: Type.Array(
      Type.Object({
        method: text("Code of the fulfillment method.", "same-day"),
        reason: Type.Enum(OFFER_REASONS, { description: "What is in the way.", examples: ["noZone"] }),
      }),
      { description: "Methods of the channel that cannot serve this." },
    ),
  },
  { $id: "DestinationOptions", description: "How the lines of a destination can get there." },
);
export type PlaceQuote = Static<typeof PlaceQuote>;

/** Stores near an address that are offered for collecting, and how many of the nearest are looked at for that. */
const MAX_NEAR = 5;
const MAX_LOOKED_AT = 200;

export interface QuoteBasis extends SourcingBasis {
  services: CarrierServices;
}

interface Situation {
  basis: QuoteBasis;
  channel: ChannelEntry;
  now: Date;
  free: FreeUnits;
}

/**
 * What can be offered for each place of a basket whose units are held there; `free` is what is free beside those. Pure, but
 * for the directories in memory.
 */
export function quoteBasket(
  basis: QuoteBasis,
  { channel, places }: Basket,
  sources: readonly Source[],
  free: FreeUnits,
  now: Date,
): PlaceQuote[] {
  return places.map((place) => {
    const own = sources.filter(({ placeId }) => placeId === place.id);
    return quotePlace({ basis, channel, now, free }, place, own);
  });
}

function quotePlace(situation: Situation, place: BasketPlace, own: readonly Source[]): PlaceQuote {
  const { basis, channel } = situation;
  const options: Option[] = [];
  const notOffered: PlaceQuote["notOffered"] = [];
  for (const method of methodsFor(basis, channel, place)) {
    const offer = offerOf(situation, method, place, own);
    if (typeof offer === "string") notOffered.push({ method: method.code, reason: offer });
    else options.push(offer);
  }
  if (place.address !== null && place.method === null) options.push(...nearbyOffers(situation, place));
  return { destination: place.id, options: options.sort(bySoonest), notOffered };
}

function bySoonest(one: Option, other: Option): number {
  const at = ({ deliverBy, readyAt }: Option): string => deliverBy ?? readyAt ?? "";
  return at(one) < at(other) ? -1 : at(one) > at(other) ? 1 : one.method < other.method ? -1 : 1;
}

function offerOf(
  situation: Situation,
  method: MethodInForce,
  place: BasketPlace,
  own: readonly Source[],
): Option | OfferReason {
  const { basis, channel, free } = situation;
  const suppliers = suppliersOf(basis, channel, method, place.collectedAt);
  const allHeld = own.reduce((sum, { quantity }) => sum + quantity, 0) === unitsOf(place);
  const held = allHeld && own.every(({ locationId }) => suppliers.includes(locationId));
  if (held) return describe(situation, method, place, own, true);
  const given = new Taken();
  takeAll(given, own, -1);
  const { sources, missing } = sourcePlace(basis, channel, place, suppliers, free, given);
  return missing.length > 0 ? "notEnough" : describe(situation, method, place, sources, false);
}

function unitsOf({ lines }: Pick<BasketPlace, "lines">): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** Stores near the address that have all of it, by the methods for collecting. */
function nearbyOffers(situation: Situation, place: BasketPlace): Option[] {
  const { basis, channel, free } = situation;
  const { latitude, longitude } = place.address!;
  if (latitude === null || longitude === null) return [];
  const usable = usableIn(basis, channel, place.lines, free, new Taken());
  const near = channel.locationIds
    .flatMap((id) => {
      const location = basis.network.locationById(id);
      const meters = location === undefined ? null : metersTo(location, place);
      return location === undefined || meters === null ? [] : [{ location, meters }];
    })
    .sort((one, other) => one.meters - other.meters)
    .slice(0, MAX_LOOKED_AT);
  const offers: Option[] = [];
  for (const { location } of near) {
    if (offers.length >= MAX_NEAR) break;
    const [method] = methodsFor(basis, channel, { collectedAt: location, method: null }).filter((one) =>
      isCollected(one.method.kind),
    );
    // Most have nothing of some line, which is seen at once; the others are asked for all lines together.
    if (method === undefined || !place.lines.every((line) => usable(line, location.id) >= line.quantity)) continue;
    const { sources, missing } = sourcePlace(basis, channel, place, [location.id], free, new Taken());
    if (missing.length > 0) continue;
    const offer = describe(situation, method, { ...place, collectedAt: location }, sources, false);
    if (typeof offer !== "string") offers.push(offer);
  }
  return offers;
}

function metersTo(location: LocationEntry, { address }: Pick<BasketPlace, "address">): number | null {
  if (address === null || location.latitude === null || location.longitude === null) return null;
  const { latitude, longitude } = address;
  if (latitude === null || longitude === null) return null;
  return distanceMeters({ latitude: location.latitude, longitude: location.longitude }, { latitude, longitude });
}

type ParcelOffer = Option["parcels"][number] & { amount: number | null; version: [string, number] | null };

function describe(
  situation: Situation,
  inForce: MethodInForce,
  place: BasketPlace,
  sources: readonly Source[],
  held: boolean,
): Option | OfferReason {
  const { code, method, version } = inForce;
  const parcels: ParcelOffer[] = [];
  let pickup: Pick<Option, "keptUntil" | "slots"> = { keptUntil: null, slots: [] };
  for (const [locationId, units] of Map.groupBy(sources, (source) => source.locationId)) {
    const location = situation.basis.network.locationById(locationId)!;
    const facts = { ...location, capacityLeft: situation.basis.capacityLeft(location) };
    const lines = units.map(({ lineNumber, quantity }) => ({ lineNumber, quantity }));
    if (isCollected(method.kind)) {
      const { readyAt, keptUntil, slots } = promisePickup(situation.now, method, facts);
      pickup = {
        keptUntil: keptUntil?.toISOString() ?? null,
        slots: slots.map(({ from, to }) => ({ from: from.toISOString(), to: to.toISOString() })),
      };
      const ready = { readyAt: readyAt.toISOString(), shipBy: null, deliverFrom: null, deliverBy: null };
      parcels.push({ location: location.code, service: null, lines, ...ready, amount: 0, version: null });
      continue;
    }
    const carried = carriedOf(place, units);
    const parcel = carry(situation, inForce, place, location, carried);
    if (typeof parcel === "string") return parcel;
    parcels.push({ location: location.code, lines, ...parcel });
  }
  const shown = parcels.map(({ amount: _amount, version: _version, ...parcel }) => parcel);
  const collectedAt = isCollected(method.kind) || method.kind === "locker" ? place.collectedAt : null;
  const meters = collectedAt === null ? null : metersTo(collectedAt, place);
  const arrives = latest(shown.map(({ deliverBy }) => deliverBy));
  return {
    method: code,
    title: method.title,
    kind: method.kind,
    held,
    location: collectedAt?.code ?? null,
    distanceKilometers: meters === null ? null : Math.round(meters / 100) / 10,
    price: priceOf(situation, inForce, place, parcels),
    shipBy: latest(shown.map(({ shipBy }) => shipBy)),
    deliverFrom: earliest(shown.map(({ deliverFrom }) => deliverFrom)),
    deliverBy: arrives,
    readyAt: collectedAt === null ? null : (arrives ?? latest(shown.map(({ readyAt }) => readyAt))),
    ...pickup,
    parcels: shown,
    versions: Object.fromEntries([
      [`fulfillment-method/${code}`, version],
      ...parcels.flatMap((parcel) => (parcel.version === null ? [] : [parcel.version])),
    ]),
  };
}

/** The first service of the method that may carry the parcel; else why the last one may not. */
function carry(
  { basis, channel, now }: Situation,
  { method }: MethodInForce,
  place: BasketPlace,
  location: LocationEntry,
  parcel: readonly Carried[],
):
  | Pick<ParcelOffer, "service" | "readyAt" | "shipBy" | "deliverFrom" | "deliverBy" | "amount" | "version">
  | OfferReason {
  const way = wayOf(place, location);
  let reason: OfferReason = "noServiceInForce";
  for (const code of method.services ?? []) {
    const known = basis.services().get(code);
    if (known === undefined) continue;
    const refusal = refusalOf(known, parcel, way, channel.currency, method.prices === undefined);
    if (refusal !== null) {
      reason = refusal;
      continue;
    }
    const facts = { ...location, capacityLeft: basis.capacityLeft(location) };
    const promise = promiseDelivery(now, method, facts, known.service, way);
    if (promise === null) {
      reason = "noDate";
      continue;
    }
    const zone = findZone(known.service, way)!;
    return {
      service: code,
      ...datesOf(promise),
      amount: priceOfParcel(known.service, zone.name, weightOf(parcel), channel.currency),
      version: [`carrier-service/${code}`, known.version],
    };
  }
  return reason;
}

function refusalOf(
  { service }: ServiceInForce,
  parcel: readonly Carried[],
  way: ReturnType<typeof wayOf>,
  currency: string,
  isPricedByCarrier: boolean,
): CarrierReason | null {
  const refusal = refusalOfParcel(service, parcel, way.destination);
  if (refusal !== null) return refusal;
  const zone = findZone(service, way);
  if (zone === null) return "noZone";
  const hasTable = service.rates?.some((table) => table.currency === currency) === true;
  const isPriced = priceOfParcel(service, zone.name, weightOf(parcel), currency) !== null;
  // Beyond the heaviest step it is not carried; without any prices in this currency it is, and the shop asks its own.
  return isPricedByCarrier && hasTable && !isPriced ? "noPrice" : null;
}

/** To the address, or for a locker to the location that it is brought to. */
function wayOf(place: BasketPlace, location: LocationEntry) {
  const point = place.collectedAt;
  const destination =
    point === null
      ? place.address!
      : {
          country: point.country ?? location.country ?? "",
          postalCode: null,
          latitude: point.latitude,
          longitude: point.longitude,
          poBox: false,
        };
  const meters = metersTo(location, { address: destination });
  return { fromCountry: location.country, destination, kilometers: meters === null ? null : meters / 1_000 };
}

function datesOf({ readyAt, shipBy, deliverFrom, deliverBy }: DeliveryPromise) {
  const [ready, ships, from, by] = [readyAt, shipBy, deliverFrom, deliverBy].map((one) => one.toISOString());
  return { readyAt: ready!, shipBy: ships!, deliverFrom: from!, deliverBy: by! };
}

function priceOf(
  { channel }: Situation,
  { method }: MethodInForce,
  { lines }: BasketPlace,
  parcels: readonly ParcelOffer[],
): Option["price"] {
  const { currency } = channel;
  const price = method.prices?.find((one) => one.currency === currency);
  if (price !== undefined) {
    const goods = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
    return { amount: price.freeFrom !== undefined && goods >= price.freeFrom ? 0 : price.amount, currency };
  }
  if (method.prices !== undefined || parcels.some(({ amount }) => amount === null)) return null;
  return { amount: parcels.reduce((sum, { amount }) => sum + (amount ?? 0), 0), currency };
}

function carriedOf({ lines }: Pick<BasketPlace, "lines">, units: readonly Source[]): Carried[] {
  const skus = new Map<number, SkuEntry>(lines.map(({ sku }) => [sku.id, sku]));
  return units.map(({ skuId, quantity }) => {
    const { weightGrams, shipping } = skus.get(skuId)!;
    const facts = shipping === null ? {} : (JSON.parse(shipping) as SkuShipping);
    return {
      quantity,
      weightGrams,
      lengthMillimeters: facts.lengthMillimeters ?? null,
      widthMillimeters: facts.widthMillimeters ?? null,
      heightMillimeters: facts.heightMillimeters ?? null,
      hazardClass: facts.hazardClass ?? null,
      freightClass: facts.freightClass ?? null,
    };
  });
}

function latest(moments: readonly (string | null)[]): string | null {
  return moments.reduce((best, one) => (one !== null && (best === null || one > best) ? one : best), null);
}

function earliest(moments: readonly (string | null)[]): string | null {
  return moments.reduce((best, one) => (one !== null && (best === null || one < best) ? one : best), null);
}
