-- Fulfillment: what left a location. Parcels, waves and picks follow in a later issue. No foreign keys, as in orders.
create schema fulfillment;

create table fulfillment.shipments (
  id uuid primary key,
  order_id uuid not null,
  fulfillment_order_id uuid not null,
  reference text not null,
  carrier text,
  tracking_number text,
  tracking_url text,
  status text not null check (status in ('shipped', 'delivered', 'lost')),
  estimated_delivery_on date,
  shipped_at timestamptz not null,
  delivered_at timestamptz,
  recorded_at timestamptz not null default now(),
  unique (fulfillment_order_id, reference)
) with (fillfactor = 85);
create index shipments_order on fulfillment.shipments (order_id);
create index shipments_tracking on fulfillment.shipments (tracking_number) where tracking_number is not null;

create table fulfillment.shipment_lines (
  shipment_id uuid not null,
  line_number int not null,
  quantity int not null check (quantity > 0),
  primary key (shipment_id, line_number)
);
