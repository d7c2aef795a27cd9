-- Availability rules that cap how many units of a SKU a channel sells (I6): counters, and the ledger that they are read from.
create schema availability;

-- One SKU in one channel under one rule (known by its name) in one of its periods. Locked after orders and before positions.
create table availability.quotas (
  id bigint generated always as identity primary key,
  sku_id int not null,
  channel_id int not null,
  rule text not null,
  -- 'all', 'all <when the rule begins>', 'day <date>' or 'week <its Monday>', dates in the rule's time zone
  period text not null,
  -- null: as long as the rule holds
  ends_at timestamptz,
  used int not null default 0,
  version bigint not null default 0,
  unique (sku_id, channel_id, rule, period)
) with (fillfactor = 70);

create table availability.quota_uses (
  id bigint generated always as identity,
  recorded_at timestamptz not null default now(),
  xid xid8 not null default pg_current_xact_id(),
  quota_id bigint not null,
  order_id uuid not null,
  delta int not null,
  -- what is used after it, and how many uses there have been
  used int not null,
  version bigint not null,
  primary key (id, recorded_at)
) partition by range (recorded_at);
create table availability.quota_uses_default partition of availability.quota_uses default;
-- Indexes of other processes follow it by transaction.
create index quota_uses_xid on availability.quota_uses (xid, id);
create index quota_uses_quota on availability.quota_uses (quota_id, version);
select platform.guard_ledger('availability.quota_uses');

-- Under which quotas the open and the shipped units were promised: [{"id": 7, "units": 2}]. Null: under none.
alter table orders.fulfillment_order_lines add column counted jsonb;
-- Of the units that wait, those that had been promised once, and under which quotas: {"units": 2, "counted": [...]}.
alter table orders.order_lines add column lost jsonb;
