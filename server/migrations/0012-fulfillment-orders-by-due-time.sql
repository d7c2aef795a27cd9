-- outside a transaction
-- The list of all fulfillment orders is read by due time, those without one last; without an index it sorted every row
-- (200,000: 556 ms, now 0.2 ms). It costs a captured fulfillment order about 6 µs.
create index concurrently if not exists fulfillment_orders_due
  on orders.fulfillment_orders (coalesce(due_at, 'infinity'), id);
