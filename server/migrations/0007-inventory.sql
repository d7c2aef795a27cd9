-- Inventory: positions are counters, movements are their ledger, allocations are the hard promises.
create schema inventory;

-- Counters, never deleted. Spare page room keeps updates on the page (HOT). No foreign keys: they would take two thirds
-- of the time of a new position (10 of 16 µs) and lock the location's row; SKUs and locations are never deleted, IDs
-- come from their codes, and the audit proves it.
create table inventory.positions (
  sku_id int not null,
  location_id int not null,
  on_hand int not null default 0,
  reserved int not null default 0 check (reserved >= 0),
  allocated int not null default 0 check (allocated >= 0),
  damaged int not null default 0 check (damaged >= 0),
  -- the number of movements so far
  version bigint not null default 0,
  -- the moment of the last count or snapshot: facts from before it have been seen by it
  counted_at timestamptz,
  -- the same for damaged units, which only some counts tell
  damaged_counted_at timestamptz,
  -- the count told available units: on hand was made of them, the allocated and the damaged ones
  counted_available boolean not null default false,
  -- { source: time } of sources whose facts the count had seen only up to another time
  counted_sources jsonb,
  primary key (sku_id, location_id)
) with (fillfactor = 70);
create index positions_location on inventory.positions (location_id, sku_id);
-- Its predicate changes with damage alone, so promises stay HOT.
create index positions_damaged on inventory.positions (sku_id, location_id) where damaged > 0;

create table inventory.movements (
  id bigint generated always as identity,
  recorded_at timestamptz not null default now(),
  xid xid8 not null default pg_current_xact_id(),
  sku_id int not null,
  location_id int not null,
  kind text not null,
  delta_on_hand int not null default 0,
  delta_reserved int not null default 0,
  delta_allocated int not null default 0,
  delta_damaged int not null default 0,
  on_hand int not null,
  reserved int not null,
  allocated int not null,
  damaged int not null,
  version bigint not null,
  occurred_at timestamptz not null,
  source text not null,
  source_document text,
  reason text,
  actor text not null,
  -- units of on hand that this fact moved before a count that has seen them; they are not in delta_on_hand
  already_counted int,
  primary key (id, recorded_at)
) partition by range (recorded_at);
create table inventory.movements_default partition of inventory.movements default;
-- Indexes of other processes follow the ledger by transaction; snapshots and history read by position.
create index movements_xid on inventory.movements (xid, id);
create index movements_position on inventory.movements (sku_id, location_id, occurred_at);

-- A hard promise of units of one position to one line of one holder (a fulfillment order). `quantity` is what is still open.
create table inventory.allocations (
  holder_id uuid not null,
  line_number int not null,
  order_id uuid not null,
  sku_id int not null,
  location_id int not null,
  quantity int not null check (quantity >= 0),
  allocated_at timestamptz not null,
  primary key (holder_id, line_number)
) with (fillfactor = 80);
create index allocations_position on inventory.allocations (sku_id, location_id) where quantity > 0;

-- Promised but not there. At most one open row per position; the audit accepts exactly these shortfalls.
create table inventory.shorts (
  id uuid primary key,
  sku_id int not null,
  location_id int not null,
  quantity int not null check (quantity > 0),
  -- kind and source of the movement that opened it
  reason text not null,
  source text not null,
  opened_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  closed_at timestamptz,
  -- number of its events so far
  version int not null default 1
);
create unique index shorts_open on inventory.shorts (sku_id, location_id) where closed_at is null;
create index shorts_opened on inventory.shorts (opened_at, id);

-- Facts that carry a document are told again without being applied again; apart from movements, so that promises, which
-- need none, are not slowed down.
create table inventory.fact_keys (
  source text collate "C" not null,
  document text collate "C" not null,
  sku_id int not null,
  location_id int not null,
  kind text not null,
  -- as told, so that other content under the same document is noticed
  on_hand int not null,
  damaged int not null,
  recorded_at timestamptz not null default now(),
  primary key (sku_id, location_id, source, document, kind)
);

-- Rows of an uploaded stock file, kept until the import has applied them (logged: an acknowledged upload survives a crash).
create table inventory.stock_import_rows (
  import_id uuid not null,
  row_number int not null,
  sku text collate "C",
  location text collate "C",
  quantity text,
  as_of text,
  damaged text,
  primary key (import_id, row_number)
);
