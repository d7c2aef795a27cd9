-- Catalog: what can be ordered. Price and product master stay outside.
create schema catalog;
create extension if not exists pg_trgm;

create table catalog.skus (
  id int generated always as identity primary key,
  code text not null unique,
  product_id text,
  name text not null,
  gtin text,
  category_path text not null default '',
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
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index skus_product on catalog.skus (product_id);
create index skus_gtin on catalog.skus (gtin);
create index skus_category on catalog.skus (category_path text_pattern_ops);
create index skus_name on catalog.skus using gin (name gin_trgm_ops);
