import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { EntityRow, EntityStore } from "../platform/reference-data/change-entities.ts";
import { networkEvents } from "./events.ts";
import { NetworkFields, networkRules } from "./network.ts";
import { nextNetworkRevision } from "./network.sql.ts";

export const NETWORK_COLUMNS = `network.uuid, network.code, network.name,
  array(select location.code from network.network_locations member join network.locations location on location.id = member.location_id
    where member.network_id = network.id order by location.code) as locations,
  network.external_id as "externalId", network.metadata, network.version, network.created_at as "createdAt", network.updated_at as "updatedAt"`;
export type NetworkRow = EntityRow<NetworkFields>;

const readNetworks = statement<NetworkRow>(
  "network.readNetworks",
  `select ${NETWORK_COLUMNS} from network.networks network where network.code = any($1::text[])`,
);

const writeNetworks = statement(
  "network.writeNetworks",
  `insert into network.networks (uuid, code, name, external_id, metadata, version, revision)
   select uuid, code, name, "externalId", metadata, version, $2::bigint
   from jsonb_to_recordset($1::jsonb) as given (uuid uuid, code text, name text, "externalId" text, metadata jsonb, version int)
   on conflict (code) do update set name = excluded.name, external_id = excluded.external_id, metadata = excluded.metadata,
     version = excluded.version, revision = excluded.revision, updated_at = now()`,
);

/** Sets the locations of each given network: one statement that adds what is new and removes what is gone. */
const writeMembers = statement(
  "network.writeMembers",
  `with wanted as (
     select network.id as network_id, location.id as location_id
     from jsonb_to_recordset($1::jsonb) as given (code text, locations text[])
     join network.networks network on network.code = given.code
     join network.locations location on location.code = any(given.locations)
   ), gone as (
     delete from network.network_locations member
     using jsonb_to_recordset($1::jsonb) as given (code text), network.networks network
     where network.code = given.code and member.network_id = network.id
       and (member.network_id, member.location_id) not in (select network_id, location_id from wanted)
   )
   insert into network.network_locations (network_id, location_id) select network_id, location_id from wanted on conflict do nothing`,
);

const existingLocations = statement<{ code: string }>(
  "network.existingLocations",
  "select code from network.locations where code = any($1::text[])",
);

export const networkStore: EntityStore<NetworkFields> = {
  entityType: "network",
  fieldNames: Object.keys(NetworkFields) as (keyof NetworkFields)[],
  nextRevision: nextNetworkRevision,
  read: readNetworks,
  rules: async (transaction, changes, rows) => {
    const named = [...changes.map(({ fields }) => fields), ...rows].flatMap(({ locations }) => locations ?? []);
    const known = await transaction.read(existingLocations, [arrayLiteral("text", [...new Set(named)])]);
    return networkRules(new Set(known.map(({ code }) => code)));
  },
  write: (transaction, entities, revision) => {
    const rows = JSON.stringify(
      entities.map(({ uuid, code, version, fields }) => ({ uuid, code, version, ...fields })),
    );
    transaction.write(writeNetworks, [rows, revision]);
    transaction.write(writeMembers, [rows]);
  },
  recordChanged: (transaction, events) =>
    networkEvents.record(
      transaction,
      events.map(({ code, data, ...event }) => ({
        ...event,
        type: "network.changed",
        data: { network: code, ...data },
      })),
    ),
};
