import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { pino } from "pino";
import { ALL_PERMISSIONS, ALL_RIGHTS, createApiKey } from "../../src/access/public.ts";
import { buildApi } from "../../src/main/api.ts";
import { type Application, openApplication } from "../../src/main/application.ts";
import { auditChecks } from "../../src/main/audit-checks.ts";
import { type Messaging, NO_MESSAGING } from "../../src/main/messaging-settings.ts";
import { startWorker } from "../../src/main/worker.ts";
import type { CapturedOrderAnswer, FulfillmentOrderAnswer, OrderAnswer } from "../../src/orders/answer-schemas.ts";
import type { CaptureOrderInput } from "../../src/orders/schemas.ts";
import { type AuditResult, runAudit } from "../../src/platform/db/audit-check.ts";
import { type Database, openDatabase } from "../../src/platform/db/database.ts";
import { keepPartitions } from "../../src/platform/db/keep-partitions.ts";
import { parseAddressRange } from "../../src/platform/outbound/address-policy.ts";
import { createSecretBox } from "../../src/platform/secrets.ts";
import { type Caller, callerOf } from "./caller.ts";
import { testDatabase } from "./database.ts";

export type { CapturedOrderAnswer, CaptureOrderInput, FulfillmentOrderAnswer, OrderAnswer };

/** A whole Orrery in this process on a database of its own, reached over HTTP; filled through its own API. */
export interface Retailer {
  url: string;
  /** May do everything. */
  admin: Caller;
  application: Application;
  /** For what no API shows, and for the audit. */
  database: Database;
  /** A caller with these permissions, who sees everything unless limited. */
  caller(
    permissions: readonly string[],
    limits?: { locationCodes?: string[]; channelCodes?: string[] },
  ): Promise<Caller>;
  /** A new SKU with so many units at each of these locations. */
  sku(stock?: Record<string, number>): Promise<string>;
  receive(sku: string, location: string, quantity: number): Promise<void>;
  capture(order: Partial<CaptureOrderInput> & Pick<CaptureOrderInput, "lines">): Promise<CapturedOrderAnswer>;
  order(id: string): Promise<OrderAnswer>;
  position(sku: string, location: string): Promise<Stock>;
  /** Fails when anything that `orrery audit` proves does not hold. */
  audit(): Promise<void>;
  close(): Promise<void>;
}

export interface Stock {
  onHand: number;
  allocated: number;
  available: number;
  short: number;
}

export interface RetailerOptions {
  worker?: boolean;
  /** Ways to customers; none when absent. */
  messaging?: Partial<Messaging>;
  /** One more process of this retailer, with the same administrator. */
  beside?: Retailer;
  /** What is done to the database before the server comes up. */
  prepare?: (database: Database) => Promise<void>;
}

/** Locations by distance from Leeds, where customers live unless a test says otherwise; no stores, whose floor has a workflow of its own. */
const LOCATIONS = [
  { code: "leeds", type: "warehouse", latitude: 53.797, longitude: -1.543 },
  { code: "york", type: "warehouse", latitude: 53.96, longitude: -1.081 },
  { code: "dc", type: "warehouse", latitude: 52.63, longitude: -1.13 },
  { code: "london", type: "warehouse", latitude: 51.507, longitude: -0.128 },
] as const;
const CHANNELS = [
  { code: "web", whenUnavailable: "reject", whenChanged: "refuse" },
  { code: "shop", whenUnavailable: "backorder", whenChanged: "refuse" },
  { code: "market", whenUnavailable: "reject", whenChanged: "newVersion" },
] as const;
export const LEEDS = { city: "Leeds", country: "GB", latitude: 53.8, longitude: -1.55 };
export const HOME = { id: "home", method: "delivery", address: LEEDS } as const;

/** Processes of one retailer share it. */
export const SECRET_KEY = Buffer.alloc(32, 7);

