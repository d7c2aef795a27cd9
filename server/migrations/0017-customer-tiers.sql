-- What the customer is to the retailer, for guards and rules (O13, R4): gold, staff, wholesale; as the channel names it.
alter table orders.orders add column customer_tier text;
