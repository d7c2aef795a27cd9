import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, bulkInsert, statement } from "../platform/db/statements.ts";

/** Units of one position promised to one line of one holder (a fulfillment order). */
export interface AllocationRow {
  holderId: string;
  lineNumber: number;
  orderId: string;
  skuId: number;
  locationId: number;
  quantity: number;
  allocatedAt: Date;
}

export interface AllocationRelease {
  holderId: string;
  lineNumber: number;
  /** Units that are no longer promised: shipped, cancelled or moved away. */
  quantity: number;
}

const insertAllocations = bulkInsert<{
  holder_id: string;
  line_number: number;
  order_id: string;
  sku_id: number;
  location_id: number;
  quantity: number;
  allocated_at: Date;
}>("inventory.insertAllocations", "inventory.allocations", {
  holder_id: "uuid",
  line_number: "int",
  order_id: "uuid",
  sku_id: "int",
  location_id: "int",
  quantity: "int",
  allocated_at: "timestamptz",
});

/** The rows behind the counter `allocated`; the movements of kind "allocation" go through `applyMovements`. */
export function allocate(transaction: Transaction, rows: readonly AllocationRow[]): void {
  transaction.insert(
    insertAllocations,
    rows.map((row) => ({
      holder_id: row.holderId,
      line_number: row.lineNumber,
      order_id: row.orderId,
      sku_id: row.skuId,
      location_id: row.locationId,
      quantity: row.quantity,
      allocated_at: row.allocatedAt,
    })),
  );
}

const release = statement<{ holder_id: string }>(
  "inventory.releaseAllocations",
  `update inventory.allocations as allocation set quantity = allocation.quantity - released.quantity
   from (select holder_id, line_number, sum(quantity) as quantity
         from unnest($1::uuid[], $2::int[], $3::int[]) as released (holder_id, line_number, quantity)
         group by holder_id, line_number) as released
   where allocation.holder_id = released.holder_id and allocation.line_number = released.line_number
   returning allocation.holder_id`,
);

/** Takes units off; under the order's and the positions' locks. Releasing what was never allocated is a bug and fails. */
export function releaseAllocations(transaction: Transaction, releases: readonly AllocationRelease[]): void {
  if (releases.length === 0) return;
  const lines = new Set(releases.map(({ holderId, lineNumber }) => `${holderId}/${lineNumber}`));
  const released = transaction.read(release, [
    arrayLiteral(
      "uuid",
      releases.map((row) => row.holderId),
    ),
    arrayLiteral(
      "int",
      releases.map((row) => row.lineNumber),
    ),
    arrayLiteral(
      "int",
      releases.map((row) => row.quantity),
    ),
  ]);
  transaction.beforeCommit(
    released.then((rows) => {
      if (rows.length !== lines.size) throw new Error(`Of ${lines.size} allocations to release ${rows.length} exist.`);
    }),
  );
}