export async function openRetailer({
  worker = false,
  messaging,
  beside,
  prepare,
}: RetailerOptions = {}): Promise<Retailer> {
  const files =
    beside === undefined
      ? await testDatabase(prepare === undefined ? "started" : "migrated")
      : { url: beside.application.database.url, close: async () => {} };
  const failures: string[] = [];
  const note = (line: string): void => {
    failures.push(line);
    console.error(line);
  };
  const log = pino({ level: "error" }, { write: note });
  if (prepare !== undefined) await prepareDatabase(files.url, prepare);
  const application = await openApplication({
    databaseUrl: files.url,
    log,
    secrets: createSecretBox([SECRET_KEY]),
    // Receivers of tests listen on this machine.
    outboundPolicy: { allowedNetworks: [parseAddressRange("127.0.0.0/8")!], ports: [443] },
    messaging: { ...NO_MESSAGING, publicUrl: "https://orders.test", ...messaging },
  });
  if (prepare !== undefined) await keepPartitions(application.database, log);
  const workers = worker ? startWorker(application, log) : null;
  const api = await buildApi(application, log);
  await api.listen({ port: 0, host: "127.0.0.1" });
  const url = `http://127.0.0.1:${(api.server.address() as AddressInfo).port}`;
  const database = openDatabase({ url: files.url, connections: 2, applicationName: "test" });
  const callers: Caller[] = [];
  const callWith = (key: string): Caller => {
    const made = callerOf(url, key);
    callers.push(made);
    return made;
  };
  const admin = callWith(beside?.admin.key ?? (await createAdminKey(database)));
  if (beside === undefined) await setUpRetailer(admin);
  let counter = 0;
  const receive: Retailer["receive"] = async (sku, location, quantity) => {
    await admin.post("/v1/stock/movements", {
      items: [{ kind: "receipt", sku, location, quantity, occurredAt: now(), source: "wms" }],
    });
  };
  return {
    url,
    admin,
    application,
    database,
    caller: async (permissions, limits = {}) => {
      const { secret } = await admin.post<{ secret: string }>("/v1/api-keys", { name: "test", permissions, ...limits });
      return callWith(secret);
    },
    receive,
    sku: async (stock = {}) => {
      const code = `SKU-${++counter}`;
      await admin.put(`/v1/skus/${code}`, { name: `Thing ${counter}` });
      for (const [location, quantity] of Object.entries(stock)) await receive(code, location, quantity);
      return code;
    },
    capture: (order) =>
      admin.post("/v1/orders", {
        channel: "web",
        externalReference: `R-${++counter}`,
        fulfillmentChoices: [HOME],
        ...order,
      }),
    order: (id) => admin.get(`/v1/orders/${id}`),
    position: async (sku, location) => {
      const [row] = await admin.list<Stock>(`/v1/positions?sku=${sku}&location=${location}`);
      if (row === undefined) throw new Error(`Nothing is known of ${sku} at ${location}.`);
      const { onHand, allocated, available, short } = row;
      return { onHand, allocated, available, short };
    },
    audit: () => auditDatabase(database),
    close: async () => {
      await Promise.all(callers.map((one) => one.close()));
      application.reader.stop();
      await api.close();
      await workers?.stop();
      await application.close();
      await database.close();
      await files.close();
      if (failures.length > 0) throw new Error(`The server logged failures:\n${failures.join("")}`);
    },
  };
}

async function prepareDatabase(url: string, prepare: NonNullable<RetailerOptions["prepare"]>): Promise<void> {
  const database = openDatabase({ url, connections: 1, applicationName: "test" });
  await prepare(database);
  await database.close();
}

/** Everything that `orrery audit` proves; fails with what is broken. */
export async function auditDatabase(database: Database): Promise<void> {
  const broken: AuditResult[] = (await runAudit(database, auditChecks)).filter(
    (result) => result.violations.length > 0,
  );
  if (broken.length > 0) throw new Error(`The audit is broken: ${JSON.stringify(broken, null, 1)}`);
}

/** The first key of a retailer; it makes all others through the API. */
export function createAdminKey(database: Database): Promise<string> {
  return database.transaction(async (transaction) => {
    const key = { name: "test", permissions: [...ALL_PERMISSIONS] };
    const { secret } = await createApiKey(transaction, {
      key,
      grantor: ALL_RIGHTS,
      origin: { actor: "system:test", requestId: null },
      now: new Date(),
    });
    return secret!;
  });
}

/** Locations, a network and one channel of each policy. */
export async function setUpRetailer(admin: Caller): Promise<void> {
  const calendar = {
    cutOffs: Object.fromEntries(["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((day) => [day, "16:00"])),
  };
  for (const { code, ...fields } of LOCATIONS)
    await admin.put(`/v1/locations/${code}`, { name: code, timeZone: "Europe/London", calendar, ...fields });
  await admin.put("/v1/networks/uk", { name: "United Kingdom", locations: LOCATIONS.map(({ code }) => code) });
  for (const { code, ...policy } of CHANNELS) {
    await admin.put(`/v1/channels/${code}`, {
      name: code,
      kind: "web",
      brand: "Orrery",
      market: "GB",
      currency: "GBP",
      network: "uk",
      ...policy,
    });
  }
}

/** Other processes than the one that was told hear of new channels within a second. */
export async function untilChannelsAreKnown(caller: Caller): Promise<void> {
  const [last] = CHANNELS.slice(-1);
  await eventually("the process knows the channels", async () => {
    const { status } = await caller.ask("GET", `/v1/availability?channel=${last!.code}&skus=SKU-0`);
    return status === 200;
  });
}

export function now(): string {
  return new Date().toISOString();
}

/** Whether the sequencer has taken up all that has happened. */
export async function isFeedComplete(database: Database): Promise<boolean> {
  const { rows } = await database.pool.query<{ complete: boolean }>(
    "select (select count(*) from platform.events) = (select position from platform.feed_state) as complete",
  );
  return rows[0]!.complete;
}

/** Asks until the answer is there; fails with the last one when it does not come in time. */
export async function eventually<Value>(
  what: string,
  look: () => Promise<Value | undefined | false>,
  withinMs = 2_000,
): Promise<Value> {
  const until = performance.now() + withinMs;
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > until) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await pause(20);
  }
}
