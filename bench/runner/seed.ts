import { createHash, randomBytes } from "node:crypto";
import { newId } from "../../server/src/platform/ids.ts";
import type { BenchDatabase } from "./database.ts";

export interface SeedOptions {
  skus: number;
  locations: number;
  channels?: number;
  /** Units on hand at every position; 0 leaves the positions out. */
  onHand?: number;
}

export interface Seeded {
  skuCodes: string[];
  locationCodes: string[];
  channelCodes: string[];
}

/**
 * SKUs `SKU-000001` …, locations `LOC-001` … scattered over Europe in one network, channels `web-1` …, and a receipt
 * for every position, ledger included, so that the audit is clean. By SQL: a million positions take some 15 s.
 */
export async function seedCatalog({ pool }: BenchDatabase, options: SeedOptions): Promise<Seeded> {
  const { skus, locations, channels = 1, onHand = 0 } = options;
  await pool.query(
    `insert into catalog.skus (code, name) select 'SKU-' || lpad(n::text, 6, '0'), 'Item ' || n from generate_series(1, $1::int) as n`,
    [skus],
  );
  await pool.query(
    `insert into network.locations (code, name, type, latitude, longitude, time_zone)
     select 'LOC-' || lpad(n::text, 3, '0'), 'Location ' || n, case when n <= 2 then 'warehouse' else 'store' end,
       45 + (n * 37 % 100) / 10.0, (n * 53 % 200) / 10.0, 'Europe/Berlin'
     from generate_series(1, $1::int) as n`,
    [locations],
  );
  await pool.query("insert into network.networks (code, name) values ('all', 'All locations')");
  await pool.query(
    "insert into network.network_locations select networks.id, locations.id from network.networks, network.locations",
  );
  await pool.query(
    `insert into network.channels (code, name, kind, brand, market, currency, network_id)
     select 'web-' || n, 'Web shop ' || n, 'web', 'Bench', 'EU', 'EUR', networks.id
     from generate_series(1, $1::int) as n, network.networks`,
    [channels],
  );
  await pool.query("update network.revision set revision = revision + 1");
  await pool.query("update catalog.revision set revision = revision + 1");
  if (onHand > 0) await receiveEverywhere(pool, onHand);
  return {
    skuCodes: codes("SKU-", skus, 6),
    locationCodes: codes("LOC-", locations, 3),
    channelCodes: Array.from({ length: channels }, (_, index) => `web-${index + 1}`),
  };
}

async function receiveEverywhere(pool: BenchDatabase["pool"], onHand: number): Promise<void> {
  await pool.query(
    `insert into inventory.positions (sku_id, location_id, on_hand, version)
     select skus.id, locations.id, $1::int, 1 from catalog.skus, network.locations order by skus.id, locations.id`,
    [onHand],
  );
  await pool.query(
    `insert into inventory.movements (sku_id, location_id, kind, delta_on_hand, on_hand, reserved, allocated, damaged,
       version, occurred_at, source, actor)
     select sku_id, location_id, 'receipt', on_hand, on_hand, 0, 0, 0, 1, now(), 'bench', 'system:bench' from inventory.positions`,
  );
}

const codes = (prefix: string, count: number, digits: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index + 1).padStart(digits, "0")}`);

/** A key with these permissions, in the database before the server starts; the answer is what callers send. */
export async function seedApiKey({ pool }: BenchDatabase, permissions: readonly string[]): Promise<string> {
  const prefix = randomBytes(6).toString("hex");
  const secret = randomBytes(32).toString("base64url");
  await pool.query(
    `insert into access.api_keys (id, name, prefix, secret_hash, permissions, created_by) values ($1, 'bench', $2, $3, $4, 'system:bench')`,
    [newId(), prefix, createHash("sha256").update(secret).digest(), permissions],
  );
  return `orr_live_${prefix}_${secret}`;
}

/** The limit of one key is 20,000 requests a second; the checks cost the same for eight. */
const READERS = 8;

/** Keys for more reads a second than one may do. */
export async function seedReaders(database: BenchDatabase): Promise<string[]> {
  const keys: string[] = [];
  for (let number = 0; number < READERS; number++) keys.push(await seedApiKey(database, ["availability:read"]));
  return keys;
}
