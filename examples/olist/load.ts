import { type Client, postAll } from "../client.ts";
import { cents, readRows, type Row, saoPauloTime } from "./read-csv.ts";
import { expectedStatus } from "./reconcile-files.ts";

/** The stock was there before the first order. */
const STOCK_AS_OF = "2016-01-01T00:00:00Z";
const CHANNEL = "olist";

interface CapturedOrder {
  id: string;
  fulfillmentOrders: { id: string; number: number; location: string }[];
}

/** Loads the whole data set through the public API: locations, SKUs, stock, orders, and what became of them. */
export async function loadOlist(client: Client, directory: string, say: (line: string) => void): Promise<void> {
  const timed = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    const started = performance.now();
    const result = await work();
    say(`${what}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
    return result;
  };
  const points = await timed("places read", () => meanPoints(directory));
  await timed("sellers as vendor locations", () => loadSellers(client, directory, points));
  await timed("products as SKUs", () => loadProducts(client, directory));
  const items = Map.groupBy(await readRows(directory, "olist_order_items_dataset.csv"), (row) => row["order_id"]!);
  await timed("stock", () => loadStock(client, [...items.values()].flat()));
  const orders = await readRows(directory, "olist_orders_dataset.csv");
  const captured = await timed(`${orders.length} orders captured`, () =>
    captureOrders(client, directory, orders, items, points),
  );
  await timed("shipped, delivered, cancelled", () => driveOrders(client, orders, captured));
}

type Points = Map<string, { latitude: number; longitude: number }>;

/** The mean of the points of each postal prefix; some prefixes have none. */
async function meanPoints(directory: string): Promise<Points> {
  const groups = Map.groupBy(
    await readRows(directory, "olist_geolocation_dataset.csv"),
    (row) => row["geolocation_zip_code_prefix"]!,
  );
  const mean = (rows: readonly Row[], column: string): number =>
    rows.reduce((sum, row) => sum + Number(row[column]), 0) / rows.length;
  return new Map(
    [...groups].map(([prefix, rows]) => [
      prefix,
      { latitude: mean(rows, "geolocation_lat"), longitude: mean(rows, "geolocation_lng") },
    ]),
  );
}

async function loadSellers(client: Client, directory: string, points: Points): Promise<void> {
  const sellers = await readRows(directory, "olist_sellers_dataset.csv");
  await postAll(
    client,
    "/v1/locations",
    sellers.map((seller) => {
      const point = points.get(seller["seller_zip_code_prefix"]!);
      return {
        code: seller["seller_id"]!,
        name: `Seller ${seller["seller_id"]!.slice(0, 8)}`,
        type: "vendor",
        timeZone: "America/Sao_Paulo",
        address: {
          city: seller["seller_city"]!,
          region: seller["seller_state"]!,
          postalCode: seller["seller_zip_code_prefix"]!,
          country: "BR",
        },
        ...point,
      };
    }),
    1_000,
  );
  await postAll(
    client,
    "/v1/networks",
    [{ code: CHANNEL, name: "Olist sellers", locations: sellers.map((seller) => seller["seller_id"]!) }],
    1,
  );
  await postAll(
    client,
    "/v1/channels",
    [
      {
        code: CHANNEL,
        name: "Olist marketplace",
        kind: "marketplace",
        brand: "Olist",
        market: "BR",
        currency: "BRL",
        network: CHANNEL,
      },
    ],
    1,
  );
}

async function loadProducts(client: Client, directory: string): Promise<void> {
  const english = new Map(
    (await readRows(directory, "product_category_name_translation.csv")).map((row) => [
      row["product_category_name"]!,
      row["product_category_name_english"]!,
    ]),
  );
  const products = await readRows(directory, "olist_products_dataset.csv");
  const millimeters = (text: string | undefined): { value: number } | null =>
    text === undefined || text === "" ? null : { value: Number(text) * 10 };
  await postAll(
    client,
    "/v1/skus",
    products.map((product) => {
      const category = product["product_category_name"]!;
      const name = english.get(category) ?? (category === "" ? "uncategorized" : category);
      const [length, width, height] = ["length", "width", "height"].map((side) =>
        millimeters(product[`product_${side}_cm`]),
      );
      return {
        code: product["product_id"]!,
        name: `${name.replaceAll("_", " ")} ${product["product_id"]!.slice(0, 8)}`,
        categoryPath: name,
        ...(product["product_weight_g"] ? { weightGrams: Number(product["product_weight_g"]) } : {}),
        ...(length ? { lengthMillimeters: length.value } : {}),
        ...(width ? { widthMillimeters: width.value } : {}),
        ...(height ? { heightMillimeters: height.value } : {}),
        attributes: { photos: product["product_photos_qty"] ?? "", originalCategory: category },
      };
    }),
    1_000,
  );
}

/** Each seller had what was sold of it, as a physical count before the first order. */
async function loadStock(client: Client, items: readonly Row[]): Promise<void> {
  const sold = new Map<string, { sku: string; location: string; quantity: number }>();
  for (const item of items) {
    const position = { sku: item["product_id"]!, location: item["seller_id"]!, quantity: 0 };
    const known = sold.get(`${position.sku} ${position.location}`) ?? position;
    known.quantity++;
    sold.set(`${position.sku} ${position.location}`, known);
  }
  await postAll(client, "/v1/stock/snapshots", [...sold.values()], 5_000, {
    source: "olist",
    asOf: STOCK_AS_OF,
    basis: "physical",
    scope: "partial",
  });
}

async function captureOrders(
  client: Client,
  directory: string,
  orders: readonly Row[],
  items: ReadonlyMap<string, Row[]>,
  points: Points,
): Promise<CapturedOrder[]> {
  const customers = new Map(
    (await readRows(directory, "olist_customers_dataset.csv")).map((row) => [row["customer_id"]!, row]),
  );
  const payments = Map.groupBy(
    await readRows(directory, "olist_order_payments_dataset.csv"),
    (row) => row["order_id"]!,
  );
  return await postAll<object, CapturedOrder>(
    client,
    "/v1/orders/bulk",
    orders.map((order) => {
      const customer = customers.get(order["customer_id"]!)!;
      return orderOf(
        order,
        customer,
        items.get(order["order_id"]!) ?? [],
        payments.get(order["order_id"]!) ?? [],
        points.get(customer["customer_zip_code_prefix"]!),
      );
    }),
    500,
  );
}

/** Units of the same product, seller and price are one line; its freight is a charge of the line. */
function orderOf(
  order: Row,
  customer: Row,
  items: readonly Row[],
  payments: readonly Row[],
  point: Points extends Map<string, infer Point> ? Point | undefined : never,
): object {
  const groups = [
    ...Map.groupBy(items, (item) => `${item["product_id"]} ${item["seller_id"]} ${item["price"]}`).values(),
  ];
  const freightOf = (units: readonly Row[]): number =>
    units.reduce((sum, unit) => sum + cents(unit["freight_value"]!), 0);
  return {
    channel: CHANNEL,
    externalReference: order["order_id"]!,
    historical: true,
    orderedAt: saoPauloTime(order["order_purchase_timestamp"])!.toISOString(),
    customer: { reference: customer["customer_unique_id"]! },
    fulfillmentChoices: [
      {
        id: "delivery",
        method: "delivery",
        address: {
          city: customer["customer_city"]!,
          region: customer["customer_state"]!,
          postalCode: customer["customer_zip_code_prefix"]!,
          country: "BR",
          ...point,
        },
      },
    ],
    lines: groups.map((units) => ({
      sku: units[0]!["product_id"]!,
      location: units[0]!["seller_id"]!,
      quantity: units.length,
      unitPrice: cents(units[0]!["price"]!),
    })),
    charges: groups.map((units, index) => ({ type: "shipping", line: index + 1, amount: freightOf(units) })),
    tenders: payments.map((payment) => ({
      type: payment["payment_type"]!,
      amount: cents(payment["payment_value"]!),
      installments: Number(payment["payment_installments"]),
      reference: payment["payment_sequential"]!,
    })),
    metadata: { status: order["order_status"]!, approvedAt: order["order_approved_at"] ?? "" },
  };
}

interface Shipped {
  shipmentId: string;
}

async function driveOrders(client: Client, orders: readonly Row[], captured: readonly CapturedOrder[]): Promise<void> {
  const both = orders.map((order, index) => ({
    order,
    captured: captured[index]!,
    target: expectedStatus(order["order_status"]!, captured[index]!.fulfillmentOrders.length > 0),
  }));
  await cancelOrders(
    client,
    both.filter(({ target }) => target === "cancelled"),
  );
  const moving = both.filter(({ target }) => target === "shipped" || target === "delivered");
  const parcels = moving.flatMap(({ order, captured: { fulfillmentOrders }, target }) =>
    fulfillmentOrders.map(({ id }) => ({ order, target, fulfillmentOrderId: id })),
  );
  const shipments = await postAll<object, Shipped>(
    client,
    "/v1/shipments/bulk",
    parcels.map(({ order, fulfillmentOrderId }) => ({
      fulfillmentOrderId,
      carrier: "Correios",
      shippedAt: shippedAt(order).toISOString(),
      estimatedDeliveryOn: order["order_estimated_delivery_date"]!.slice(0, 10),
    })),
    1_000,
  );
  const delivered = parcels
    .map((parcel, index) => ({ ...parcel, shipmentId: shipments[index]!.shipmentId }))
    .filter(({ target }) => target === "delivered");
  await postAll(
    client,
    "/v1/shipments/deliveries",
    delivered.map(({ order, shipmentId }) => ({ shipmentId, deliveredAt: deliveredAt(order).toISOString() })),
    1_000,
  );
  await reportMissingTimes(client, both);
}

function shippedAt(order: Row): Date {
  return saoPauloTime(order["order_delivered_carrier_date"]) ?? saoPauloTime(order["order_purchase_timestamp"])!;
}

/** A delivered order without a time of delivery is taken as delivered when it left; an exception says so. */
function deliveredAt(order: Row): Date {
  return saoPauloTime(order["order_delivered_customer_date"]) ?? shippedAt(order);
}

async function cancelOrders(
  client: Client,
  cancelled: readonly { order: Row; captured: CapturedOrder }[],
): Promise<void> {
  await postAll(
    client,
    "/v1/orders/cancel",
    cancelled.map(({ order, captured }) => ({
      order: captured.id,
      reason: order["order_status"]!,
      occurredAt: (
        saoPauloTime(order["order_approved_at"]) ?? saoPauloTime(order["order_purchase_timestamp"])!
      ).toISOString(),
    })),
    1_000,
  );
}

/** What the data contradicts beside what Orrery finds by itself: cancelled after it left, delivered at an unknown time, shipped without units. */
async function reportMissingTimes(
  client: Client,
  orders: readonly { order: Row; captured: CapturedOrder; target: string }[],
): Promise<void> {
  const dueAt = new Date(Date.now() + 7 * 24 * 60 * 60 * 1000).toISOString();
  for (const { order, captured, target } of orders) {
    const report = (kind: string, reason: string): Promise<unknown> =>
      client.post("/v1/exceptions", {
        kind,
        entityType: "order",
        entityId: captured.id,
        reason,
        ownerTeam: "operations",
        dueAt,
        details: { reference: order["order_id"] },
      });
    if (target === "cancelled" && order["order_delivered_carrier_date"] !== "")
      await report("cancelledAfterDispatch", "The order is cancelled but was handed to the carrier.");
    if (target === "delivered" && order["order_delivered_customer_date"] === "")
      await report("deliveryTimeMissing", "The order is delivered, but nobody knows when.");
    if (target === "created" && order["order_status"] === "shipped")
      await report("shippedWithoutUnits", "The order is shipped but has no units.");
  }
}
