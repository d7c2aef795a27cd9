-- The number by which people know the order of a message.
alter table messages.outbox add column order_number bigint not null default 0;

-- Customer service sees and sends messages. A role that somebody has edited (version above 1) stays as it is.
update access.roles set permissions = permissions || array['messages:read', 'messages:write'], updated_at = now()
 where code in ('operations', 'customer-service') and shipped and version = 1 and not permissions @> array['messages:read'];
