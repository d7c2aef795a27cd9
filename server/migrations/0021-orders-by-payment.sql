-- outside a transaction
-- Orders with a rare tender are looked up; without this the list walks all orders, newest first, until its page is full.
create index concurrently if not exists tenders_type on orders.tenders (type, order_id);
