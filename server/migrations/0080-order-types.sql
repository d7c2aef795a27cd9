-- Types of orders whose units are promised later than at capture: nothing is sourced while their workflow says so.
alter table orders.orders add column sourcing_deferred boolean not null default false;

-- What waits at a counter shows a label of its own, so that no code depends on what a workflow calls the state.
update orders.fulfillment_orders f set status = 'ready for pickup'
  from workflow.instances i where i.entity_id = f.id and i.state = 'readyForPickup' and f.status = 'packed';
