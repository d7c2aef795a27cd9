import { createSkuDirectory, type SkuDirectory } from "../../src/catalog/public.ts";
import { inventoryAudit } from "../../src/inventory/audit.ts";
import type { LockedPosition } from "../../src/inventory/public.ts";
import { inventoryRoutes } from "../../src/inventory/routes.ts";
import { createNetworkDirectory, type NetworkDirectory } from "../../src/network/public.ts";
import { fixedClock } from "../../src/platform/clock.ts";
import { runAudit } from "../../src/platform/db/audit-check.ts";
import { type Database, openDatabase } from "../../src/platform/db/database.ts";
import { testApi, type TestApi } from "./api.ts";
import { testDatabase } from "./database.ts";

/** SKUs S1 …, locations L1 …, and inventory's routes on a database of one's own. */
export interface StockWorld {
  database: Database;
  api: TestApi;
  clock: ReturnType<typeof fixedClock>;
  skus: SkuDirectory;
  network: NetworkDirectory;
  /** Fails when anything that `orrery audit` proves of stock does not hold. */
  audit(): Promise<void>;
  /** Counters of a position; undefined when nothing has ever been told about it. */
  position(sku: string, location: string): Promise<LockedPosition | undefined>;
  close(): Promise<void>;
}

export const STOCK_NOW = new Date("2026-11-20T12:00:00Z");

export async function stockWorld({ skus, locations }: { skus: number; locations: number }): Promise<StockWorld> {
  const files = await testDatabase();
  const database = openDatabase({ url: files.url });
  await database.pool.query(
    "insert into catalog.skus (code, name) select 'S' || n, 'SKU number ' || n from generate_series(1, $1::int) as n",
    [skus],
  );
  await database.pool.query(
    `insert into network.locations (code, name, type, time_zone)
     select 'L' || n, 'Location ' || n, 'warehouse', 'UTC' from generate_series(1, $1::int) as n`,
    [locations],
  );
  const clock = fixedClock(STOCK_NOW);
  const network = await createNetworkDirectory({ database });
  const directory = await createSkuDirectory({ database });
  const routes = inventoryRoutes({ database, clock, skus: directory, network });
  const api = await testApi(routes, ["inventory:read", "inventory:write", "supply:write"]);
  return {
    database,
    api,
    clock,
    skus: directory,
    network,
    audit: async () => {
      const broken = (await runAudit(database, inventoryAudit)).filter((result) => result.violations.length > 0);
      if (broken.length > 0) throw new Error(JSON.stringify(broken, null, 1));
    },
    position: async (sku, location) => {
      const { rows } = await database.pool.query(
        `select sku_id as "skuId", location_id as "locationId", on_hand as "onHand", reserved, allocated, damaged,
           position.version, counted_at as "countedAt", damaged_counted_at as "damagedCountedAt"
         from inventory.positions as position
         join catalog.skus as sku on sku.id = sku_id join network.locations as location on location.id = location_id
         where sku.code = $1 and location.code = $2`,
        [sku, location],
      );
      return rows[0] as LockedPosition | undefined;
    },
    close: async () => {
      await api.close();
      await Promise.all([directory.stop(), network.stop()]);
      await database.close();
      await files.close();
    },
  };
}
