import type { SupplyCell } from "./sku-stock.ts";

/** SKU, ID, location, day, units that may still be promised, version. */
export type SupplyRow = [number, string, number, string, number, number];

/** The elements of a `SupplyRow`, of `inventory.supplies as supply`. */
export const SUPPLY_ROW = `supply.sku_id, supply.id, supply.location_id, supply.expected_on,
  greatest(0, supply.due::bigint * supply.confidence / 100 - supply.promised), supply.version`;

export function supplyOf([skuId, id, locationId, expectedOn, units, version]: SupplyRow): {
  skuId: number;
  supply: SupplyCell;
} {
  return { skuId, supply: { id, locationId, expectedOn, units, version } };
}
