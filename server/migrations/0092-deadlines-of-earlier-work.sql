-- What releases before began without a deadline gets one, so that somebody is told. Only what is under way is touched.
update orders.fulfillment_orders f set due_at = f.created_at + interval '24 hours' from orders.orders o
  where o.id = f.order_id and not o.historical and f.due_at is null
    and f.status in ('created', 'escalated', 'scheduled', 'waiting for wave', 'picking', 'packed', 'ready for pickup', 'dispatched');

-- Orders that wait for stock in a version of their workflow without patience: somebody looks after them from now on. It
-- ends by itself when the units are promised.
insert into tasks.exceptions (id, kind, entity_type, entity_id, reason, next_action, details, owner_team, due_at)
select gen_random_uuid(), 'waitsForStock', 'order', o.id::text, 'It still waits for stock.',
    'Find stock, or offer the customer to wait longer, something else, or to cancel.',
    jsonb_build_object('orderId', o.id, 'orderNumber', o.number, 'channel', c.code), 'customer-service',
    greatest(i.entered_at + interval '14 days', now() + interval '1 day')
  from orders.orders o
  join workflow.instances i on i.entity_id = o.id
  join network.channels c on c.id = o.channel_id
  where o.status in ('created', 'confirmed', 'processing', 'ready for pickup', 'shipped', 'delivered') and not o.historical
    and exists (select from orders.order_lines l where l.order_id = o.id and l.backordered > 0)
    and not exists (select from orders.fulfillment_orders f where f.order_id = o.id
      and f.status in ('created', 'escalated', 'scheduled', 'waiting for wave', 'picking', 'packed', 'ready for pickup', 'dispatched'))
    and not exists (select from workflow.timers t where t.entity_id = o.id and t.entry = i.entry)
    and not exists (select from tasks.tasks t where t.root_id = o.id and t.closed_at is null)
    and not exists (select from tasks.exceptions x where x.entity_id = o.id::text and x.closed_at is null);
