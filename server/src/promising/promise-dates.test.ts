import fc from "fast-check";
import { expect, test } from "vitest";
import type { CarrierService } from "../carriers/public.ts";
import { type Calendar, localTimeOf, WEEKDAYS } from "../network/public.ts";
import { promiseDelivery, promisePickup } from "./promise-dates.ts";

const STEP_MS = 15 * 60_000;
const DAY_MS = 86_400_000;
const daily = <Value>(value: Value, days: readonly string[] = WEEKDAYS) =>
  Object.fromEntries(days.map((day) => [day, value]));
const WEEKDAYS_ONLY = WEEKDAYS.slice(0, 5);
const office: Calendar = {
  openingHours: daily([{ from: "09:00", to: "17:00" }], WEEKDAYS_ONLY),
  cutOffs: daily("16:00", WEEKDAYS_ONLY),
};
const parcelPost: CarrierService = {
  title: "Standard",
  carrier: "Parcel Post",
  zones: [
    { name: "Domestic", domestic: true, transitDays: { from: 1, to: 2 } },
    { name: "Town", withinKilometers: 10, transitMinutes: { from: 30, to: 60 } },
  ],
  collection: daily({ from: "08:00", until: "18:00" }, WEEKDAYS_ONLY),
  delivery: { days: ["mon", "tue", "wed", "thu", "fri", "sat"], from: "08:00", until: "18:00" },
  holidays: [{ on: "2026-12-25" }],
};
const nobodysTown = { country: "GB", postalCode: null, latitude: null, longitude: null, poBox: false };
const domestic = { fromCountry: "GB", destination: nobodysTown, kilometers: null };
const london = { timeZone: "Europe/London", calendar: office, capacityLeft: null };
const delivery = (minutes: number) => ({ kind: "delivery", clock: { processingMinutes: minutes } }) as const;
const promised = (at: string, location = london as Parameters<typeof promiseDelivery>[2], service = parcelPost) => {
  const promise = promiseDelivery(new Date(at), delivery(60), location, service, domestic)!;
  return [promise.shipBy, promise.deliverFrom, promise.deliverBy].map((one) => one.toISOString().slice(0, 16));
};

test("what is ready before the cut-off leaves the same day, what is not the next working day", () => {
  expect(promised("2026-06-15T13:30:00Z")).toEqual(["2026-06-15T15:00", "2026-06-16T07:00", "2026-06-17T17:00"]);
  expect(promised("2026-06-15T14:30:00Z")).toEqual(["2026-06-16T15:00", "2026-06-17T07:00", "2026-06-18T17:00"]);
  // Friday evening: Monday's cut-off, and Saturday counts as a day of delivery afterwards only.
  expect(promised("2026-06-19T20:00:00Z")).toEqual(["2026-06-22T15:00", "2026-06-23T07:00", "2026-06-24T17:00"]);
});

test("holidays of the carrier are no days of transit, and a full location begins with its next day", () => {
  expect(promised("2026-12-24T10:00:00Z")).toEqual(["2026-12-24T16:00", "2026-12-26T08:00", "2026-12-28T18:00"]);
  const full = promised("2026-06-15T10:00:00Z", { ...london, capacityLeft: 0 });
  expect(full).toEqual(["2026-06-16T15:00", "2026-06-17T07:00", "2026-06-18T17:00"]);
});

test("same day goes as soon as it is ready, and with the first collection of the morning after hours", () => {
  const sameDay = { kind: "sameDay", clock: { processingMinutes: 30 } } as const;
  const near = { ...domestic, fromCountry: null, kilometers: 4 };
  const at = (now: string) => {
    const promise = promiseDelivery(new Date(now), sameDay, london, parcelPost, near)!;
    return [promise.shipBy, promise.deliverFrom, promise.deliverBy].map((one) => one.toISOString().slice(0, 16));
  };
  expect(at("2026-06-15T15:20:00Z")).toEqual(["2026-06-15T15:50", "2026-06-15T16:20", "2026-06-15T16:50"]);
  expect(at("2026-06-15T15:45:00Z")).toEqual(["2026-06-16T08:15", "2026-06-16T08:45", "2026-06-16T09:15"]);
  expect(promiseDelivery(new Date(), sameDay, london, parcelPost, { ...near, kilometers: 11 })).toBeNull();
});

