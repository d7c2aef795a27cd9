-- A line of which units were promised from a supply, at some time: only orders with such a line look for their promises.
alter table orders.order_lines add column supplied boolean not null default false;
