-- One action on all orders that a filter found (O19): what was found is kept, so that everybody sees the same orders in
-- the preview, in the progress and in the result, whatever the filter would find later.
create table orders.mass_actions (
  id uuid primary key,
  number bigint generated always as identity unique,
  -- hold, release, cancel, or an event that workflows offer
  action text not null,
  data jsonb not null,
  reason text not null,
  -- what was asked, without the values that name people
  filter jsonb not null,
  state text not null check (state in ('holding', 'ready', 'running', 'done', 'withdrawing', 'withdrawn', 'undoing', 'undone')),
  order_count int not null,
  -- found, but ended already
  skipped_count int not null,
  -- the rights that it runs with: those of whoever began it, as they were
  rights jsonb not null,
  begun_by text not null,
  begun_at timestamptz not null default now(),
  decided_by text,
  decided_at timestamptz,
  ended_at timestamptz
);
create index mass_actions_begun on orders.mass_actions (begun_at desc, id desc);

create table orders.mass_action_items (
  mass_action_id uuid not null references orders.mass_actions (id),
  position int not null,
  order_id uuid not null,
  -- of the phase under way: pending; afterwards done or refused
  state text not null default 'pending' check (state in ('pending', 'done', 'refused')),
  -- the holds that it placed and has not released
  hold_ids uuid[] not null default '{}',
  -- holds that it released, to place them again: [{ reason, note }]
  released jsonb not null default '[]',
  refusal jsonb,
  primary key (mass_action_id, position)
) with (fillfactor = 80);
create index mass_action_items_pending on orders.mass_action_items (mass_action_id, position) where state = 'pending';
create index mass_action_items_refused on orders.mass_action_items (mass_action_id, position) where state = 'refused';
