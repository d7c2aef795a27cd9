-- When it came to wait at the counter, and when nobody had collected it in time: what workflows call the state, or show of
-- it, is theirs.
alter table orders.fulfillment_orders add column ready_at timestamptz, add column expired_at timestamptz;

-- What is under way, by the label of the release before, or by the fact: copies of earlier versions show another label.
update orders.fulfillment_orders f set ready_at = coalesce((select min(e.occurred_at) from platform.events e
      where e.entity_id = f.order_id and e.type = 'fulfillmentOrder.readyForPickup' and e.data ->> 'fulfillmentOrderId' = f.id::text),
    case when f.status = 'ready for pickup' then f.status_at end)
  where f.method = 'pickup' and f.status in ('created', 'escalated', 'scheduled', 'waiting for wave', 'picking', 'packed', 'ready for pickup');

-- Only orders that go on ask whether something of them has expired.
update orders.fulfillment_orders f set expired_at = f.status_at from orders.orders o
  where o.id = f.order_id and f.status = 'expired' and o.status not in ('complete', 'cancelled', 'expired');