test("a courier comes while it delivers: what would be too late comes when it begins again", () => {
  const sameDay = { kind: "sameDay", clock: { processingMinutes: 0 } } as const;
  const near = { ...domestic, fromCountry: null, kilometers: 4 };
  const mondays = { ...parcelPost, delivery: { days: ["mon" as const], from: "08:00", until: "18:00" } };
  const always = { ...london, calendar: {} };
  const at = (now: string, service: CarrierService) => {
    const { deliverFrom, deliverBy } = promiseDelivery(new Date(now), sameDay, always, service, near)!;
    return [deliverFrom, deliverBy].map((one) => one.toISOString().slice(0, 16));
  };
  // Tuesday; collected until 18:00 by clocks there, delivered on Mondays only.
  expect(at("2026-01-06T17:20:00Z", mondays)).toEqual(["2026-01-12T08:00", "2026-01-12T08:30"]);
  expect(at("2026-01-06T17:20:00Z", parcelPost)).toEqual(["2026-01-07T08:00", "2026-01-07T08:30"]);
  expect(at("2026-01-06T17:00:00Z", parcelPost)).toEqual(["2026-01-06T17:30", "2026-01-06T18:00"]);
});

test("a full store begins on its next day, and keeps things for whole days by its own clock", () => {
  const store = {
    ...london,
    capacityLeft: 0,
    calendar: { openingHours: daily([{ from: "09:00", to: "20:00" }]), cutOffs: daily("16:00") },
  };
  const collect = { clock: { processingMinutes: 30, keptDays: 7 } };
  const { readyAt, keptUntil } = promisePickup(new Date("2026-10-20T09:00:00Z"), collect, store);
  expect(readyAt).toEqual(new Date("2026-10-21T08:30:00Z"));
  // Clocks go back on the 25th.
  expect(keptUntil).toEqual(new Date("2026-10-28T09:30:00Z"));
});

test("a store has it ready half an hour of its own opening hours later, and offers times from then on", () => {
  const collect = { clock: { processingMinutes: 30, slotMinutes: 60, slotDays: 2, keptDays: 7 } };
  const store = { ...london, calendar: { openingHours: daily([{ from: "09:00", to: "12:00" }], WEEKDAYS_ONLY) } };
  // Friday, ten minutes before it closes: twenty minutes are left for Monday.
  const { readyAt, slots, keptUntil } = promisePickup(new Date("2026-06-19T10:50:00Z"), collect, store);
  expect(readyAt.toISOString()).toBe("2026-06-22T08:20:00.000Z");
  expect(slots.map(({ from }) => from.toISOString().slice(5, 16))).toEqual([
    "06-22T09:00",
    "06-22T10:00",
    "06-23T08:00",
    "06-23T09:00",
    "06-23T10:00",
  ]);
  expect(keptUntil).toEqual(new Date("2026-06-29T08:20:00Z"));
});

const quarter = (from: number, to: number) =>
  fc.integer({ min: from * 4, max: to * 4 }).map((quarters) => {
    const hour = String(Math.floor(quarters / 4)).padStart(2, "0");
    return `${hour}:${String((quarters % 4) * 15).padStart(2, "0")}`;
  });
/** Clocks are changed in the night; whether a time that comes twice is the first one is asked of `instantOf` elsewhere. */
const openings = fc.oneof(
  fc.tuple(quarter(5, 11), quarter(13, 22)).map(([from, to]) => [{ from, to }]),
  fc.tuple(quarter(13, 22)).map(([to]) => [{ from: "00:00", to }]),
  fc.constant([{ from: "00:00", to: "24:00" }]),
  fc.constant([]),
);
const days = fc.subarray([...WEEKDAYS], { minLength: 3 });
const cases = fc.record({
  timeZone: fc.constantFrom(
    "Europe/London",
    "America/New_York",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Asia/Kolkata",
  ),
  around: fc.constantFrom(
    "2026-03-08",
    "2026-03-29",
    "2026-04-05",
    "2026-09-06",
    "2026-10-04",
    "2026-10-25",
    "2026-11-01",
  ),
  quarters: fc.integer({ min: -150, max: 150 }),
  opening: fc.tuple(...WEEKDAYS.map(() => openings)),
  cutOff: fc.option(fc.tuple(quarter(6, 20), days)),
  collection: fc.tuple(quarter(5, 10), quarter(11, 23), days),
  transit: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })),
  deliveryDays: days,
  holiday: fc.integer({ min: 0, max: 6 }),
  processing: fc.integer({ min: 0, max: 80 }).map((quarters) => quarters * 15),
});
type Case = typeof cases extends fc.Arbitrary<infer Value> ? Value : never;

