-- Messages to customers: what was sent, is to be sent, or was not sent and why (F10, O17).
create schema messages;

create table messages.outbox (
  -- Made from event, trigger and medium when an event asked for it: the same event never makes a second one.
  id uuid primary key,
  trigger text not null,
  medium text not null check (medium in ('email', 'sms', 'push')),
  order_id uuid not null,
  -- the shipment or fulfillment order that it tells of; null: the whole order
  subject_id uuid,
  -- what the event said that cannot be read later, such as which units were cancelled; IDs, numbers and quantities
  facts jsonb not null default '{}',
  channel text not null,
  -- kept: there is no way to send it, such as no mail server; failed: the other side will never take it; skipped: nobody to
  -- send it to, or people gave it up. What failed for now stays queued or sending, and its job tells when it is tried again.
  state text not null default 'queued' check (state in ('queued', 'sending', 'sent', 'kept', 'failed', 'skipped')),
  reason text,
  -- who asked for it: a person, or the system
  requested_by text not null,
  resend_of uuid,
  created_at timestamptz not null default now(),
  state_at timestamptz not null default now(),
  -- Written once, before the first attempt, so that each attempt sends the same. Erased after a while, or when asked for.
  template_code text,
  template_version int,
  language text,
  recipient text,
  subject text,
  html text,
  text text,
  -- for the header by which mail programs decline follow-ups
  decline_url text,
  erased_at timestamptz
) with (fillfactor = 80);
create index outbox_order on messages.outbox (order_id, created_at desc);
create index outbox_newest on messages.outbox (created_at desc, id desc);
create index outbox_unfinished on messages.outbox (created_at) where state in ('queued', 'sending');
create index outbox_content on messages.outbox (created_at) where erased_at is null;

-- What is known of an address without keeping it: its hash.
create table messages.addresses (
  address_hash bytea primary key,
  -- it does not take messages: nothing is sent until somebody says that it does again
  bounced_at timestamptz,
  bounce_reason text,
  -- wants no follow-ups; what concerns a running order is sent all the same
  declined_at timestamptz,
  updated_at timestamptz not null default now()
);

-- Links in messages that work without signing in. Only the hash of their secret is kept.
create table messages.links (
  token_hash bytea primary key,
  message_id uuid not null,
  order_id uuid not null,
  purpose text not null check (purpose in ('reportProblem', 'declineFollowUps')),
  -- for declineFollowUps
  address_hash bytea,
  language text not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index links_expired on messages.links (expires_at);
