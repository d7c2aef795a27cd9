import type { DocumentCheck } from "../platform/documents/document-kind.ts";
import { faultsOfSchema } from "../platform/documents/faults-of-schema.ts";
import { isCurrency } from "../platform/money.ts";
import type { Fault } from "../platform/refusals.ts";
import type { NetworkDirectory } from "../network/public.ts";
import { FulfillmentMethod, isCollected, type Places } from "./fulfillment-method.ts";

/** What documents of other kinds are in force: a method names them. */
export interface KnownDocuments {
  has(kind: "carrier-service" | "workflow" | "message-template", code: string): boolean;
}

/** What keeps a method from being published, each with its place, and what is allowed but offers nothing as it is. */
export function checkMethod(network: NetworkDirectory, known: KnownDocuments, content: unknown): DocumentCheck {
  const wrong = faultsOfSchema(FulfillmentMethod, content);
  if (wrong.length > 0) return { faults: wrong, warnings: [] };
  const method = content as FulfillmentMethod;
  return {
    faults: [...faultsOfKind(method), ...faultsOfPrices(method)],
    warnings: [
      ...warningsOfPlaces(network, method.locations, "/locations"),
      ...warningsOfPlaces(network, method.collectionPoints, "/collectionPoints"),
      ...warningsOfNames(network, known, method),
    ],
  };
}

function faultsOfKind({ kind, services, collectionPoints, clock }: FulfillmentMethod): Fault[] {
  const faults: Fault[] = [];
  const collected = isCollected(kind);
  if (collected && services !== undefined)
    faults.push({ pointer: "/services", message: "it is collected where the stock is: no carrier has a part in it" });
  if (!collected && services === undefined)
    faults.push({ pointer: "/services", message: "must name at least one carrier service" });
  if (kind === "locker" && collectionPoints === undefined)
    faults.push({ pointer: "/collectionPoints", message: "must say to which locations it may be brought" });
  if (kind !== "locker" && collectionPoints !== undefined)
    faults.push({ pointer: "/collectionPoints", message: "only lockers have points that a carrier brings it to" });
  for (const part of ["slotMinutes", "slotDays"] as const)
    if (!collected && clock[part] !== undefined)
      faults.push({
        pointer: `/clock/${part}`,
        message: "only what is collected where the stock is has times to choose",
      });
  if (clock.slotDays !== undefined && clock.slotMinutes === undefined)
    faults.push({ pointer: "/clock/slotMinutes", message: "must say how long the times are" });
  if (!collected && kind !== "locker" && clock.keptDays !== undefined)
    faults.push({ pointer: "/clock/keptDays", message: "only what is collected is kept for the customer" });
  return faults;
}

function faultsOfPrices({ prices = [] }: FulfillmentMethod): Fault[] {
  const seen = new Set<string>();
  return prices.flatMap(({ currency }, place): Fault[] => {
    const pointer = `/prices/${place}/currency`;
    const again = seen.has(currency);
    seen.add(currency);
    if (!isCurrency(currency)) return [{ pointer, message: "is not a currency of ISO 4217" }];
    return again ? [{ pointer, message: "has another price already" }] : [];
  });
}

function warningsOfPlaces(network: NetworkDirectory, places: Places | undefined, pointer: string): Fault[] {
  const all = [...network.locations()];
  const groups = new Set(all.flatMap((location) => location.groups));
  return [
    ...(places?.locations ?? []).flatMap((code, place) =>
      network.locationByCode(code) === undefined
        ? [{ pointer: `${pointer}/locations/${place}`, message: `there is no location ${code}` }]
        : [],
    ),
    ...(places?.groups ?? []).flatMap((group, place) =>
      groups.has(group)
        ? []
        : [{ pointer: `${pointer}/groups/${place}`, message: `no location is in the group ${group}` }],
    ),
  ];
}

function warningsOfNames(network: NetworkDirectory, known: KnownDocuments, method: FulfillmentMethod): Fault[] {
  const { channels = [], services = [], process, messages = [] } = method;
  const warnings = channels.flatMap((code, place) =>
    network.channelByCode(code) === undefined
      ? [{ pointer: `/channels/${place}`, message: `there is no channel ${code}` }]
      : [],
  );
  services.forEach((code, place) => {
    if (!known.has("carrier-service", code))
      warnings.push({ pointer: `/services/${place}`, message: `no carrier service ${code} is in force` });
  });
  if (process !== undefined && !known.has("workflow", process))
    warnings.push({ pointer: "/process", message: `no workflow ${process} is in force` });
  messages.forEach(({ template }, place) => {
    if (!known.has("message-template", template))
      warnings.push({ pointer: `/messages/${place}/template`, message: `no template ${template} is in force` });
  });
  return warnings;
}
