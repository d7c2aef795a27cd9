-- When a shipment was reported lost. It stays when the shipment arrives after all.
alter table fulfillment.shipments add column lost_at timestamptz;
