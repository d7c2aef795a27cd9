import type { ShippedDocument } from "../platform/documents/document-kind.ts";
import type { CarrierService } from "./carrier-service.ts";

const WEEKDAY_COLLECTION: CarrierService["collection"] = Object.fromEntries(
  ["mon", "tue", "wed", "thu", "fri"].map((day) => [day, { from: "08:00", until: "18:30" }]),
);
const EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const FREE_DAYS: NonNullable<CarrierService["holidays"]> = [
  { on: "2026-12-25", note: "Christmas" },
  { on: "2027-01-01", note: "New Year" },
  { on: "2027-12-25", note: "Christmas" },
  { on: "2028-01-01", note: "New Year" },
];

/** The same prices in the currencies that most shops begin with; whoever has others adds a table. */
function rates(
  steps: readonly [zone: string, upToGrams: number, amount: number][],
): NonNullable<CarrierService["rates"]> {
  return ["GBP", "EUR", "USD"].map((currency) => ({
    currency,
    steps: steps.map(([zone, upToGrams, amount]) => ({ zone, upToGrams, amount })),
  }));
}

const STANDARD: CarrierService = {
  title: "Standard",
  carrier: "Parcel Post",
  zones: [
    { name: "Domestic", domestic: true, transitDays: { from: 2, to: 3 } },
    { name: "Abroad", transitDays: { from: 4, to: 8 } },
  ],
  collection: WEEKDAY_COLLECTION,
  delivery: { days: ["mon", "tue", "wed", "thu", "fri", "sat"], from: "08:00", until: "18:00" },
  holidays: FREE_DAYS,
  rates: rates([
    ["Domestic", 2_000, 395],
    ["Domestic", 10_000, 595],
    ["Domestic", 30_000, 995],
    ["Abroad", 2_000, 1_295],
    ["Abroad", 10_000, 1_995],
    ["Abroad", 30_000, 3_495],
  ]),
  restrictions: { maxWeightGrams: 30_000, maxLengthMillimeters: 1_750, maxGirthMillimeters: 3_000 },
};

const EXPRESS: CarrierService = {
  title: "Express",
  carrier: "Parcel Post",
  zones: [
    { name: "Domestic", domestic: true, transitDays: { from: 1, to: 1 } },
    { name: "Abroad", transitDays: { from: 2, to: 3 } },
  ],
  collection: WEEKDAY_COLLECTION,
  delivery: { days: ["mon", "tue", "wed", "thu", "fri"], from: "08:00", until: "13:00" },
  holidays: FREE_DAYS,
  rates: rates([
    ["Domestic", 2_000, 795],
    ["Domestic", 10_000, 1_095],
    ["Domestic", 20_000, 1_595],
    ["Abroad", 2_000, 2_495],
    ["Abroad", 20_000, 4_995],
  ]),
  restrictions: {
    maxWeightGrams: 20_000,
    maxLengthMillimeters: 1_200,
    maxGirthMillimeters: 2_500,
    refusesPoBoxes: true,
  },
};

const COURIER: CarrierService = {
  title: "Courier",
  carrier: "City Courier",
  zones: [{ name: "In town", domestic: true, withinKilometers: 15, transitMinutes: { from: 45, to: 120 } }],
  collection: Object.fromEntries(EVERY_DAY.map((day) => [day, { from: "09:00", until: "19:00" }])),
  delivery: { days: [...EVERY_DAY], from: "09:00", until: "21:00" },
  holidays: FREE_DAYS,
  rates: rates([["In town", 15_000, 690]]),
  restrictions: { maxWeightGrams: 15_000, maxLengthMillimeters: 1_000, refusesPoBoxes: true },
};

/** What a new system begins with, so that checkouts have something to offer. */
export const SHIPPED_SERVICES: readonly ShippedDocument[] = [
  { code: "standard", shippedVersion: 1, content: STANDARD },
  { code: "express", shippedVersion: 1, content: EXPRESS },
  { code: "courier", shippedVersion: 1, content: COURIER },
];
