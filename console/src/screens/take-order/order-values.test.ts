import { expect, test } from "vitest";
import { fieldOf, minorOf, newOrder, type OrderValues, requestOf, stockOf, totalOf } from "./order-values.ts";

const line = { sku: "MUG", name: "Mug", imageUrl: null, quantity: 3, unitPrice: 0.29 };
const values: OrderValues = {
  ...newOrder,
  channel: "phone",
  customer: { name: "Ada", phone: "", email: "", reference: "" },
  address: { ...newOrder.address, line1: "1 Quay", city: "Bristol", country: "GB" },
  lines: [line],
  shipping: 4.95,
  discount: "1",
};
const order = { reference: "PHONE-1", currency: "GBP" };

test.each([
  [29.9, "EUR", 2990],
  ["0.29", "EUR", 29],
  [1.005, "KWD", 1005],
  ["1500", "JPY", 1500],
  ["", "EUR", 0],
])("%s %s is %i in minor units, without a rounding error", (typed, currency, minor) => {
  expect(minorOf(typed, currency)).toBe(minor);
});

test("what is paid is what the lines and charges add up to", () => {
  expect(totalOf(values, "GBP")).toBe(3 * 29 + 495 - 100);
  expect(requestOf(values, order)).toMatchObject({
    lines: [{ sku: "MUG", quantity: 3, unitPrice: 29 }],
    charges: [
      { type: "shipping", amount: 495 },
      { type: "discount", amount: 100 },
    ],
    tenders: [{ type: "invoice", amount: 482 }],
  });
});

test("what was left empty is not sent, and a pickup has no address", () => {
  const pickup = requestOf({ ...values, method: "pickup", location: "ST-BRISTOL" }, order);
  expect(pickup.customer).toEqual({ name: "Ada" });
  expect(pickup.fulfillmentChoices).toEqual([
    { id: "choice", method: "pickup", location: "ST-BRISTOL", collectors: ["Ada"] },
  ]);
});

test("each type of order says what its workflow needs, and nothing of another", () => {
  const every = {
    ...values,
    releaseOn: "2031-03-01",
    exchangeOf: { id: "1", number: "100042" },
    notBefore: "2031-02-01T10:00",
    method: "pickup",
    location: "ST-BRISTOL",
  } as const;
  const asked = (type: OrderValues["type"]) => requestOf({ ...every, type }, order);
  expect(asked("standard")).not.toHaveProperty("type");
  expect(asked("standard")).not.toHaveProperty("metadata");
  expect(asked("preOrder")).toMatchObject({ type: "preOrder", metadata: { releaseOn: "2031-03-01" } });
  expect(asked("exchange")).toMatchObject({ type: "exchange", metadata: { exchangeOf: "100042" } });
  const service = asked("service").fulfillmentChoices[0];
  expect(service).toMatchObject({ method: "delivery", notBefore: new Date("2031-02-01T10:00").toISOString() });
  expect(service).not.toHaveProperty("location");
  expect(asked("backOrder").fulfillmentChoices).toMatchObject([{ method: "pickup", location: "ST-BRISTOL" }]);
});

test("stock is promised, awaited or nothing to ask for, as the type and the channel have it", () => {
  const of = (type: OrderValues["type"]) => [false, true].map((waits) => stockOf({ ...values, type }, waits));
  expect(of("standard")).toEqual(["promised", "awaited"]);
  expect(of("backOrder")).toEqual(["awaited", "awaited"]);
  expect(of("service")).toEqual(["later", "later"]);
});

test.each([
  ["/lines/2", "lines.2.quantity"],
  ["/lines/2/sku", "lines.2.quantity"],
  ["/lines/0/unitPrice", "lines.0.unitPrice"],
  ["/fulfillmentChoices/0/address/city", "address.city"],
  ["/fulfillmentChoices/0/location", "location"],
  ["/customer/email", "customer.email"],
  ["/metadata/releaseOn", "releaseOn"],
])("a fault at %s stands at the field %s", (pointer, field) => {
  expect(fieldOf(pointer)).toBe(field);
});
