import type { NetworkDirectory } from "../network/public.ts";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { contentHash, differences, readContent } from "./order-content.ts";
import type { CapturePlan } from "./plan-capture.ts";
import type { Captured } from "./write-captured.ts";
import { refuse } from "./refusals.ts";
import type { CapturedOrderAnswer } from "./answer-schemas.ts";

/** The answer to a fresh capture, from memory: what was reserved where. */
export function capturedAnswer(
  captured: Pick<Captured, "plan" | "revision" | "order" | "sources" | "supplied">,
  network: NetworkDirectory,
): CapturedOrderAnswer {
  const { plan, order } = captured;
  const skuOf = new Map(plan.lines.map((line) => [line.number, line.sku.code]));
  const codeOf = (locationId: number): string => network.locationById(locationId)?.code ?? String(locationId);
  return {
    id: order.id,
    number: order.number,
    externalReference: plan.externalReference,
    revision: captured.revision,
    status: order.status,
    allocations: captured.sources.map((source) => ({
      lineNumber: source.lineNumber,
      sku: skuOf.get(source.lineNumber)!,
      location: codeOf(source.locationId),
      quantity: source.quantity,
    })),
    backordered: [...order.lines.values()]
      .filter((line) => line.backordered > 0)
      .map((line) => ({
        lineNumber: line.number,
        sku: skuOf.get(line.number)!,
        quantity: line.backordered,
        ...expectedOf(captured.supplied, line.number),
      })),
    fulfillmentOrders: [...order.fulfillmentOrders.values()].map((one) => ({
      id: one.id,
      number: one.number,
      location: codeOf(one.locationId),
    })),
    grandTotal: plan.itemTotal + plan.chargeTotal,
    currency: order.currency,
    version: order.version,
    replayed: false,
  };
}

function expectedOf(supplied: Captured["supplied"], lineNumber: number) {
  const expected = supplied
    .filter((one) => one.lineNumber === lineNumber)
    .map(({ quantity, expectedOn, location }) => ({ quantity, expectedOn, location }));
  return expected.length === 0 ? {} : { expected };
}

const readStored = statement<{ content_hash: Buffer; answer: CapturedOrderAnswer }>(
  "orders.readStoredCapture",
  `select o.content_hash, json_build_object(
     'id', o.id, 'number', o.number, 'externalReference', o.external_reference, 'revision', o.revision, 'status', o.status,
     'allocations', coalesce((select json_agg(json_build_object('lineNumber', l.line_number, 'sku', s.code, 'location', n.code, 'quantity', l.quantity - l.withdrawn)
          order by l.line_number, f.number)
        from orders.fulfillment_orders f join orders.fulfillment_order_lines l on l.fulfillment_order_id = f.id
        join catalog.skus s on s.id = l.sku_id join network.locations n on n.id = f.location_id
        where f.order_id = o.id and l.quantity > l.withdrawn), '[]'),
     'backordered', coalesce((select json_agg(json_strip_nulls(json_build_object('lineNumber', l.number, 'sku', s.code, 'quantity', l.backordered, 'expected',
          (select json_agg(json_build_object('quantity', p.waiting, 'expectedOn', u.expected_on, 'location', n.code) order by u.expected_on)
            from inventory.supply_promises p join inventory.supplies u on u.id = p.supply_id join network.locations n on n.id = u.location_id
            where l.supplied and p.order_id = o.id and p.line_number = l.number and p.waiting > 0))) order by l.number)
        from orders.order_lines l join catalog.skus s on s.id = l.sku_id where l.order_id = o.id and l.backordered > 0), '[]'),
     'fulfillmentOrders', coalesce((select json_agg(json_build_object('id', f.id, 'number', f.number, 'location', n.code) order by f.number)
        from orders.fulfillment_orders f join network.locations n on n.id = f.location_id where f.order_id = o.id), '[]'),
     'grandTotal', o.grand_total, 'currency', o.currency, 'version', o.version, 'replayed', true) as answer
     from orders.orders o where o.id = $1::uuid`,
);

/** Contents have their lines in the order of their numbers; the caller is told the places of his own. */
function pointerIntoRequest(pointer: string, plan: CapturePlan): string {
  return pointer.replace(/^\/lines\/(\d+)/, (own, index) => {
    const line = plan.lines[Number(index)];
    return line === undefined ? own : `/lines/${line.place}`;
  });
}

/** The reference has been captured before: the same content is answered again, other content is refused with its places. */
export async function answerStoredOrder(
  database: Database,
  orderId: string,
  plan: CapturePlan,
): Promise<CapturedOrderAnswer> {
  const [row] = await database.read(readStored, [orderId]);
  if (row === undefined) throw new Error(`The stored order ${orderId} has vanished.`);
  if (row.content_hash.equals(contentHash(plan.content))) return row.answer;
  const content = (await readContent(database, orderId)) ?? {};
  const pointers = differences(content, plan.content).map((pointer) => pointerIntoRequest(pointer, plan));
  throw refuse("referenceTaken", {
    message: `The order ${plan.externalReference} was captured before with other content${pointers.length > 0 ? `: ${pointers.join(", ")}` : ""}.`,
    faults: pointers.map((pointer) => ({ pointer, message: "differs from the order captured before" })),
    details: { orderId, orderNumber: row.answer.number },
  });
}
