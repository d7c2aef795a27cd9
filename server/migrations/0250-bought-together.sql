-- What was bought together, counted from captured orders (R9). A period is half a year: 2 * year, and 1 more from July on.
create schema if not exists promising;

create table promising.baskets (
  period int primary key,
  orders bigint not null
);

create table promising.bought_skus (
  period int not null,
  sku_id int not null,
  orders int not null,
  primary key (period, sku_id)
);

-- Each pair stands here twice, once from either side, so that what goes with a SKU lies in one place.
create table promising.bought_pairs (
  period int not null,
  sku_id int not null,
  other_sku_id int not null,
  orders int not null,
  primary key (period, sku_id, other_sku_id)
) with (fillfactor = 80);

-- The ones that were most often bought with a SKU, without reading the many that were bought with it once.
create index bought_pairs_most on promising.bought_pairs (sku_id, period, orders desc);
