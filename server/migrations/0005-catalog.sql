-- Catalog: what can be ordered. Price and product master stay outside.
create schema catalog;

-- Grows with every change of this schema; see network.revision.
create table catalog.revision (
  singleton boolean primary key default true check (singleton),
  revision bigint not null
);
insert into catalog.revision (revision) values (0);

create extension if not exists pg_trgm;

create table catalog.skus (
  id int generated always as identity primary key,
  uuid uuid not null default gen_random_uuid(),
  code text collate "C" not null unique,
  product_id text,
  name text not null,
  gtin text,
  -- from the general to the special, separated by slashes: apparel/men/shirts
  category_path text collate "C" not null default '',
  weight_grams int check (weight_grams >= 0),
  length_millimeters int check (length_millimeters >= 0),
  width_millimeters int check (width_millimeters >= 0),
  height_millimeters int check (height_millimeters >= 0),
  image_url text,
  attributes jsonb not null default '{}',
  freight_class text,
  hs_code text,
  origin_country text,
  hazard_class text,
  minimum_age int check (minimum_age between 0 and 150),
  -- [{ unit: "case", quantity: 12, gtin?: "…" }]: how many base units one of it holds
  units_of_measure jsonb not null default '[]',
  serial_tracked boolean not null default false,
  lot_tracked boolean not null default false,
  expiry_tracked boolean not null default false,
  active boolean not null default true,
  external_id text,
  metadata jsonb not null default '{}',
  version int not null default 1,
  revision bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- what a search looks into, one line each; folded by Unicode whatever the collation of the database is
  search_text text not null generated always as (
    lower((code || E'\n' || coalesce(product_id, '') || E'\n' || coalesce(gtin, '') || E'\n' || name) collate "pg_c_utf8")
  ) stored
);
create index skus_product on catalog.skus (product_id);
create index skus_gtin on catalog.skus (gtin);
create index skus_category on catalog.skus (category_path, code);
create index skus_revision on catalog.skus (revision);
create index skus_search on catalog.skus using gin (search_text gin_trgm_ops);

create table catalog.sku_import_rows (
  import_id uuid not null,
  row_number int not null,
  code text,
  product_id text,
  name text,
  gtin text,
  category_path text,
  weight_grams text,
  length_millimeters text,
  width_millimeters text,
  height_millimeters text,
  image_url text,
  attributes text,
  freight_class text,
  hs_code text,
  origin_country text,
  hazard_class text,
  minimum_age text,
  units_of_measure text,
  serial_tracked text,
  lot_tracked text,
  expiry_tracked text,
  active text,
  external_id text,
  metadata text,
  primary key (import_id, row_number)
);