const onTheClock = ({ minutes }: { minutes: number }): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** The same, found by looking at the clock on the wall every quarter of an hour. */
function readTheClock(
  { timeZone, cutOff, collection, processing }: Case,
  calendar: Calendar,
  holiday: string,
  now: Date,
) {
  let left = processing;
  let ready: Date | null = null;
  let leaves: Date | null = null;
  for (let at = now.getTime(); at < now.getTime() + 40 * DAY_MS; at += STEP_MS) {
    const local = localTimeOf(new Date(at), timeZone);
    const [time, day] = [onTheClock(local), WEEKDAYS[local.weekday]!];
    const isOpen = calendar.openingHours![day]!.some(({ from, to }) => from <= time && time < to);
    if (ready === null && isOpen && left === 0) ready = new Date(at);
    if (ready === null && isOpen) left -= 15;
    if (ready !== null && leaves === null) {
      const isCutOff = cutOff === null || (at > ready.getTime() && cutOff[1].includes(day) && time === cutOff[0]);
      if (isCutOff) leaves = cutOff === null ? ready : new Date(at);
    }
    if (leaves !== null && at >= leaves.getTime()) {
      const collects = collection[2].includes(day) && local.date !== holiday;
      if (collects && time <= collection[1]) return { ready: ready!, leaves, collectedOn: local.date };
    }
    if (ready === null && isOpen && left === 0) ready = new Date(at + STEP_MS);
  }
  return null;
}

test("around every change of clocks, dates are those that somebody finds who watches the clock", () => {
  fc.assert(
    fc.property(cases, (one) => {
      const now = new Date(Date.parse(`${one.around}T00:00:00Z`) + one.quarters * STEP_MS);
      const holiday = new Date(Date.parse(`${one.around}T00:00:00Z`) + one.holiday * DAY_MS).toISOString().slice(0, 10);
      const calendar: Calendar = {
        openingHours: Object.fromEntries(WEEKDAYS.map((day, index) => [day, one.opening[index]])),
        ...(one.cutOff === null ? {} : { cutOffs: daily(one.cutOff[0], one.cutOff[1]) }),
      };
      const [from, to] = [Math.min(...one.transit), Math.max(...one.transit)];
      const service: CarrierService = {
        ...parcelPost,
        zones: [{ name: "All", transitDays: { from, to } }],
        collection: daily({ from: one.collection[0], until: one.collection[1] }, one.collection[2]),
        delivery: { days: [...one.deliveryDays], from: "08:00", until: "18:00" },
        holidays: [{ on: holiday }],
      };
      const location = { timeZone: one.timeZone, calendar, capacityLeft: null };
      const promise = promiseDelivery(now, delivery(one.processing), location, service, domestic);
      // A location that never opens counts as always open; nobody watches the clock for that.
      if (one.opening.every((intervals) => intervals.length === 0)) return;
      const watched = readTheClock(one, calendar, holiday, now)!;
      expect(promise?.readyAt).toEqual(watched.ready);
      const arrives = (number: number): string => {
        let date = watched.collectedOn;
        for (let passed = 0; ; ) {
          const delivers =
            service.delivery.days.includes(WEEKDAYS[(new Date(date).getUTCDay() + 6) % 7]!) && date !== holiday;
          if (delivers && passed >= number) return date;
          date = new Date(Date.parse(date) + DAY_MS).toISOString().slice(0, 10);
          const next = WEEKDAYS[(new Date(date).getUTCDay() + 6) % 7]!;
          if (service.delivery.days.includes(next) && date !== holiday) passed++;
        }
      };
      const shown = (at: Date) => {
        const local = localTimeOf(at, one.timeZone);
        return `${local.date} ${onTheClock(local)}`;
      };
      // Nothing is delivered before it is collected.
      const collected = `${watched.collectedOn} ${one.collection[1]}`;
      const dayOf = (number: number): string => arrives(`${arrives(number)} 18:00` > collected ? number : number + 1);
      const opens = `${dayOf(from)} 08:00`;
      expect(shown(promise!.deliverFrom)).toBe(opens > collected ? opens : collected);
      expect(shown(promise!.deliverBy)).toBe(`${dayOf(to)} 18:00`);
    }),
    { numRuns: 150 },
  );
});
