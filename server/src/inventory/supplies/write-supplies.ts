import type { Database, Transaction } from "../../platform/db/database.ts";
import { arrayLiteral, bulkInsert, statement } from "../../platform/db/statements.ts";
import type { Supply } from "./supply.ts";
import type { SupplyBook } from "./supply-book.ts";

const updateSupplies = statement(
  "inventory.updateSupplies",
  `update inventory.supplies as supply
   set supplier = moved.supplier, expected_on = moved.expected_on, confidence = moved.confidence, quantity = moved.quantity,
     received = moved.received, cancelled = moved.cancelled, promised = moved.promised, version = moved.version, event_sequence = moved.event_sequence,
     late_told_on = moved.late_told_on
   from unnest($1::uuid[], $2::text[], $3::date[], $4::smallint[], $5::int[], $6::int[], $7::int[], $8::int[], $9::int[], $10::int[], $11::date[])
     as moved (id, supplier, expected_on, confidence, quantity, received, cancelled, promised, version, event_sequence, late_told_on)
   where supply.id = moved.id`,
);

const insertMovements = bulkInsert<{
  supply_id: string;
  kind: string;
  delta_quantity: number;
  delta_received: number;
  delta_cancelled: number;
  delta_promised: number;
  quantity: number;
  received: number;
  cancelled: number;
  promised: number;
  expected_on: string;
  confidence: number;
  version: number;
  reason: string | null;
  actor: string;
}>("inventory.insertSupplyMovements", "inventory.supply_movements", {
  supply_id: "uuid",
  kind: "text",
  delta_quantity: "int",
  delta_received: "int",
  delta_cancelled: "int",
  delta_promised: "int",
  quantity: "int",
  received: "int",
  cancelled: "int",
  promised: "int",
  expected_on: "date",
  confidence: "smallint",
  version: "int",
  reason: "text",
  actor: "text",
});

const upsertPromises = bulkInsert<{
  supply_id: string;
  order_id: string;
  line_number: number;
  sku_id: number;
  location_id: number;
  waiting: number;
  arrived: number;
  lost: number;
  priority: number;
  waits_since: Date;
  promised_on: string;
  upset: boolean;
}>(
  "inventory.upsertSupplyPromises",
  "inventory.supply_promises",
  {
    supply_id: "uuid",
    order_id: "uuid",
    line_number: "int",
    sku_id: "int",
    location_id: "int",
    waiting: "int",
    arrived: "int",
    lost: "int",
    priority: "int",
    waits_since: "timestamptz",
    promised_on: "date",
    upset: "boolean",
  },
  `on conflict (supply_id, order_id, line_number) do update
   set waiting = excluded.waiting, arrived = excluded.arrived, lost = excluded.lost, priority = excluded.priority,
     promised_on = excluded.promised_on, upset = excluded.upset`,
);

/** Writes what became of locked supplies: counters, ledger, promises; one statement per table. Nobody need wait for it. */
export function writeSupplies(transaction: Transaction, book: SupplyBook): void {
  const changed = [...new Map(book.movements.map(({ after }) => [after.id, after])).values()];
  if (changed.length > 0) {
    transaction.write(updateSupplies, columnsOf(changed));
    transaction.insert(
      insertMovements,
      book.movements.map(({ kind, after, reason, origin, ...deltas }) => ({
        supply_id: after.id,
        kind,
        delta_quantity: deltas.deltaQuantity,
        delta_received: deltas.deltaReceived,
        delta_cancelled: deltas.deltaCancelled,
        delta_promised: deltas.deltaPromised,
        quantity: after.quantity,
        received: after.received,
        cancelled: after.cancelled,
        promised: after.promised,
        expected_on: after.expectedOn,
        confidence: after.confidence,
        version: after.version,
        reason,
        actor: origin.actor,
      })),
    );
    transaction.afterCommit(() => tell(transaction.database));
  }
  transaction.insert(
    upsertPromises,
    [...book.changedPromises].map((promise) => ({
      supply_id: promise.supplyId,
      order_id: promise.orderId,
      line_number: promise.lineNumber,
      sku_id: promise.skuId,
      location_id: promise.locationId,
      waiting: promise.waiting,
      arrived: promise.arrived,
      lost: promise.lost,
      priority: promise.priority,
      waits_since: promise.waitsSince,
      promised_on: promise.promisedOn,
      upset: promise.upset,
    })),
  );
}

function columnsOf(supplies: readonly Supply[]): string[] {
  const ints = (value: (supply: Supply) => number): string => arrayLiteral("int", supplies.map(value));
  return [
    arrayLiteral(
      "uuid",
      supplies.map(({ id }) => id),
    ),
    arrayLiteral(
      "text",
      supplies.map(({ supplier }) => supplier),
    ),
    arrayLiteral(
      "date",
      supplies.map(({ expectedOn }) => expectedOn),
    ),
    ints(({ confidence }) => confidence),
    ints(({ quantity }) => quantity),
    ints(({ received }) => received),
    ints(({ cancelled }) => cancelled),
    ints(({ promised }) => promised),
    ints(({ version }) => version),
    ints(({ eventSequence }) => eventSequence),
    arrayLiteral(
      "date",
      supplies.map(({ lateToldOn }) => lateToldOn),
    ),
  ];
}
/** By database, because one process may serve several. */
const listeners = new WeakMap<Database, Set<() => void>>();

/** Calls the listener after each commit of this process that moved supplies; what moved is in the ledger. Answers a function that ends it. */
export function onSuppliesMoved(database: Database, listener: () => void): () => void {
  const ofDatabase = listeners.get(database) ?? new Set();
  listeners.set(database, ofDatabase.add(listener));
  return () => void ofDatabase.delete(listener);
}

function tell(database: Database): void {
  for (const listener of listeners.get(database) ?? []) listener();
}
