-- What people have entered into the forms of actions and may say something of a person: facts in the feed are kept for
-- ever and carry the names of these fields only; here they can be erased.
create table orders.action_entries (
  order_id uuid not null,
  -- the fact order.actionTaken that they belong to
  sequence int not null,
  data jsonb not null,
  entered_at timestamptz not null default now(),
  primary key (order_id, sequence)
);
