import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { EntityRow, EntityStore } from "../platform/reference-data/change-entities.ts";
import { networkEvents } from "./events.ts";
import { ChannelFields, channelRules } from "./channel.ts";
import { nextNetworkRevision } from "./network.sql.ts";

export const CHANNEL_COLUMNS = `channel.uuid, channel.code, channel.name, channel.kind, channel.brand, channel.market, channel.currency,
  (select network.code from network.networks network where network.id = channel.network_id) as network,
  channel.when_unavailable as "whenUnavailable", channel.when_changed as "whenChanged", channel.low_stock_at as "lowStockAt",
  channel.active, channel.external_id as "externalId", channel.metadata, channel.version,
  channel.created_at as "createdAt", channel.updated_at as "updatedAt"`;
export type ChannelRow = EntityRow<ChannelFields>;

const readChannels = statement<ChannelRow>(
  "network.readChannels",
  `select ${CHANNEL_COLUMNS} from network.channels channel where channel.code = any($1::text[])`,
);

const writeChannels = statement(
  "network.writeChannels",
  `insert into network.channels (uuid, code, name, kind, brand, market, currency, network_id, when_unavailable, when_changed,
     low_stock_at, active, external_id, metadata, version, revision)
   select given.uuid, given.code, given.name, given.kind, given.brand, given.market, given.currency, network.id,
     given."whenUnavailable", given."whenChanged", given."lowStockAt", given.active, given."externalId", given.metadata, given.version, $2::bigint
   from jsonb_to_recordset($1::jsonb) as given (uuid uuid, code text, name text, kind text, brand text, market text, currency text,
     network text, "whenUnavailable" text, "whenChanged" text, "lowStockAt" int, active boolean, "externalId" text, metadata jsonb, version int)
   join network.networks network on network.code = given.network
   on conflict (code) do update set name = excluded.name, kind = excluded.kind, brand = excluded.brand, market = excluded.market,
     currency = excluded.currency, network_id = excluded.network_id, when_unavailable = excluded.when_unavailable,
     when_changed = excluded.when_changed, low_stock_at = excluded.low_stock_at, active = excluded.active,
     external_id = excluded.external_id, metadata = excluded.metadata, version = excluded.version, revision = excluded.revision,
     updated_at = now()`,
);

const existingNetworks = statement<{ code: string }>(
  "network.existingNetworks",
  "select code from network.networks where code = any($1::text[])",
);

export const channelStore: EntityStore<ChannelFields> = {
  entityType: "channel",
  fieldNames: Object.keys(ChannelFields) as (keyof ChannelFields)[],
  nextRevision: nextNetworkRevision,
  read: readChannels,
  rules: async (transaction, changes, rows) => {
    const named = [...changes.map(({ fields }) => fields), ...rows].flatMap(({ network }) => network ?? []);
    const known = await transaction.read(existingNetworks, [arrayLiteral("text", [...new Set(named)])]);
    return channelRules(new Set(known.map(({ code }) => code)));
  },
  write: (transaction, entities, revision) => {
    const rows = entities.map(({ uuid, code, version, fields }) => ({ uuid, code, version, ...fields }));
    transaction.write(writeChannels, [JSON.stringify(rows), revision]);
  },
  recordChanged: (transaction, events) =>
    networkEvents.record(
      transaction,
      events.map(({ code, data, ...event }) => ({
        ...event,
        type: "channel.changed",
        data: { channel: code, ...data },
      })),
    ),
};
