-- outside a transaction
-- Pre-orders, services and the like are few among many: found without reading all orders. Capturing an ordinary order
-- writes nothing here.
create index concurrently if not exists orders_unusual_types on orders.orders (type, ordered_at desc, id desc)
  where type not in ('standard', 'pickup');
