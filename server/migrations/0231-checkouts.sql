-- What customers are about to order (O4). What a checkout holds, and until when, is `inventory.holds` under the same ID.
create schema if not exists promising;

create table promising.checkouts (
  id uuid primary key,
  channel_id int not null,
  -- lines and destinations as they were asked for; no names, no streets
  basket jsonb not null,
  -- units that are held, by line and location
  sources jsonb not null,
  -- what was offered, with dates and prices: it stands until the checkout expires
  quote jsonb not null,
  created_at timestamptz not null default now(),
  -- for If-Match
  version int not null default 1
) with (fillfactor = 80);
create index checkouts_created on promising.checkouts (created_at, id);
