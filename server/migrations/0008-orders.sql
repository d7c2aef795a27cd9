-- Orders and their fulfillment orders: one aggregate, one lock (the row in orders.orders).
-- No foreign keys on what capture writes: looking up and locking 16 parents took 26 % of PostgreSQL's time for an order of
-- two lines, and all orders would meet at the rows of their channel, location and SKU. Children are written only with
-- their order or under its lock, reference data is never deleted, and the audit looks for orphans.
create schema orders;
create sequence orders.order_numbers start 100001;

create table orders.orders (
  id uuid primary key,
  number bigint not null unique,
  channel_id int not null,
  external_reference text not null,
  revision smallint not null default 1,
  content_hash bytea not null,
  type text not null,
  status text not null,
  currency text not null,
  priority smallint not null default 0,
  historical boolean not null default false,
  customer_reference text,
  customer_name text,
  customer_email text,
  customer_phone text,
  item_total bigint not null,
  charge_total bigint not null,
  grand_total bigint not null,
  unit_count int not null,
  holds smallint not null default 0,
  ordered_at timestamptz not null,
  -- false when the channel sent no time and the time of capture was taken
  ordered_at_given boolean not null,
  captured_at timestamptz not null default now(),
  status_at timestamptz not null,
  metadata jsonb not null default '{}',
  -- version: for If-Match; event_sequence: number of events of the whole aggregate
  version int not null default 1,
  event_sequence int not null,
  unique (external_reference, channel_id, revision)
) with (fillfactor = 85);
create index orders_ordered on orders.orders (ordered_at desc, id desc);
create index orders_held on orders.orders (id) where holds > 0;
create index orders_status on orders.orders (status, ordered_at desc, id desc);
create index orders_customer on orders.orders (customer_reference, ordered_at desc) where customer_reference is not null;
create index orders_email on orders.orders (lower(customer_email)) where customer_email is not null;
create index orders_name on orders.orders (lower(customer_name) text_pattern_ops) where customer_name is not null;

create table orders.fulfillment_choices (
  order_id uuid not null,
  number smallint not null,
  -- the channel's name of it inside the order
  external_id text not null,
  method text not null check (method in ('delivery', 'pickup')),
  location_id int,
  service text,
  address jsonb,
  latitude double precision,
  longitude double precision,
  not_before timestamptz,
  not_after timestamptz,
  instructions text,
  gift_message text,
  collectors jsonb,
  primary key (order_id, number)
);

create table orders.order_lines (
  order_id uuid not null,
  number int not null,
  external_reference text,
  choice_number smallint not null,
  sku_id int not null,
  quantity int not null check (quantity > 0),
  unit_price bigint not null,
  -- quantity = backordered + allocated (to fulfillment orders, open) + shipped + cancelled, delivered ≤ shipped
  backordered int not null default 0 check (backordered >= 0),
  allocated int not null default 0 check (allocated >= 0),
  shipped int not null default 0 check (shipped >= 0),
  delivered int not null default 0 check (delivered >= 0 and delivered <= shipped),
  cancelled int not null default 0 check (cancelled >= 0),
  attributes jsonb,
  primary key (order_id, number),
  check (quantity = backordered + allocated + shipped + cancelled)
) with (fillfactor = 85);
create index order_lines_sku on orders.order_lines (sku_id, order_id);
-- Who waits for stock of a SKU.
create index order_lines_waiting on orders.order_lines (sku_id, order_id) where backordered > 0;

create table orders.charges (
  order_id uuid not null,
  number smallint not null,
  line_number int,
  type text not null check (type in ('tax', 'duty', 'shipping', 'fee', 'deposit', 'discount')),
  description text,
  amount bigint not null,
  primary key (order_id, number)
);

create table orders.tenders (
  order_id uuid not null,
  number smallint not null,
  type text not null,
  amount bigint not null,
  installments smallint,
  reference text,
  primary key (order_id, number)
);

-- Why it was sourced as it was; one row per decision.
create table orders.sourcing_decisions (
  order_id uuid not null,
  attempt smallint not null,
  decided_at timestamptz not null,
  explanation json not null,
  primary key (order_id, attempt)
);

create table orders.holds (
  id uuid primary key,
  order_id uuid not null references orders.orders (id),
  reason text not null,
  note text,
  placed_by text not null,
  placed_at timestamptz not null,
  released_by text,
  released_at timestamptz
);
create index holds_order on orders.holds (order_id);
create index holds_active on orders.holds (reason) where released_at is null;

create table orders.fulfillment_orders (
  id uuid primary key,
  order_id uuid not null,
  number smallint not null,
  choice_number smallint not null,
  location_id int not null,
  method text not null,
  status text not null,
  due_at timestamptz,
  rejected_reason text,
  created_at timestamptz not null,
  status_at timestamptz not null,
  version int not null default 1,
  unique (order_id, number)
) with (fillfactor = 80);
-- Open work: what the front page and the floor look at all day stays small however long the history grows.
create index fulfillment_orders_open on orders.fulfillment_orders (location_id, due_at)
  where status in ('created', 'scheduled', 'waiting for wave', 'picking', 'packed');
create index fulfillment_orders_location on orders.fulfillment_orders (location_id, status, due_at);

create table orders.fulfillment_order_lines (
  fulfillment_order_id uuid not null,
  line_number int not null,
  sku_id int not null,
  quantity int not null check (quantity > 0),
  shipped int not null default 0 check (shipped >= 0),
  delivered int not null default 0 check (delivered >= 0 and delivered <= shipped),
  -- cancelled, or moved away by a rejection or a short
  withdrawn int not null default 0 check (withdrawn >= 0),
  primary key (fulfillment_order_id, line_number),
  check (shipped + withdrawn <= quantity)
) with (fillfactor = 80);
