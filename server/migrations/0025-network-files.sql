-- Rows of uploaded files of networks and channels, until they are applied.
create table network.network_import_rows (
  import_id uuid not null,
  row_number int not null,
  code text,
  name text,
  locations text,
  external_id text,
  metadata text,
  primary key (import_id, row_number)
);

create table network.channel_import_rows (
  import_id uuid not null,
  row_number int not null,
  code text,
  name text,
  kind text,
  brand text,
  market text,
  currency text,
  network text,
  when_unavailable text,
  when_changed text,
  low_stock_at text,
  active text,
  external_id text,
  metadata text,
  primary key (import_id, row_number)
);
