import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import { requestHash, type RequestKey } from "../platform/http/idempotency.ts";
import { pageOf } from "../platform/http/paging.ts";
import { type Call, type Route, route } from "../platform/http/route.ts";
import { BULK_BODY_BYTES, FactAnswer, StockAdjustments, StockFacts } from "./fact-schemas.ts";
import { listMovements, Movement, MovementQuery } from "./list-movements.ts";
import {
  exportPositions,
  ListedPosition,
  listPositions,
  PositionFilterQuery,
  PositionListQuery,
} from "./list-positions.ts";
import { listShorts, Short, ShortQuery } from "./list-shorts.ts";
import { createFactRecorder } from "./record-facts.ts";
import { createSnapshotRecorder } from "./record-snapshots.ts";
import { inventory } from "./refusals.ts";
import { SnapshotAnswer, StockSnapshot, type StockSnapshotInput } from "./snapshot-schemas.ts";
import { supplyRoutes } from "./supplies/supply-routes.ts";
import { type Places, understandAdjustments, understandFacts } from "./understand-facts.ts";
import { understandSnapshot } from "./understand-snapshots.ts";

export interface InventoryDependencies extends Places {
  database: Database;
  clock: Clock;
}

const { unknownSku, unknownLocation, badTime, beyondLimits, tooManyUnnamed } = inventory.kinds;

export function inventoryRoutes(dependencies: InventoryDependencies): Route[] {
  return [...readRoutes(dependencies), ...writeRoutes(dependencies), ...supplyRoutes(dependencies)];
}

function readRoutes(dependencies: InventoryDependencies): Route[] {
  const { database, network } = dependencies;
  const read = { method: "GET", permission: "inventory:read", tag: "inventory", refuses: { unknownLocation } } as const;
  return [
    route({
      ...read,
      path: "/v1/positions",
      operationId: "listPositions",
      summary: "Search stock positions",
      description: "What is on hand, reserved, allocated, damaged and available, by SKU and location, along the codes.",
      query: PositionListQuery,
      responses: { 200: pageOf(ListedPosition, { $id: "PositionPage" }) },
      handle: ({ query, principal }) => listPositions(database, network, query, principal),
    }),
    route({
      ...read,
      path: "/v1/positions.csv",
      operationId: "exportPositions",
      summary: "Export the filtered positions as CSV",
      query: PositionFilterQuery,
      produces: "text/csv; charset=utf-8",
      responses: { 200: null },
      handle: ({ query, principal, reply }) => {
        reply.header("content-disposition", 'attachment; filename="positions.csv"');
        return exportPositions(database, network, query, principal);
      },
    }),
    route({
      ...read,
      path: "/v1/movements",
      operationId: "listMovements",
      summary: "Read the stock ledger of a SKU, newest first",
      query: MovementQuery,
      responses: { 200: pageOf(Movement, { $id: "MovementPage" }) },
      refuses: { unknownSku, unknownLocation },
      handle: ({ query, principal }) => listMovements(dependencies, query, principal),
    }),
    route({
      ...read,
      path: "/v1/shorts",
      operationId: "listShorts",
      summary: "List what is promised but not there",
      query: ShortQuery,
      responses: { 200: pageOf(Short, { $id: "ShortPage" }) },
      handle: ({ query, principal }) => listShorts(database, network, query, principal),
    }),
  ];
}

function writeRoutes(dependencies: InventoryDependencies): Route[] {
  const { clock } = dependencies;
  const recordFacts = createFactRecorder(dependencies);
  const recordSnapshot = createSnapshotRecorder(dependencies);
  const write = {
    method: "POST",
    permission: "inventory:write",
    tag: "inventory",
    bodyLimitBytes: BULK_BODY_BYTES,
  } as const;
  return [
    route({
      ...write,
      path: "/v1/stock/movements",
      operationId: "recordStockMovements",
      summary: "Record up to 5,000 facts: sales, returns, receipts, shipments, damage, losses",
      description:
        "Facts are never refused for lack of stock: what they make short becomes a short. Each item is taken or refused by itself; one with a `document` can be repeated safely.",
      body: StockFacts,
      responses: { 200: FactAnswer },
      key: "call",
      perItem: () => true,
      handle: async (call) => {
        const items = await understandFacts(dependencies, call.principal, call.body.items, clock.now());
        const { origin } = call;
        return await recordFacts({
          items,
          action: "recordStockMovements",
          origin,
          key: keyOf(call, "recordStockMovements"),
        });
      },
    }),
    route({
      ...write,
      path: "/v1/stock/adjustments",
      operationId: "adjustStock",
      summary: "Correct up to 5,000 positions, with a reason",
      description: "Adds to what is on hand or damaged. A correction is a fact as well: it may leave promises short.",
      body: StockAdjustments,
      responses: { 200: FactAnswer },
      key: "call",
      perItem: () => true,
      handle: async (call) => {
        const items = await understandAdjustments(dependencies, call.principal, call.body.items, clock.now());
        return await recordFacts({
          items,
          action: "adjustStock",
          origin: call.origin,
          key: keyOf(call, "adjustStock"),
        });
      },
    }),
    route({
      ...write,
      path: "/v1/stock/snapshots",
      operationId: "recordStockSnapshot",
      summary: "Set up to 5,000 positions to what was counted at one moment",
      description:
        "On hand becomes the count and what has moved since `asOf`; a count that is not newer than the last one changes nothing, so a late file never brings back what was sold since.",
      body: StockSnapshot,
      responses: { 200: SnapshotAnswer },
      key: "call",
      // What an item of a full snapshot meant must be known, else its position would be counted as nothing.
      perItem: (rest) => (rest as StockSnapshotInput).scope === "partial",
      refuses: { badTime, beyondLimits, tooManyUnnamed, unknownLocation },
      handle: async (call) => {
        const { body, principal, origin } = call;
        const key = keyOf(call, "recordStockSnapshot");
        return await recordSnapshot(
          await understandSnapshot(dependencies, { body, principal, origin, key }, clock.now()),
        );
      },
    }),
  ];
}

function keyOf(
  call: Pick<Call<never, never, unknown>, "idempotencyKey" | "principal" | "body">,
  action: string,
): RequestKey | null {
  if (call.idempotencyKey === null) return null;
  return { principal: call.principal.actor, key: call.idempotencyKey, hash: requestHash(action, call.body) };
}
