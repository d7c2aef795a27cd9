import type { Clock } from "../platform/clock.ts";
import { statement } from "../platform/db/statements.ts";
import type { ImportKind } from "../platform/imports/kinds.ts";
import { type EntityColumn, entityImportKind, type StagedRow } from "../platform/reference-data/import-entities.ts";
import { LOCATION_RULES, LocationFields } from "./location.ts";
import { locationStore } from "./store-locations.ts";

const readRows = statement<StagedRow>(
  "network.readStagedLocations",
  `select row_number as "rowNumber", code, name, type, groups, line1, line2, city, region, postal_code as "postalCode", country, phone,
     latitude, longitude, time_zone as "timeZone", calendar, capacity_per_day as "capacityPerDay", priority, active,
     external_id as "externalId", metadata
   from network.location_import_rows where import_id = $1::uuid and row_number between $2::int and $3::int order by row_number`,
);
const discard = statement(
  "network.discardStagedLocations",
  "delete from network.location_import_rows where import_id = $1::uuid and row_number between $2::int and $3::int",
);

const ADDRESS_COLUMNS = ["line1", "line2", "city", "region", "postalCode", "country", "phone"] as const;
const address = (name: (typeof ADDRESS_COLUMNS)[number], description: string, example: string): EntityColumn => ({
  name,
  required: false,
  description: `${description} The address columns of a file replace the address as a whole.`,
  example,
  cell: "text",
});
const optional = (name: string, cell: EntityColumn["cell"], description: string, example: string): EntityColumn => ({
  name,
  required: false,
  description,
  example,
  cell,
});

/** In the order of the COPY below, and of the export. */
const COLUMNS: readonly EntityColumn[] = [
  { name: "code", required: true, description: "The location's code.", example: "store-leeds", cell: "text" },
  optional("name", "text", "Name for people.", "Leeds Briggate"),
  optional("type", "text", "warehouse, store, 3pl, vendor or virtual.", "store"),
  optional("groups", "list", "Groups, separated by |.", "hub|franchise"),
  address("line1", "Street and number.", "12 Harbour Street"),
  address("line2", "Second address line.", "Unit 4"),
  address("city", "City.", "Leeds"),
  address("region", "State, province or county.", "West Yorkshire"),
  address("postalCode", "Postal code.", "LS1 4DY"),
  address("country", "ISO 3166-1 alpha-2.", "GB"),
  address("phone", "Telephone.", "+44 113 496 0000"),
  optional("latitude", "number", "Degrees north.", "53.797"),
  optional("longitude", "number", "Degrees east.", "-1.546"),
  optional("timeZone", "text", "IANA time zone.", "Europe/London"),
  optional("calendar", "json", "Calendar as JSON.", '{"cutOffs":{"mon":"16:00"}}'),
  optional("capacityPerDay", "integer", "Fulfillment orders it can handle in a day.", "400"),
  optional("priority", "integer", "Among equals the lower goes first.", "100"),
  optional("active", "boolean", "Whether it takes new work.", "true"),
  optional("externalId", "text", "Its ID in the system that it comes from.", "ERP-17"),
  optional("metadata", "json", "Free properties as JSON.", '{"owner":"retail"}'),
];

/** Location files: `POST /v1/imports/locations`. What `GET /v1/locations.csv` exports can be imported again. */
export function locationImportKind({ clock }: { clock: Clock }): ImportKind {
  return entityImportKind({
    kind: "locations",
    summary: "Creates locations, or changes the columns that the file has; an empty cell clears its field.",
    permission: "network:write",
    clock,
    store: locationStore,
    fields: LocationFields,
    defaults: LOCATION_RULES.defaults,
    columns: COLUMNS,
    copy: `copy network.location_import_rows (import_id, row_number, code, name, type, groups, line1, line2, city, region, postal_code, country,
      phone, latitude, longitude, time_zone, calendar, capacity_per_day, priority, active, external_id, metadata) from stdin`,
    discard,
    readRows,
    gather: gatherAddress,
    scope: ({ locationCodes }) => locationCodes,
  });
}

function gatherAddress(values: Record<string, unknown>): Record<string, unknown> {
  const fields = { ...values };
  const found: Record<string, unknown> = {};
  let present = false;
  for (const name of ADDRESS_COLUMNS) {
    if (!(name in fields)) continue;
    present = true;
    if (fields[name] !== null) found[name] = fields[name];
    delete fields[name];
  }
  return present ? { ...fields, address: found } : fields;
}
