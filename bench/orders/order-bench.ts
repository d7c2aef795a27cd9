import type pg from "pg";
import type { BenchContext } from "../runner/bench.ts";
import { Callers, type LoadReport } from "../runner/callers.ts";
import type { BenchDatabase } from "../runner/database.ts";
import { seedApiKey, seedCatalog, type Seeded, type SeedOptions } from "../runner/seed.ts";
import type { ServerProcess } from "../runner/server.ts";
import { type DirectReport, DirectWriters } from "./direct-writers.ts";
import { sampleOrder } from "./order-bodies.ts";
import { assertSameRows } from "./same-rows.ts";
import { type OrderToWrite, writeSerially } from "./write-orders.ts";

const PERMISSIONS = [
  "orders:read",
  "orders:write",
  "fulfillment:read",
  "fulfillment:write",
  "fulfillment:deliver",
  "inventory:read",
  "inventory:write",
  "availability:read",
];

/** A seeded database, a server on it with 64 callers, and the reference beside it. */
export interface OrderBench {
  database: BenchDatabase;
  seeded: Seeded;
  server: ServerProcess;
  callers: Callers;
  /** Captures new orders for so long. */
  capture(seconds: number): Promise<LoadReport>;
  /** Writes such orders without Orrery for so long. */
  write(seconds: number, write: (client: pg.Client, order: OrderToWrite) => Promise<boolean>): Promise<DirectReport>;
  /** Fails when the reference writes other rows than capture. */
  assertSameRows(): Promise<void>;
  close(): Promise<void>;
}

export interface OrderBenchOptions extends SeedOptions {
  /** More rows before the server starts. */
  seedMore?: (database: BenchDatabase, seeded: Seeded) => Promise<void>;
}

export async function openOrderBench(context: BenchContext, options: OrderBenchOptions): Promise<OrderBench> {
  const database = await context.startDatabase();
  const seeded = await seedCatalog(database, options);
  const key = await seedApiKey(database, PERMISSIONS);
  await options.seedMore?.(database, seeded);
  await database.settle();
  const server = await context.startServer(database);
  const callers = await Callers.open(server.url, key);
  const writers = await DirectWriters.open(database);
  let series = 0;
  const capture = (limit: { seconds: number } | { calls: number }): Promise<LoadReport> => {
    const name = `api${series++}`;
    return callers.runWithoutFailure({
      ...limit,
      call: (connection, number) => connection.post("/v1/orders", sampleOrder(seeded, name, number)),
    });
  };
  await capture({ calls: 64 });
  const toWrite = await orderToWrite(database, seeded);
  const write: OrderBench["write"] = (seconds, one) => {
    const name = `sql${series++}`;
    return writers.run(seconds, (client, number) => one(client, toWrite(name, number)));
  };
  return {
    database,
    seeded,
    server,
    callers,
    capture: (seconds) => capture({ seconds }),
    write,
    assertSameRows: () =>
      assertSameRows(database, {
        subject: async () => (await capture({ calls: 500 })).calls,
        reference: async () => (await write(0.3, writeSerially)).done,
      }),
    close: async () => {
      callers.close();
      await writers.close();
    },
  };
}

/** Resolves codes for the reference, as a program that knows its IDs would; sources are spread evenly over the locations. */
async function orderToWrite(
  { pool }: BenchDatabase,
  seeded: Seeded,
): Promise<(series: string, number: number) => OrderToWrite> {
  const idsOf = async (table: string): Promise<Map<string, number>> => {
    const { rows } = await pool.query<{ id: number; code: string }>(`select id, code from ${table}`);
    return new Map(rows.map(({ id, code }) => [code, id]));
  };
  const [skus, locations, channels, definitions] = await Promise.all(
    ["catalog.skus", "network.locations", "network.channels", "workflow.definitions"].map(idsOf),
  );
  const { rows } = await pool.query<{ explanation: object }>(
    "select explanation from orders.sourcing_decisions limit 1",
  );
  const explanation = JSON.stringify(rows[0]!.explanation);
  return (series, number) => {
    const body = sampleOrder(seeded, series, number);
    const locationCode = seeded.locationCodes[number % seeded.locationCodes.length]!;
    return {
      body,
      channelId: channels!.get(body.channel)!,
      locationId: locations!.get(locationCode)!,
      locationCode,
      skuIds: [skus!.get(body.lines[0].sku)!, skus!.get(body.lines[1].sku)!],
      orderDefinition: definitions!.get("standard-order")!,
      fulfillmentDefinition: definitions!.get("delivery-fulfillment")!,
      explanation,
    };
  };
}
