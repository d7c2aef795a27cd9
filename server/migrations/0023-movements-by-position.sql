-- outside a transaction, on each partition of inventory.movements
-- The ledger of a SKU is read newest first, location by location; without this every movement that it ever had was sorted.
create index concurrently if not exists ":name_by_position" on :partition (sku_id, location_id, id);
