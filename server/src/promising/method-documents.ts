import type { LocationEntry, NetworkDirectory } from "../network/public.ts";
import type { DocumentKind, ShippedDocument } from "../platform/documents/document-kind.ts";
import { faultsOfSchema } from "../platform/documents/faults-of-schema.ts";
import type { Publications, PublishedDocument } from "../platform/documents/follow-publications.ts";
import { checkMethod } from "./check-method.ts";
import { FulfillmentMethod, type Places } from "./fulfillment-method.ts";

export const METHOD_KIND = "fulfillment-method";

/** Fulfillment methods as documents: a new one is data, not a release (R8, F3). */
export function methodDocuments(network: NetworkDirectory, publications: Publications): DocumentKind {
  const known = {
    has: (kind: string, code: string): boolean => publications.inForce(kind).has(code),
  };
  return {
    kind: METHOD_KIND,
    title: "Fulfillment method",
    description: "How customers get their order: how fast, from where, by which carriers and process.",
    schema: FulfillmentMethod,
    titleOf: (content) => {
      const title = (content as Partial<FulfillmentMethod> | null)?.title;
      return typeof title === "string" && title !== "" ? title.slice(0, 200) : null;
    },
    facts: { kind: "kind" },
    check: (content) => checkMethod(network, known, content),
    shipped: SHIPPED_METHODS,
  };
}

export interface MethodInForce {
  code: string;
  version: number;
  method: FulfillmentMethod;
}

/** The fulfillment methods in force, along their codes. */
export type FulfillmentMethods = () => readonly MethodInForce[];

/** What a newer release published and this one does not understand is not offered here. */
export function createFulfillmentMethods(publications: Publications): FulfillmentMethods {
  let of: ReadonlyMap<string, PublishedDocument> | null = null;
  let known: readonly MethodInForce[] = [];
  return () => {
    const inForce = publications.inForce(METHOD_KIND);
    if (inForce === of) return known;
    of = inForce;
    known = [...inForce.values()]
      .filter(({ content }) => faultsOfSchema(FulfillmentMethod, content).length === 0)
      .map(({ code, version, content }) => ({ code, version, method: content as FulfillmentMethod }))
      .sort((one, other) => (one.code < other.code ? -1 : 1));
    return known;
  };
}

/** Absent places are all places. */
export function isAmong(places: Places | undefined, location: LocationEntry): boolean {
  if (places === undefined) return true;
  return (
    places.types?.includes(location.type) === true ||
    places.groups?.some((group) => location.groups.includes(group)) === true ||
    places.locations?.includes(location.code) === true
  );
}

const methods: Record<string, FulfillmentMethod> = {
  standard: {
    title: "Standard delivery",
    kind: "delivery",
    clock: { processingMinutes: 120 },
    services: ["standard"],
  },
  express: {
    title: "Express delivery",
    kind: "delivery",
    clock: { processingMinutes: 60 },
    services: ["express"],
  },
  "same-day": {
    title: "Same day",
    kind: "sameDay",
    clock: { processingMinutes: 45 },
    locations: { types: ["store"] },
    services: ["courier"],
  },
  collect: {
    title: "Collect in 30 minutes",
    kind: "pickup",
    clock: { processingMinutes: 30, slotMinutes: 60, slotDays: 3, keptDays: 7 },
    locations: { types: ["store"] },
    messages: [{ on: "readyForPickup", template: "ready-for-pickup.en" }],
  },
};

const SHIPPED_METHODS: readonly ShippedDocument[] = Object.entries(methods).map(([code, content]) => ({
  code,
  shippedVersion: 1,
  content,
}));
