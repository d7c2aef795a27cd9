-- What orders wait for and nothing is to come of: buyers see it until something is, or nobody waits any more (I14).
create table orders.supply_requests (
  id uuid primary key,
  sku_id int not null,
  -- units that nobody has promised
  quantity bigint not null check (quantity > 0),
  orders int not null,
  waits_since timestamptz not null,
  opened_at timestamptz not null default now(),
  closed_at timestamptz,
  -- number of its events
  version int not null default 1
) with (fillfactor = 80);
create unique index supply_requests_open on orders.supply_requests (sku_id) where closed_at is null;
