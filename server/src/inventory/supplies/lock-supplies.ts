import type { Transaction } from "../../platform/db/database.ts";
import { arrayLiteral, bulkInsert, statement } from "../../platform/db/statements.ts";
import { newId } from "../../platform/ids.ts";
import type { Supply, SupplyKind, SupplyPromise } from "./supply.ts";
import { SupplyBook } from "./supply-book.ts";

export const SUPPLY_COLUMNS = `supply.id, supply.kind, supply.reference, supply.line, supply.supplier, supply.sku_id as "skuId",
  supply.location_id as "locationId", supply.expected_on::text as "expectedOn", supply.confidence, supply.quantity, supply.received,
  supply.cancelled, supply.promised, supply.version, supply.event_sequence as "eventSequence",
  supply.late_told_on::text as "lateToldOn",
  (select code from catalog.skus where id = supply.sku_id) as sku,
  (select code from network.locations where id = supply.location_id) as location`;
const PROMISE_COLUMNS = `supply_id as "supplyId", order_id as "orderId", line_number as "lineNumber", sku_id as "skuId",
  location_id as "locationId", waiting, arrived, lost, priority, waits_since as "waitsSince", promised_on::text as "promisedOn", upset`;

/** How the outside calls a supply. */
export interface SupplyName {
  kind: SupplyKind;
  reference: string;
  line: number;
}

const createMissing = bulkInsert<
  SupplyName & {
    id: string;
    sku_id: number;
    location_id: number;
    expected_on: string;
    confidence: number;
    quantity: number;
    version: number;
  }
>(
  "inventory.createSupplies",
  "inventory.supplies",
  {
    id: "uuid",
    kind: "text",
    reference: "text",
    line: "int",
    sku_id: "int",
    location_id: "int",
    expected_on: "date",
    confidence: "smallint",
    quantity: "int",
    version: "int",
  },
  "on conflict do nothing",
);

const lockNamed = statement<Supply>(
  "inventory.lockSupplies",
  `select ${SUPPLY_COLUMNS} from inventory.supplies as supply
   where id = any (array(
     select unnest($1::uuid[])
     union select known.id from unnest($2::text[], $3::text[], $4::int[]) as named (kind, reference, line)
       join inventory.supplies as known using (kind, reference, line)))
   order by id for no key update`,
);
const readPromises = statement<SupplyPromise>(
  "inventory.readSupplyPromises",
  `select ${PROMISE_COLUMNS} from inventory.supply_promises
   where waiting + arrived + lost > 0 and supply_id = any (array(
     select unnest($1::uuid[])
     union select known.id from unnest($2::text[], $3::text[], $4::int[]) as named (kind, reference, line)
       join inventory.supplies as known using (kind, reference, line)))`,
);

// Which supplies an order waits for changes only under the order's lock; how far they are, under that of the supply.
const lockOfOrders = statement<Supply>(
  "inventory.lockSuppliesOfOrders",
  `select ${SUPPLY_COLUMNS} from inventory.supplies as supply
   where id = any (array(
     select supply_id from inventory.supply_promises where order_id = any($1::uuid[]) and waiting + arrived + lost > 0
     union select open.id from inventory.supplies as open where open.sku_id = any($2::int[]) and open.due > 0))
   order by id for no key update`,
);
const readPromisesOfOrders = statement<SupplyPromise>(
  "inventory.readPromisesOfOrders",
  `select ${PROMISE_COLUMNS} from inventory.supply_promises where order_id = any($1::uuid[]) and waiting + arrived + lost > 0`,
);

/**
 * Makes those that are missing, without a movement yet, so that a new one is changed like any other. In the order of their
 * names: two calls that name the same new ones would else wait for each other.
 */
export function createSupplies(
  transaction: Transaction,
  supplies: readonly (SupplyName & { skuId: number; locationId: number; expectedOn: string })[],
): void {
  transaction.insert(
    createMissing,
    supplies.toSorted(byName).map(({ kind, reference, line, skuId, locationId, expectedOn }) => ({
      id: newId(),
      kind,
      reference,
      line,
      sku_id: skuId,
      location_id: locationId,
      expected_on: expectedOn,
      confidence: 100,
      quantity: 0,
      version: 0,
    })),
  );
}

function byName(one: SupplyName, other: SupplyName): number {
  const [a, b] = [`${one.kind} ${one.reference}`, `${other.kind} ${other.reference}`];
  return a === b ? one.line - other.line : a < b ? -1 : 1;
}

/** Locks supplies with all that is promised of them. One lock order for all: orders, then supplies by ID, then positions. */
export async function lockSupplies(
  transaction: Transaction,
  ids: readonly string[],
  names: readonly SupplyName[],
): Promise<SupplyBook> {
  const parameters = [
    arrayLiteral("uuid", ids),
    arrayLiteral(
      "text",
      names.map(({ kind }) => kind),
    ),
    arrayLiteral(
      "text",
      names.map(({ reference }) => reference),
    ),
    arrayLiteral(
      "int",
      names.map(({ line }) => line),
    ),
  ];
  // The second statement sees what was committed while the first one waited.
  const [supplies, promises] = await Promise.all([
    transaction.read(lockNamed, parameters),
    transaction.read(readPromises, parameters),
  ]);
  return new SupplyBook(supplies, promises);
}

/** Locks the supplies that these locked orders wait for, and all from which these SKUs are still to come; with the promises of these orders alone. */
export async function lockSuppliesFor(
  transaction: Transaction,
  { orderIds, skuIds }: { orderIds: readonly string[]; skuIds: readonly number[] },
): Promise<SupplyBook> {
  if (orderIds.length === 0 && skuIds.length === 0) return new SupplyBook([], []);
  const ids = arrayLiteral("uuid", orderIds);
  const [supplies, promises] = await Promise.all([
    transaction.read(lockOfOrders, [ids, arrayLiteral("int", skuIds)]),
    orderIds.length === 0 ? [] : transaction.read(readPromisesOfOrders, [ids]),
  ]);
  return new SupplyBook(supplies, promises);
}
