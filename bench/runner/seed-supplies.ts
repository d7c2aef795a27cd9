import type { Pool } from "pg";

export interface SupplyOptions {
  /** Of each SKU, in five days and every five after. */
  supplies: number;
  /** How many locations they are spread over: those of `seedCatalog`. */
  locations: number;
}

/** Expected receipts of 20 units, after `seedCatalog`. */
export async function seedSupplies(pool: Pool, { supplies, locations }: SupplyOptions): Promise<void> {
  await pool.query(
    `insert into inventory.supplies (id, kind, reference, line, sku_id, location_id, expected_on, confidence, quantity, version)
     select gen_random_uuid(), 'purchase_order', 'PO-' || s.code, n, s.id, l.id, current_date + 5 * n, 100, 20, 1
     from catalog.skus s cross join generate_series(1, $1::int) as n
     join network.locations l on l.code = 'LOC-' || lpad((1 + (s.id + n * 7) % $2::int)::text, 3, '0')`,
    [supplies, locations],
  );
}
