-- What a workflow has noted of an order; metadata stays what the channel said, by which a repeated capture is known.
alter table orders.orders add column attributes jsonb;
