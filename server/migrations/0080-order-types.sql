-- Types of orders whose units are promised later than at capture: nothing is sourced while their workflow says so.
alter table orders.orders add column sourcing_deferred boolean not null default false;

-- What waits at a counter shows a label of its own, so that no code depends on what a workflow calls the state.
update orders.fulfillment_orders f set status = 'ready for pickup'
  from workflow.instances i where i.entity_id = f.id and i.state = 'readyForPickup' and f.status = 'packed';

-- The same with the labels that open work may show now. A process of the release before finds its rows by
-- fulfillment_orders_location as long as it still runs.
create index fulfillment_orders_unfinished on orders.fulfillment_orders (location_id, due_at)
  where status in ('created', 'escalated', 'scheduled', 'waiting for wave', 'picking', 'packed', 'ready for pickup');
drop index orders.fulfillment_orders_open;
