-- The customer's language, where the channel tells it: messages are written in it. Null: the one of the channel's sender.
alter table orders.orders add column language text;
