-- The stay (the entry of its workflow) in which work was told that its cut-off has passed: it is told once.
alter table orders.fulfillment_orders add column overdue_told int;
