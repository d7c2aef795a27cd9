-- Network: locations, networks (sets of locations), channels.
create schema network;

-- Grows with every change of this schema. Writers lock it first, so revisions commit in order and every process can
-- follow by asking for rows above the revision that it knows.
create table network.revision (
  singleton boolean primary key default true check (singleton),
  revision bigint not null
);
insert into network.revision (revision) values (0);

-- `id` is for tables and memory, `uuid` for the event feed. `version` counts the changes of a row and is the sequence of
-- its events as well. Codes collate by byte: the same order everywhere, and prefixes are found by index.

create table network.locations (
  id int generated always as identity primary key,
  uuid uuid not null default gen_random_uuid(),
  code text collate "C" not null unique,
  name text not null,
  type text not null check (type in ('warehouse', 'store', '3pl', 'vendor', 'virtual')),
  groups text[] not null default '{}',
  address jsonb not null default '{}',
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  time_zone text not null,
  -- { openingHours?: { mon: [{from, to}] … }, cutOffs?: { mon: "16:00" … }, exceptions?: [{ on, closed?, openingHours?, cutOff? }] }
  calendar jsonb not null default '{}',
  capacity_per_day int check (capacity_per_day >= 0),
  priority int not null default 100,
  active boolean not null default true,
  external_id text,
  metadata jsonb not null default '{}',
  version int not null default 1,
  revision bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index locations_groups on network.locations using gin (groups);

create table network.networks (
  id int generated always as identity primary key,
  uuid uuid not null default gen_random_uuid(),
  code text collate "C" not null unique,
  name text not null,
  external_id text,
  metadata jsonb not null default '{}',
  version int not null default 1,
  revision bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table network.network_locations (
  network_id int not null references network.networks (id),
  location_id int not null references network.locations (id),
  primary key (network_id, location_id)
);
create index network_locations_location on network.network_locations (location_id);

create table network.channels (
  id int generated always as identity primary key,
  uuid uuid not null default gen_random_uuid(),
  code text collate "C" not null unique,
  name text not null,
  kind text not null check (kind in ('web', 'app', 'marketplace', 'social', 'kiosk', 'pos', 'phone')),
  brand text not null,
  market text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  network_id int not null references network.networks (id),
  -- what happens to a line that cannot be promised: the order is refused, or the line waits for stock
  when_unavailable text not null default 'reject' check (when_unavailable in ('reject', 'backorder')),
  -- the same reference with other content: refused (409), or it supersedes the earlier version
  when_changed text not null default 'refuse' check (when_changed in ('refuse', 'newVersion')),
  low_stock_at int not null default 5 check (low_stock_at >= 0),
  active boolean not null default true,
  external_id text,
  metadata jsonb not null default '{}',
  version int not null default 1,
  revision bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table network.location_import_rows (
  import_id uuid not null,
  row_number int not null,
  code text,
  name text,
  type text,
  groups text,
  line1 text,
  line2 text,
  city text,
  region text,
  postal_code text,
  country text,
  phone text,
  latitude text,
  longitude text,
  time_zone text,
  calendar text,
  capacity_per_day text,
  priority text,
  active text,
  external_id text,
  metadata text,
  primary key (import_id, row_number)
);
