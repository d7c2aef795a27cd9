import type pg from "pg";
import type { BenchContext } from "../runner/bench.ts";
import { Callers, type LoadReport } from "../runner/callers.ts";
import type { BenchDatabase } from "../runner/database.ts";
import { seedApiKey, seedCatalog, type Seeded, type SeedOptions } from "../runner/seed.ts";
import type { ServerProcess } from "../runner/server.ts";
import { type DirectReport, DirectWriters, type Limit } from "./direct-writers.ts";
import { type SampleOrder, sampleOrder } from "./order-bodies.ts";
import { assertSameRows } from "./same-rows.ts";
import { type OrderToWrite, orderWriter } from "./write-orders.ts";

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
/** Orders before the first figure: the server's code is compiled, the planner knows that the tables fill. */
const WARM_UP = 2_000;

/** A seeded database, a server on it with 64 callers, and beside it the reference. */
export interface OrderBench {
  database: BenchDatabase;
  /** With the SKUs that sample orders ask for. */
  seeded: Seeded;
  server: ServerProcess;
  /** Of the callers, with the permissions that benches need. */
  key: string;
  callers: Callers;
  /** A name that no order's reference begins with yet. */
  newSeries(): string;
  /** Captures new orders of two lines. */
  capture(limit: Limit): Promise<LoadReport>;
  /** Writes such orders, or those that `bodyOf` makes, without Orrery. */
  write(
    limit: Limit,
    write: (client: pg.Client, order: OrderToWrite) => Promise<boolean>,
    bodyOf?: (series: string, number: number) => SampleOrder,
  ): Promise<DirectReport>;
  close(): Promise<void>;
}

export interface OrderBenchOptions extends SeedOptions {
  /** Which SKUs the sample orders ask for; all of them when absent. */
  demand?: (skuCodes: readonly string[]) => string[];
  /** Of the callers' key, beside those that orders need. */
  permissions?: readonly string[];
  /** More rows before the server starts. */
  seedMore?: (database: BenchDatabase, seeded: Seeded, key: string) => Promise<void>;
  /** Where the units of the reference's orders come from; all locations in turn when absent. */
  from?: string;
}

export async function openOrderBench(context: BenchContext, options: OrderBenchOptions): Promise<OrderBench> {
  const database = await context.startDatabase();
  const everything = await seedCatalog(database, options);
  const seeded = { ...everything, skuCodes: options.demand?.(everything.skuCodes) ?? everything.skuCodes };
  const key = await seedApiKey(database, [...PERMISSIONS, ...(options.permissions ?? [])]);
  await options.seedMore?.(database, seeded, key);
  await database.settle();
  const server = await context.startServer(database);
  const callers = await Callers.open(server.url, key);
  let series = 0;
  const newSeries = (): string => `S${++series}`;
  const capture = (limit: Limit): Promise<LoadReport> => {
    const name = newSeries();
    return callers.runWithoutFailure({
      ...limit,
      call: (connection, number) => connection.post("/v1/orders", sampleOrder(seeded, name, number)),
    });
  };
  await capture({ calls: WARM_UP });
  await database.settle();
  const writers = await DirectWriters.open(database);
  const resolve = await createResolver(database, seeded, options.from);
  const write: OrderBench["write"] = (limit, one, bodyOf = (name, number) => sampleOrder(seeded, name, number)) => {
    const name = newSeries();
    return writers.run(limit, (client, number) => one(client, resolve(bodyOf(name, number), number)));
  };
  const close = async (): Promise<void> => {
    callers.close();
    await writers.close();
  };
  return { database, seeded, server, key, callers, newSeries, capture, write, close };
}

/** Fails when the reference writes other rows than capture. */
export async function assertSameOrders({ database, capture, write }: OrderBench): Promise<void> {
  await assertSameRows(database, {
    subject: async () => (await capture({ calls: 400 })).calls,
    reference: async () => (await write({ calls: 400 }, orderWriter(2).serially)).calls,
  });
}

/** Resolves codes for the reference, as a program that knows its IDs would. */
async function createResolver(
  { pool }: BenchDatabase,
  seeded: Seeded,
  from: string | undefined,
): Promise<(body: SampleOrder, number: number) => OrderToWrite> {
  const idsOf = async (table: string): Promise<Map<string, number>> => {
    const { rows } = await pool.query<{ id: number; code: string }>(`select id, code from ${table}`);
    return new Map(rows.map(({ id, code }) => [code, id]));
  };
  const [skus, locations, channels, definitions] = await Promise.all([
    idsOf("catalog.skus"),
    idsOf("network.locations"),
    idsOf("network.channels"),
    idsOf("workflow.definitions"),
  ]);
  const { rows } = await pool.query<{ text: string }>(
    "select explanation::text as text from orders.sourcing_decisions limit 1",
  );
  return (body, number) => {
    const locationCode = from ?? seeded.locationCodes[number % seeded.locationCodes.length]!;
    return {
      body,
      channelId: channels.get(body.channel)!,
      locationId: locations.get(locationCode)!,
      locationCode,
      skuIds: body.lines.map(({ sku }) => skus.get(sku)!),
      orderDefinition: definitions.get("standard-order")!,
      fulfillmentDefinition: definitions.get("delivery-fulfillment")!,
      explanation: rows[0]!.text,
    };
  };
}
