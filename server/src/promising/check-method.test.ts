import { expect, test } from "vitest";
import type { NetworkDirectory } from "../network/public.ts";
import { checkMethod } from "./check-method.ts";
import type { FulfillmentMethod } from "./fulfillment-method.ts";

const network = {
  locations: () => [{ code: "leeds", groups: ["hub"] }],
  locationByCode: (code: string) => (code === "leeds" ? { code } : undefined),
  channelByCode: (code: string) => (code === "web" ? { code } : undefined),
} as unknown as NetworkDirectory;
const known = { has: (kind: string, code: string) => `${kind} ${code}` === "carrier-service standard" };
const locker: FulfillmentMethod = {
  title: "Locker",
  kind: "locker",
  clock: { processingMinutes: 60 },
  collectionPoints: { groups: ["hub"] },
  services: ["standard"],
};
const places = (content: unknown) => {
  const { faults, warnings } = checkMethod(network, known, content);
  return [faults, warnings].map((all) => all.map(({ pointer }) => pointer));
};

test("a method that contradicts itself is refused with the place, one that names what is not there is warned of", () => {
  expect(places(locker)).toEqual([[], []]);
  const { services, collectionPoints, ...bare } = locker;
  expect(places(bare)).toEqual([["/services", "/collectionPoints"], []]);
  expect(places({ ...locker, kind: "pickup" })).toEqual([["/services", "/collectionPoints"], []]);
  expect(places({ ...locker, clock: { processingMinutes: 60, slotDays: 3 } })).toEqual([
    ["/clock/slotDays", "/clock/slotMinutes"],
    [],
  ]);
  expect(places({ ...bare, kind: "delivery", services, clock: { processingMinutes: 1, keptDays: 2 } })).toEqual([
    ["/clock/keptDays"],
    [],
  ]);
  expect(places({ ...locker, kind: "balloon" })[0]).toEqual(["/kind"]);
  const price = { currency: "GBP", amount: 100 };
  expect(places({ ...locker, prices: [price, price, { currency: "XXX", amount: 1 }] })[0]).toEqual([
    "/prices/1/currency",
    "/prices/2/currency",
  ]);
  expect(
    places({
      ...locker,
      locations: { locations: ["leeds", "york"], groups: ["franchise"] },
      channels: ["web", "app"],
      services: ["standard", "balloon"],
      process: "none",
      messages: [{ on: "ready", template: "none" }],
    }),
  ).toEqual([
    [],
    ["/locations/locations/1", "/locations/groups/0", "/channels/1", "/services/1", "/process", "/messages/0/template"],
  ]);
});
