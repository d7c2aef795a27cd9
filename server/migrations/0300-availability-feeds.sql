-- What channels have been told of their availability (I2, I3): see docs/adr/0012.

-- How far the ledgers have been followed for all channels, and which process does it. One row, which every telling transaction locks.
create table availability.feed_lookout (
  singleton boolean primary key default true check (singleton),
  snapshot pg_snapshot not null default pg_current_snapshot(),
  catalog_revision bigint not null default 0,
  looked_at timestamptz not null default now(),
  holder uuid,
  until timestamptz not null default '-infinity'
);
insert into availability.feed_lookout default values;

create table availability.channel_feeds (
  channel_id int primary key,
  -- the entity of its events, and how many of them there have been
  id uuid not null default gen_random_uuid(),
  events int not null default 0,
  -- of the last change that it was told
  position bigint not null default 0,
  -- of the rules and the network that all SKUs have been looked through for; null: they have not, or are just being so
  swept_for text,
  sweeping_for text,
  sweeping_after int not null default 0,
  sweeping_since timestamptz
);

-- What a channel was told last of a SKU. A SKU without a row has nothing, and the channel was never told otherwise.
create table availability.told (
  channel_id int not null,
  sku_id int not null,
  quantity bigint not null,
  label text not null,
  -- 0: nothing was told yet, it waits
  position bigint not null,
  told_at timestamptz,
  -- since when there is something else to tell
  waiting_since timestamptz,
  primary key (channel_id, sku_id)
) with (fillfactor = 80);
create index told_position on availability.told (channel_id, position) where position > 0;
create index told_waiting on availability.told (channel_id, waiting_since) where waiting_since is not null;

-- How well SKUs sell: allocated units, each worth half as much every day. Kept as the logarithm to the base 2 of what they will
-- have been worth at a fixed moment, in days: it changes only when something is sold, and its order holds at any time.
create table availability.velocities (
  sku_id int primary key,
  heat double precision not null
) with (fillfactor = 70);
create index velocities_heat on availability.velocities (heat desc);

-- How long changes waited until a channel was told, by minute: how many within each bound of feed-lags.ts.
create table availability.feed_minutes (
  channel_id int not null,
  lane text not null,
  minute timestamptz not null,
  lags int[] not null,
  primary key (channel_id, lane, minute)
);
create index feed_minutes_minute on availability.feed_minutes (minute);
