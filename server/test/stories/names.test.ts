import { afterAll, beforeAll, expect, test } from "vitest";
import { openRetailer, type OrderAnswer, type Retailer } from "../harness/retailer.ts";

let shop: Retailer;
beforeAll(async () => {
  shop = await openRetailer();
});
afterAll(() => shop.close());

test("who did it has a name beside the ID: of a hold, of a movement, of an import", async () => {
  const sku = await shop.sku({ leeds: 5 });
  const { id } = await shop.capture({ lines: [{ sku, quantity: 1, unitPrice: 100 }] });
  const hold = await shop.admin.post<{ id: string }>(`/v1/orders/${id}/holds`, { reason: "fraud" });
  const nameOf = async () => (await shop.order(id)).holds[0] as OrderAnswer["holds"][number];
  expect(await nameOf()).toMatchObject({ placedByName: "test", releasedBy: null, releasedByName: null });
  await shop.admin.post(`/v1/orders/${id}/holds/${hold.id}/release`, {});
  const { placedBy, releasedBy, releasedByName } = await nameOf();
  expect([releasedBy, releasedByName]).toEqual([placedBy, "test"]);

  const movements = await shop.admin.list<{ actor: string; actorName: string | null }>(`/v1/movements?sku=${sku}`);
  expect(movements.map(({ actor, actorName }) => [actor, actorName])).toEqual([
    [placedBy, "test"],
    [placedBy, "test"],
  ]);

  const upload = await fetch(`${shop.url}/v1/imports/skus?fileName=a.csv`, {
    method: "POST",
    headers: { authorization: `Bearer ${shop.admin.key}`, "content-type": "text/csv" },
    body: "code,name\nA-1,One\n",
  });
  expect(await upload.json()).toMatchObject({ createdBy: placedBy, createdByName: "test" });
  expect(await shop.admin.list("/v1/imports")).toMatchObject([{ createdBy: placedBy, createdByName: "test" }]);
});
