-- What an order was promised when it was ordered: method, dates, price, parcels, and the versions of the documents that said so.
alter table orders.fulfillment_choices add column promise jsonb;
