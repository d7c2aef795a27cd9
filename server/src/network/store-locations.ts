import { statement } from "../platform/db/statements.ts";
import type { EntityRow, EntityStore } from "../platform/reference-data/change-entities.ts";
import { networkEvents } from "./events.ts";
import { LocationFields, LOCATION_RULES } from "./location.ts";
import { nextNetworkRevision } from "./network.sql.ts";

export const LOCATION_COLUMNS = `uuid, code, name, type, groups, address, latitude, longitude, time_zone as "timeZone", calendar,
  capacity_per_day as "capacityPerDay", priority, active, external_id as "externalId", metadata, version,
  created_at as "createdAt", updated_at as "updatedAt"`;
export type LocationRow = EntityRow<LocationFields>;

const readLocations = statement<LocationRow>(
  "network.readLocations",
  `select ${LOCATION_COLUMNS} from network.locations where code = any($1::text[])`,
);

const writeLocations = statement(
  "network.writeLocations",
  `insert into network.locations as location (uuid, code, name, type, groups, address, latitude, longitude, time_zone, calendar,
     capacity_per_day, priority, active, external_id, metadata, version, revision)
   select uuid, code, name, type, groups, address, latitude, longitude, "timeZone", calendar,
     "capacityPerDay", priority, active, "externalId", metadata, version, $2::bigint
   from jsonb_to_recordset($1::jsonb) as given (uuid uuid, code text, name text, type text, groups text[], address jsonb,
     latitude double precision, longitude double precision, "timeZone" text, calendar jsonb, "capacityPerDay" int, priority int,
     active boolean, "externalId" text, metadata jsonb, version int)
   on conflict (code) do update set name = excluded.name, type = excluded.type, groups = excluded.groups, address = excluded.address,
     latitude = excluded.latitude, longitude = excluded.longitude, time_zone = excluded.time_zone, calendar = excluded.calendar,
     capacity_per_day = excluded.capacity_per_day, priority = excluded.priority, active = excluded.active,
     external_id = excluded.external_id, metadata = excluded.metadata, version = excluded.version, revision = excluded.revision,
     updated_at = now()`,
);

export const locationStore: EntityStore<LocationFields> = {
  entityType: "location",
  fieldNames: Object.keys(LocationFields) as (keyof LocationFields)[],
  nextRevision: nextNetworkRevision,
  read: readLocations,
  rules: () => Promise.resolve(LOCATION_RULES),
  write: (transaction, entities, revision) => {
    const rows = entities.map(({ uuid, code, version, fields }) => ({ uuid, code, version, ...fields }));
    transaction.write(writeLocations, [JSON.stringify(rows), revision]);
  },
  recordChanged: (transaction, events) =>
    networkEvents.record(
      transaction,
      events.map(({ code, data, ...event }) => ({
        ...event,
        type: "location.changed",
        data: { location: code, ...data },
      })),
    ),
};
