import { Type, type Static } from "typebox";
import { CODE_PATTERN } from "../platform/reference-data/codes.ts";
import { externalId, metadata, text } from "../platform/reference-data/fields.ts";
import type { EntityRules } from "../platform/reference-data/decide-changes.ts";
import type { Fault } from "../platform/refusals.ts";

/** More locations than any retailer of ours has; a larger one splits its networks by market. */
const MAX_LOCATIONS = 10_000;

const LocationCode = Type.String({
  pattern: CODE_PATTERN,
  description: "Code of a location.",
  examples: ["store-leeds"],
});

export const NetworkFields = {
  name: text(200, "Name for people.", "United Kingdom"),
  locations: Type.Array(LocationCode, {
    maxItems: MAX_LOCATIONS,
    uniqueItems: true,
    description: "The locations that serve it, in code order.",
    examples: [["dc-north", "store-leeds"]],
  }),
  externalId,
  metadata,
};
const NetworkShape = Type.Object(NetworkFields);
export type NetworkFields = Static<typeof NetworkShape>;

export const NETWORK_REQUIRED = ["name"] as const;
export const NETWORK_DEFAULTS = { locations: [], externalId: null, metadata: {} } satisfies Partial<NetworkFields>;

/** A network may only name locations that exist. Its locations are a set: their order means nothing. */
export function networkRules(knownLocations: ReadonlySet<string>): EntityRules<NetworkFields> {
  return {
    defaults: NETWORK_DEFAULTS,
    required: NETWORK_REQUIRED,
    normalize: (fields) => ({ ...fields, locations: [...fields.locations].sort() }),
    faultsOf: ({ locations }) =>
      locations.flatMap((code, index): Fault[] =>
        knownLocations.has(code)
          ? []
          : [{ pointer: `/locations/${index}`, message: `there is no location ${code}`, code: "unknownCode" }],
      ),
  };
}
