import { type Client, inParallel } from "../client.ts";
import { saoPauloDay } from "./read-csv.ts";
import type { Figures } from "./reconcile-files.ts";

interface Page<Row> {
  data: Row[];
  next: string | null;
}

interface Order {
  status: string;
  itemTotal: number;
  grandTotal: number;
  unitCount: number;
  lines: object[];
  charges: { type: string; amount: number }[];
  tenders: { type: string; amount: number }[];
  fulfillmentOrders: {
    shipments: { estimatedDeliveryOn: string | null; deliveredAt: string | null; shippedAt: string }[];
  }[];
}

/** The same figures, computed from what the system answers about every single order. */
export async function figuresOfApi(client: Client): Promise<Figures> {
  const ids: string[] = [];
  for (let after: string | null = ""; after !== null; ) {
    const page: Page<{ id: string }> = await client.get(
      `/v1/orders?channel=olist&limit=200${after === "" ? "" : `&after=${after}`}`,
    );
    ids.push(...page.data.map((order) => order.id));
    after = page.next;
  }
  const figures: Figures = {
    orders: ids.length,
    ordersByStatus: {},
    ordersWithoutLines: 0,
    units: 0,
    itemRevenue: 0,
    freight: 0,
    paymentsByType: {},
    paymentsTotal: 0,
    ordersWithDifferingPayments: 0,
    shipments: 0,
    deliveries: 0,
    deliveredLate: 0,
    timesOutOfOrder: 0,
  };
  await inParallel(ids, 16, async (id) => add(figures, await client.get<Order>(`/v1/orders/${id}`)));
  figures.ordersWithDifferingPayments = await countExceptions(client, "paymentMismatch");
  figures.ordersWithoutLines = await countExceptions(client, "orderWithoutLines");
  figures.timesOutOfOrder = await countExceptions(client, "timesOutOfOrder");
  return figures;
}

function add(figures: Figures, order: Order): void {
  figures.ordersByStatus[order.status] = (figures.ordersByStatus[order.status] ?? 0) + 1;
  figures.units += order.unitCount;
  figures.itemRevenue += order.itemTotal;
  for (const charge of order.charges) if (charge.type === "shipping") figures.freight += charge.amount;
  for (const tender of order.tenders) {
    figures.paymentsByType[tender.type] = (figures.paymentsByType[tender.type] ?? 0) + tender.amount;
    figures.paymentsTotal += tender.amount;
  }
  const shipments = order.fulfillmentOrders.flatMap((fulfillmentOrder) => fulfillmentOrder.shipments);
  figures.shipments += shipments.length;
  figures.deliveries += shipments.filter((shipment) => shipment.deliveredAt !== null).length;
  if (
    shipments.some(
      ({ deliveredAt, estimatedDeliveryOn }) =>
        deliveredAt !== null &&
        estimatedDeliveryOn !== null &&
        saoPauloDay(new Date(deliveredAt)) > estimatedDeliveryOn,
    )
  )
    figures.deliveredLate++;
}

/** The contradictions that the system has flagged, one exception per order. */
async function countExceptions(client: Client, kind: string): Promise<number> {
  let count = 0;
  for (let after: string | null = ""; after !== null; ) {
    const page: Page<object> = await client.get(
      `/v1/exceptions?kind=${kind}&limit=200${after === "" ? "" : `&after=${after}`}`,
    );
    count += page.data.length;
    after = page.next;
  }
  return count;
}
