-- outside a transaction
-- The same for methods and services of fulfillment choices; a service is looked up under each of the two methods.
create index concurrently if not exists fulfillment_choices_method on orders.fulfillment_choices (method, service, order_id);
