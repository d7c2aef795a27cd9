import type { DocumentKind } from "../platform/documents/document-kind.ts";
import type { Publications, PublishedDocument } from "../platform/documents/follow-publications.ts";
import { faultsOfSchema } from "../platform/documents/faults-of-schema.ts";
import { CarrierService } from "./carrier-service.ts";
import { checkCarrierService } from "./check-carrier-service.ts";
import { SHIPPED_SERVICES } from "./shipped-services.ts";

export const CARRIER_SERVICE_KIND = "carrier-service";

/** Carrier services as documents that business users edit and publish: a new carrier in minutes (W2). */
export function carrierDocuments(): DocumentKind {
  return {
    kind: CARRIER_SERVICE_KIND,
    title: "Carrier service",
    description: "Where a carrier delivers, how fast, when it collects, what it costs and what it does not carry.",
    schema: CarrierService,
    titleOf: (content) => {
      const title = (content as Partial<CarrierService> | null)?.title;
      return typeof title === "string" && title !== "" ? title.slice(0, 200) : null;
    },
    facts: { carrier: "carrier" },
    check: checkCarrierService,
    shipped: SHIPPED_SERVICES,
  };
}

export interface ServiceInForce {
  code: string;
  version: number;
  service: CarrierService;
}

/** The carrier services in force, by code. Another map is another set of them. */
export type CarrierServices = () => ReadonlyMap<string, ServiceInForce>;

/** What a newer release published and this one does not understand is not offered here: half understood it would be. */
export function createCarrierServices(publications: Publications): CarrierServices {
  let of: ReadonlyMap<string, PublishedDocument> | null = null;
  let known: ReadonlyMap<string, ServiceInForce> = new Map();
  return () => {
    const inForce = publications.inForce(CARRIER_SERVICE_KIND);
    if (inForce === of) return known;
    of = inForce;
    known = new Map(
      [...inForce.values()]
        .filter(({ content }) => faultsOfSchema(CarrierService, content).length === 0)
        .map(({ code, version, content }) => [code, { code, version, service: content as CarrierService }]),
    );
    return known;
  };
}
