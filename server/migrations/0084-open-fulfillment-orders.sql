-- outside a transaction
-- fulfillment_orders_unfinished has taken its place. A process of the release before finds its rows by
-- fulfillment_orders_location as long as it still runs.
drop index concurrently if exists orders.fulfillment_orders_open;
