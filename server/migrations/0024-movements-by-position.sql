-- Takes over the indexes that the partitions have by now.
create index movements_by_position on inventory.movements (sku_id, location_id, id);
