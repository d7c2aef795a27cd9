import { expect, test } from "vitest";
import type { CarrierService } from "./carrier-service.ts";
import { checkCarrierService } from "./check-carrier-service.ts";
import { findZone } from "./find-zone.ts";
import { type Carried, priceOfParcel, refusalOfParcel } from "./judge-parcel.ts";
import { SHIPPED_SERVICES } from "./shipped-services.ts";

const sound: CarrierService = {
  title: "Standard",
  carrier: "Parcel Post",
  zones: [
    { name: "Highlands", countries: ["GB"], postalCodes: ["iv", "KW1"], transitDays: { from: 3, to: 5 } },
    { name: "Town", withinKilometers: 10, transitMinutes: { from: 30, to: 60 } },
    { name: "Domestic", domestic: true, transitDays: { from: 1, to: 2 } },
  ],
  collection: { mon: { from: "08:00", until: "18:00" } },
  delivery: { days: ["mon"], from: "08:00", until: "18:00" },
};
const places = (content: unknown) => checkCarrierService(content).faults.map(({ pointer }) => pointer);
const warned = (content: unknown) => checkCarrierService(content).warnings.map(({ pointer }) => pointer);

test("what keeps a service from being published is told with its place", () => {
  expect(SHIPPED_SERVICES.map(({ content }) => checkCarrierService(content))).toEqual(
    SHIPPED_SERVICES.map(() => ({ faults: [], warnings: [] })),
  );
  expect(places({ ...sound, zones: [{ name: "All", transitDays: { from: 3, to: 1 } }, { name: "All" }] })).toEqual([
    "/zones/0/transitDays/to",
    "/zones/1/name",
    "/zones/1",
  ]);
  expect(places({ ...sound, zones: [{ name: "All", transitDays: { from: 1, to: 1 }, timeZone: "Leeds" }] })).toEqual([
    "/zones/0/timeZone",
  ]);
  expect(places({ ...sound, collection: { mon: { from: "18:00", until: "08:00" } } })).toEqual([
    "/collection/mon/until",
  ]);
  expect(places({ ...sound, holidays: [{ on: "2026-12-25" }, { on: "2026-12-25" }] })).toEqual(["/holidays/1/on"]);
  const step = { zone: "Domestic", upToGrams: 1_000, amount: 395 };
  expect(places({ ...sound, rates: [{ currency: "XXX", steps: [step, step, { ...step, zone: "Abroad" }] }] })).toEqual([
    "/rates/0/currency",
    "/rates/0/steps/1/upToGrams",
    "/rates/0/steps/2/zone",
  ]);
  expect(places({ ...sound, zones: [] })).toEqual(["/zones"]);
  const unreached = { name: "Wick", countries: ["GB"], postalCodes: ["KW1"], transitDays: { from: 9, to: 9 } };
  expect(
    warned({ ...sound, zones: [{ name: "GB", countries: ["GB"], transitDays: { from: 1, to: 1 } }, unreached] }),
  ).toEqual(["/zones/1"]);
});

test("the first zone counts, postal codes begin however they are written, and nowhere is nowhere", () => {
  const zoneOf = (postalCode: string | null, kilometers: number | null, country = "GB", fromCountry = "GB") =>
    findZone(sound, {
      fromCountry,
      destination: { country, postalCode, latitude: null, longitude: null, poBox: false },
      kilometers,
    })?.name ?? null;
  expect(zoneOf("IV27 4JG", 5)).toBe("Highlands");
  expect(zoneOf("k w-1 5", null)).toBe("Highlands");
  expect(zoneOf("KW2 5", null)).toBe("Domestic");
  expect(zoneOf(null, 10)).toBe("Town");
  expect(zoneOf(null, 10.1)).toBe("Domestic");
  expect(zoneOf("IV27", null, "FR")).toBe(null);
  expect(zoneOf(null, null, "FR", "FR")).toBe("Domestic");
});

test("a forbidden parcel is never carried, and the lightest step that is heavy enough is its price", () => {
  const unit: Carried = {
    quantity: 2,
    weightGrams: 900,
    lengthMillimeters: 300,
    widthMillimeters: 200,
    heightMillimeters: 100,
    hazardClass: null,
    freightClass: null,
  };
  const home = { country: "GB", postalCode: null, latitude: null, longitude: null, poBox: true };
  const why = (restrictions: CarrierService["restrictions"] & object, parcel: Partial<Carried> = {}) =>
    refusalOfParcel({ ...sound, restrictions }, [{ ...unit, ...parcel }], home);
  expect(why({})).toBe(null);
  expect(why({ maxWeightGrams: 1_799 })).toBe("tooHeavy");
  expect(why({ maxWeightGrams: 1_800, maxLengthMillimeters: 299 })).toBe("tooLong");
  expect(why({ maxGirthMillimeters: 899 })).toBe("tooLarge");
  expect(why({ maxGirthMillimeters: 900 })).toBe(null);
  expect(why({ refusesPoBoxes: true })).toBe("poBox");
  expect(why({ refusedCountries: ["GB"] })).toBe("refusedCountry");
  // What nobody has allowed is not carried.
  expect(why({}, { hazardClass: "UN3481" })).toBe("hazardClass");
  expect(why({ hazardClasses: ["UN1950"] }, { hazardClass: "UN3481" })).toBe("hazardClass");
  expect(why({ hazardClasses: ["*"] }, { hazardClass: "UN3481" })).toBe(null);
  expect(why({ freightClasses: ["85"] })).toBe("freightClass");
  expect(why({ freightClasses: ["85"] }, { freightClass: "85" })).toBe(null);

  const steps = [5_000, 1_000, 2_000].map((upToGrams) => ({ zone: "Domestic", upToGrams, amount: upToGrams / 10 }));
  const priced = { ...sound, rates: [{ currency: "GBP", steps }] };
  expect([1, 1_000, 1_001, 5_001].map((grams) => priceOfParcel(priced, "Domestic", grams, "GBP"))).toEqual([
    100,
    100,
    200,
    null,
  ]);
  expect(priceOfParcel(priced, "Town", 1, "GBP")).toBe(null);
  expect(priceOfParcel(priced, "Domestic", 1, "EUR")).toBe(null);
});
