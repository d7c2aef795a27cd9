import fc from "fast-check";
import { expect, test } from "vitest";
import { WEEKDAYS, type Calendar } from "./calendar.ts";
import { CutOffs, nextCutOff } from "./next-cut-off.ts";
import { instantOf, isTimeZone, localTimeOf } from "./time-zone.ts";

const everyDay = (time: string): Calendar => ({ cutOffs: Object.fromEntries(WEEKDAYS.map((day) => [day, time])) });
const next = (calendar: Calendar, zone: string, at: string) =>
  nextCutOff(calendar, zone, new Date(at))?.toISOString() ?? null;

test("the cut-off of today, or of tomorrow once it has passed", () => {
  expect(next(everyDay("16:00"), "Europe/London", "2026-06-15T14:59:59Z")).toBe("2026-06-15T15:00:00.000Z");
  expect(next(everyDay("16:00"), "Europe/London", "2026-06-15T15:00:00Z")).toBe("2026-06-16T15:00:00.000Z");
});

test("the local date counts, not that of Greenwich", () => {
  expect(next({ cutOffs: { mon: "08:00" } }, "Pacific/Auckland", "2026-06-14T13:00:00Z")).toBe(
    "2026-06-14T20:00:00.000Z",
  );
});

test("weekends and closed dates are passed over", () => {
  const weekdays: Calendar = {
    cutOffs: { mon: "16:00", fri: "16:00" },
    exceptions: [{ on: "2026-12-25", closed: true }],
  };
  expect(next(weekdays, "UTC", "2026-12-21T17:00:00Z")).toBe("2026-12-28T16:00:00.000Z");
});

test("a calendar without cut-offs has none, and one that is closed for years does not loop", () => {
  expect(next({}, "UTC", "2026-01-01T00:00:00Z")).toBeNull();
  expect(next({ cutOffs: {} }, "UTC", "2026-01-01T00:00:00Z")).toBeNull();
});

test("a time that is skipped in spring moves on, one that comes twice in autumn is the first", () => {
  expect(instantOf("2026-03-29", "01:30", "Europe/London").toISOString()).toBe("2026-03-29T01:30:00.000Z");
  expect(instantOf("2026-10-25", "01:30", "Europe/London").toISOString()).toBe("2026-10-25T00:30:00.000Z");
  // The day of the change itself, before and after it.
  expect(instantOf("2026-03-29", "00:30", "Europe/London").toISOString()).toBe("2026-03-29T00:30:00.000Z");
  expect(instantOf("2026-03-29", "16:00", "Europe/London").toISOString()).toBe("2026-03-29T15:00:00.000Z");
  expect(instantOf("2028-02-29", "16:00", "America/New_York").toISOString()).toBe("2028-02-29T21:00:00.000Z");
});

test("a date that a zone never had is answered all the same", () => {
  // Samoa went from 29 to 31 December 2011.
  expect(instantOf("2011-12-31", "12:00", "Pacific/Apia").toISOString()).toBe("2011-12-30T22:00:00.000Z");
  expect(Number.isNaN(instantOf("2011-12-30", "12:00", "Pacific/Apia").getTime())).toBe(false);
});

const zones = fc.constantFrom(
  "UTC",
  "Europe/London",
  "America/Sao_Paulo",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "America/St_Johns",
  "Pacific/Chatham",
);
const instants = fc.date({ min: new Date("2020-01-01"), max: new Date("2035-01-01"), noInvalidDate: true });

test("local time and back is the same instant, except for the hour that comes twice", () => {
  fc.assert(
    fc.property(instants, zones, (at, zone) => {
      const { date, minutes } = localTimeOf(at, zone);
      const time = `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
      const back = instantOf(date, time, zone);
      expect(localTimeOf(back, zone)).toEqual(localTimeOf(at, zone));
      expect(at.getTime() - back.getTime()).toBeLessThan(3_600_000 + 60_000);
    }),
  );
});

test("what is remembered between two cut-offs is what would be computed", () => {
  const cutOffs = new CutOffs();
  const calendar: Calendar = {
    cutOffs: { mon: "12:00", wed: "09:30", sat: "23:59" },
    exceptions: [{ on: "2027-03-10", closed: true }],
  };
  fc.assert(
    fc.property(fc.date({ min: new Date("2027-03-01"), max: new Date("2027-04-01"), noInvalidDate: true }), (at) => {
      expect(cutOffs.after(calendar, "Europe/Berlin", at)).toEqual(nextCutOff(calendar, "Europe/Berlin", at));
    }),
    { numRuns: 500 },
  );
});

test.each(["Europe/London", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])(
  "a name of the IANA database is a time zone: %s",
  (name) => {
    expect(isTimeZone(name)).toBe(true);
  },
);
test.each(["", "Mars/Base", "+01:00", "GMT+1; drop", "Europe/London\u0000", "x".repeat(70)])(
  "anything else is none: %j",
  (name) => {
    expect(isTimeZone(name)).toBe(false);
  },
);
