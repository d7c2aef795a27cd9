-- Expected receipts (I14): counters, their ledger, and who has been promised units of them.
create table inventory.supplies (
  id uuid primary key,
  kind text not null check (kind in ('purchase_order', 'asn', 'transfer', 'return')),
  -- how the outside calls it: the number of the purchase order … and the line in it
  reference text collate "C" not null,
  line int not null,
  -- who sends it, as the outside calls him
  supplier text collate "C",
  sku_id int not null,
  location_id int not null,
  -- by the calendar of the location
  expected_on date not null,
  -- per cent of what is to come that may be promised
  confidence smallint not null check (confidence between 0 and 100),
  quantity int not null check (quantity >= 0),
  received int not null default 0 check (received >= 0),
  cancelled int not null default 0 check (cancelled >= 0),
  promised int not null default 0 check (promised >= 0),
  -- units that are still to come; more than was expected may have been received
  due int generated always as (greatest(0, quantity - received - cancelled)) stored,
  -- number of its movements
  version int not null,
  created_at timestamptz not null default now(),
  -- the expected day whose passing has been told
  late_told_on date,
  unique (kind, reference, line),
  constraint supplies_promised check (promised <= greatest(0, quantity - received - cancelled))
) with (fillfactor = 70);
create index supplies_sku on inventory.supplies (sku_id, expected_on) where due > 0;
create index supplies_due on inventory.supplies (expected_on, id) where due > 0;
create index supplies_location on inventory.supplies (location_id, expected_on) where due > 0;

create table inventory.supply_movements (
  id bigint generated always as identity,
  recorded_at timestamptz not null default now(),
  xid xid8 not null default pg_current_xact_id(),
  supply_id uuid not null,
  kind text not null,
  delta_quantity int not null,
  delta_received int not null,
  delta_cancelled int not null,
  delta_promised int not null,
  quantity int not null,
  received int not null,
  cancelled int not null,
  promised int not null,
  expected_on date not null,
  confidence smallint not null,
  version int not null,
  reason text,
  actor text not null,
  primary key (id, recorded_at)
) partition by range (recorded_at);
create table inventory.supply_movements_default partition of inventory.supply_movements default;
create index supply_movements_xid on inventory.supply_movements (xid, id);
create index supply_movements_supply on inventory.supply_movements (supply_id, version);
select platform.guard_ledger('inventory.supply_movements');

-- Units of a supply that a line of an order has been promised. When they arrive they are allocated to it at the supply's
-- location, until the order is sourced and its fulfillment order holds them.
create table inventory.supply_promises (
  supply_id uuid not null,
  order_id uuid not null,
  line_number int not null,
  sku_id int not null,
  location_id int not null,
  -- still to come
  waiting int not null check (waiting >= 0),
  -- here, allocated at the location
  arrived int not null default 0 check (arrived >= 0),
  -- will not come, and nobody has told the order yet
  lost int not null default 0 check (lost >= 0),
  priority int not null,
  -- since when the order waits
  waits_since timestamptz not null,
  -- what the customer was told
  promised_on date not null,
  -- the order has to be told: units were lost, or come later than promised
  upset boolean not null default false,
  primary key (supply_id, order_id, line_number)
) with (fillfactor = 80);
create index supply_promises_order on inventory.supply_promises (order_id) where waiting + arrived + lost > 0;
create index supply_promises_arrived on inventory.supply_promises (sku_id, location_id) where arrived > 0;
create index supply_promises_upset on inventory.supply_promises (order_id) where upset;
