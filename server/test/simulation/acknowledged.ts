import { expect } from "vitest";
import type { Database } from "../../src/platform/db/database.ts";
import type { OrderAnswer } from "../harness/retailer.ts";

/** What Orrery has acknowledged. In the end its database must hold exactly the sum of it. */
export class Acknowledged {
  readonly orders: KnownOrder[] = [];
  readonly #ids = new Set<string>();
  readonly shipments: { id: string; order: KnownOrder; lines: LineUnits[]; delivered: boolean }[] = [];
  readonly holds: { id: string; order: KnownOrder }[] = [];
  /** Requests with a key, to be repeated. */
  readonly requests: { path: string; body: object; key: string; status: number; answer: object }[] = [];
  readonly #onHand = new Map<string, number>();

  captured(
    order: Omit<KnownOrder, "lines" | "work"> & { lines: { sku: string; quantity: number }[]; work: Work[] },
  ): void {
    const lines = new Map(
      order.lines.map(({ sku, quantity }, index) => [
        index + 1,
        { sku, quantity, shipped: 0, delivered: 0, cancelled: 0 },
      ]),
    );
    const known: KnownOrder = { ...order, lines };
    this.orders.push(known);
    this.#ids.add(order.id);
  }

  /** A new version of this reference was taken: all of the one before is cancelled. */
  superseded(channel: string, reference: string, revision: number): void {
    const earlier = this.orders.find(
      (order) => order.channel === channel && order.reference === reference && order.revision === revision,
    );
    // Its own capture may be acknowledged later than that of its successor.
    if (earlier === undefined) this.#supersededBeforeKnown.add(`${channel} ${reference} ${revision}`);
    else cancelAll(earlier);
  }
  readonly #supersededBeforeKnown = new Set<string>();

  /** Fulfillment orders appear when units are sourced again. */
  seen(order: KnownOrder, answer: OrderAnswer): void {
    order.work = answer.fulfillmentOrders.map(({ id, location }) => ({ id, location }));
  }

  moved(sku: string, location: string, onHand: number): void {
    const key = `${sku} ${location}`;
    this.#onHand.set(key, (this.#onHand.get(key) ?? 0) + onHand);
  }

  shipped(order: KnownOrder, location: string, shipment: string, lines: LineUnits[], delivered: boolean): void {
    for (const { lineNumber, quantity } of lines) {
      const line = order.lines.get(lineNumber)!;
      line.shipped += quantity;
      if (delivered) line.delivered += quantity;
      this.moved(line.sku, location, -quantity);
    }
    this.shipments.push({ id: shipment, order, lines, delivered });
  }

  /** Compares with the database: orders, their units and references, and what is on hand of SKUs that nobody counts. */
  async expectStored(database: Database, uncounted: readonly string[]): Promise<void> {
    for (const order of this.orders)
      if (this.#supersededBeforeKnown.has(`${order.channel} ${order.reference} ${order.revision}`)) cancelAll(order);
    const { rows: lines } = await database.pool.query<StoredLine>(
      `select o.id, o.external_reference as reference, o.revision, n.number, n.quantity, n.shipped, n.delivered, n.cancelled
         from orders.orders o join orders.order_lines n on n.order_id = o.id`,
    );
    const stored = new Map(
      lines.map((row) => [
        `${row.id} ${row.number}`,
        { quantity: row.quantity, shipped: row.shipped, delivered: row.delivered, cancelled: row.cancelled },
      ]),
    );
    const known = new Map(
      this.orders.flatMap((order) =>
        [...order.lines].map(([number, { sku: _, ...units }]) => [`${order.id} ${number}`, units] as const),
      ),
    );
    expect(stored.size).toBe(known.size);
    for (const [key, units] of known) expect({ key, ...stored.get(key) }).toEqual({ key, ...units });

    const { rows: positions } = await database.pool.query<{ sku: string; location: string; on_hand: number }>(
      `select s.code as sku, l.code as location, p.on_hand from inventory.positions p
         join catalog.skus s on s.id = p.sku_id join network.locations l on l.id = p.location_id where s.code = any($1)`,
      [uncounted],
    );
    for (const { sku, location, on_hand } of positions)
      expect({ sku, location, onHand: on_hand }).toEqual({
        sku,
        location,
        onHand: this.#onHand.get(`${sku} ${location}`) ?? 0,
      });
  }

  knows(id: string): boolean {
    return this.#ids.has(id);
  }
}

export interface LineUnits {
  lineNumber: number;
  quantity: number;
}

interface Work {
  id: string;
  location: string;
}

export interface KnownOrder {
  id: string;
  channel: string;
  reference: string;
  revision: number;
  lines: Map<number, { sku: string; quantity: number; shipped: number; delivered: number; cancelled: number }>;
  work: Work[];
}

interface StoredLine {
  id: string;
  number: number;
  quantity: number;
  shipped: number;
  delivered: number;
  cancelled: number;
}

function cancelAll(order: KnownOrder): void {
  for (const line of order.lines.values()) line.cancelled = line.quantity;
}
