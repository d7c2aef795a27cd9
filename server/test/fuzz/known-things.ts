import { now, type Retailer } from "../harness/retailer.ts";

/** Fills a retailer with some of everything and tells its names, so that fuzzed requests often mean something. */
export async function knownThings(shop: Retailer): Promise<Map<string, string[]>> {
  const { admin } = shop;
  const skus = [await shop.sku({ leeds: 1_000, york: 1_000 }), await shop.sku({ leeds: 3 }), await shop.sku()];
  const lines = [{ sku: skus[0]!, quantity: 3, unitPrice: 100 }];
  const orders = [];
  for (let count = 0; count < 12; count++)
    orders.push(await shop.capture({ channel: count % 2 === 0 ? "web" : "shop", lines }));
  const work = orders.flatMap((order) => order.fulfillmentOrders.map(({ id }) => id));
  const shipments: string[] = [];
  for (const id of work.slice(0, 4)) {
    const { shipmentId } = await admin.post<{ shipmentId: string }>(`/v1/fulfillment-orders/${id}/shipments`, {
      lines: [{ lineNumber: 1, quantity: 1 }],
    });
    shipments.push(shipmentId);
  }
  const hold: { id: string } = await admin.post(`/v1/orders/${orders[0]!.id}/holds`, { reason: "fraud" });
  await admin.post("/v1/stock/movements", {
    items: [{ kind: "sale", sku: skus[0], location: "leeds", quantity: 995, occurredAt: now(), source: "pos" }],
  });
  await admin.post("/v1/exceptions", {
    kind: "test",
    entityType: "order",
    entityId: orders[0]!.id,
    reason: "test",
    ownerTeam: "operations",
    dueAt: now(),
  });
  const user: { id: string } = await admin.post("/v1/users", {
    email: "someone@example.com",
    name: "Someone",
    password: "correct horse battery",
    roles: ["analyst"],
  });
  const key: { key: { id: string } } = await admin.post("/v1/api-keys", {
    name: "another",
    permissions: ["orders:read"],
  });
  const exceptions = (await admin.list<{ id: string }>("/v1/exceptions")).map(({ id }) => id);
  const upload = await fetch(`${shop.url}/v1/imports/skus?fileName=a.csv`, {
    method: "POST",
    headers: { authorization: `Bearer ${admin.key}`, "content-type": "text/csv" },
    body: "code,name\nA-1,One\nB-1\n",
  });
  const { id: importId } = (await upload.json()) as { id: string };
  const orderReferences = orders.flatMap(({ id, number }) => [id, String(number)]);
  // Locations that no stock of the above is at, so that closing them does not end all sourcing.
  return new Map(
    Object.entries({
      sku: skus,
      skus,
      location: ["leeds", "york", "dc", "nowhere"],
      locations: ["leeds", "york"],
      locationCodes: ["leeds"],
      channel: ["web", "shop", "market"],
      channelCodes: ["web"],
      network: ["uk"],
      order: orderReferences,
      holdId: [hold.id],
      entityId: orders.map(({ id }) => id),
      fulfillmentOrderId: work,
      shipmentId: shipments,
      fulfillmentChoice: ["home", "store"],
      permissions: ["orders:read", "catalog:read"],
      roles: ["analyst", "vendor"],
      role: ["analyst"],
      timeZone: ["Europe/London", "America/New_York", "Nowhere/City"],
      currency: ["GBP", "JPY", "KWD"],
      after: ["1.3", "latest"],
      types: ["order.captured"],
      "orders id": orderReferences,
      "fulfillment-orders id": work,
      "shipments id": shipments,
      "users id": [user.id],
      "api-keys id": [key.key.id],
      "exceptions id": exceptions,
      "imports id": [importId],
      "skus code": skus,
      "locations code": ["london", "shed"],
      "networks code": ["other"],
      "channels code": ["other", "web"],
      "roles code": ["analyst", "vendor"],
    }),
  );
}
