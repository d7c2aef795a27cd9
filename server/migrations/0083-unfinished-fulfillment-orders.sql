-- outside a transaction
-- fulfillment_orders_open with the labels that open work may show now; nobody waits while it is built.
create index concurrently if not exists fulfillment_orders_unfinished on orders.fulfillment_orders (location_id, due_at)
  where status in ('created', 'escalated', 'scheduled', 'waiting for wave', 'picking', 'packed', 'ready for pickup');
