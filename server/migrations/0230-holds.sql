-- Units that a basket holds for a while (I10, O4). One row says who holds until when; it is locked before any position, so
-- extension, expiry, release and the order that takes the units over never meet.
create table inventory.holds (
  id uuid primary key,
  expires_at timestamptz not null,
  state text not null default 'held' check (state in ('held', 'expired', 'released', 'transferred')),
  -- the order that has taken its units over
  order_id uuid,
  held_at timestamptz not null default now(),
  ended_at timestamptz
) with (fillfactor = 80);
-- What expires next; ended holds leave the index.
create index holds_expiry on inventory.holds (expires_at) where state = 'held';
create index holds_ended on inventory.holds (ended_at) where state <> 'held';
create index holds_order on inventory.holds (order_id) where order_id is not null;

-- The rows behind the counter `reserved`: they go when the hold ends. The ledger keeps what was.
create table inventory.reservations (
  hold_id uuid not null,
  sku_id int not null,
  location_id int not null,
  quantity int not null check (quantity > 0),
  primary key (hold_id, sku_id, location_id)
);
create index reservations_position on inventory.reservations (sku_id, location_id);
