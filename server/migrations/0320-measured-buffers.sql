-- Buffers that were measured for a SKU at a location and accepted (I5, I7): beside the rules' document, because there may be
-- tens of thousands. No units: withdrawn.
create table availability.measured_buffers (
  sku_id int not null,
  location_id int not null,
  units int not null check (units >= 0),
  -- what they were measured by: rate asked for, days, units promised, shorts
  evidence jsonb not null,
  accepted_at timestamptz not null,
  accepted_by text not null,
  -- of the last change; processes follow it
  revision bigint not null,
  primary key (sku_id, location_id)
);
create index measured_buffers_revision on availability.measured_buffers (revision);

create table availability.measured_revision (
  only_row boolean primary key default true check (only_row),
  revision bigint not null
);
insert into availability.measured_revision (revision) values (0);
