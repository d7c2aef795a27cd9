import { cents, readRows } from "./read-csv.ts";

/** The figures on which both sides must agree; amounts are cents. */
export interface Figures {
  orders: number;
  ordersByStatus: Record<string, number>;
  ordersWithoutLines: number;
  units: number;
  itemRevenue: number;
  freight: number;
  paymentsByType: Record<string, number>;
  paymentsTotal: number;
  ordersWithDifferingPayments: number;
  shipments: number;
  deliveries: number;
  deliveredLate: number;
  timesOutOfOrder: number;
}

/** The label that an order of the data set ends with; without units there is nothing that could be shipped. */
export function expectedStatus(status: string, hasItems: boolean): string {
  if (status === "canceled" || status === "unavailable") return "cancelled";
  if (!hasItems) return "created";
  if (status === "delivered" || status === "shipped") return status;
  return "processing";
}

/** Computed from the files alone, by other code than the one that loads them. */
export async function figuresOfFiles(directory: string): Promise<Figures> {
  const orders = await readRows(directory, "olist_orders_dataset.csv");
  const items = await readRows(directory, "olist_order_items_dataset.csv");
  const payments = await readRows(directory, "olist_order_payments_dataset.csv");
  const figures: Figures = {
    orders: orders.length,
    ordersByStatus: {},
    ordersWithoutLines: 0,
    units: items.length,
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
  const totals = new Map<string, number>();
  const sellers = new Map<string, Set<string>>();
  for (const item of items) {
    const id = item["order_id"]!;
    const [price, freight] = [cents(item["price"]!), cents(item["freight_value"]!)];
    figures.itemRevenue += price;
    figures.freight += freight;
    totals.set(id, (totals.get(id) ?? 0) + price + freight);
    sellers.set(id, (sellers.get(id) ?? new Set()).add(item["seller_id"]!));
  }
  const paid = new Map<string, number>();
  for (const payment of payments) {
    const value = cents(payment["payment_value"]!);
    figures.paymentsByType[payment["payment_type"]!] = (figures.paymentsByType[payment["payment_type"]!] ?? 0) + value;
    figures.paymentsTotal += value;
    paid.set(payment["order_id"]!, (paid.get(payment["order_id"]!) ?? 0) + value);
  }
  for (const order of orders) {
    const id = order["order_id"]!;
    const status = expectedStatus(order["order_status"]!, sellers.has(id));
    figures.ordersByStatus[status] = (figures.ordersByStatus[status] ?? 0) + 1;
    if (!sellers.has(id)) figures.ordersWithoutLines++;
    if (paid.has(id) && paid.get(id) !== (totals.get(id) ?? 0)) figures.ordersWithDifferingPayments++;
    const parcels = sellers.get(id)?.size ?? 0;
    if (status !== "shipped" && status !== "delivered") continue;
    const [ordered, handed, delivered] = [
      order["order_purchase_timestamp"]!,
      order["order_delivered_carrier_date"]!,
      order["order_delivered_customer_date"]!,
    ];
    figures.shipments += parcels;
    if (status === "delivered") figures.deliveries += parcels;
    if (
      status === "delivered" &&
      delivered !== "" &&
      delivered.slice(0, 10) > order["order_estimated_delivery_date"]!.slice(0, 10)
    )
      figures.deliveredLate++;
    if (
      (handed !== "" && handed < ordered) ||
      (status === "delivered" && delivered !== "" && handed !== "" && delivered < handed)
    )
      figures.timesOutOfOrder++;
  }
  return figures;
}
