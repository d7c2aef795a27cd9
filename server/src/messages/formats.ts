import { exponentOf, formatMinor } from "../platform/money.ts";

/** Amounts, dates and days as people of a language write them. */
export interface Formats {
  language: string;
  money(minorUnits: number): string;
  day(moment: Date): string;
  dayAndTime(moment: Date, timeZone?: string): string;
  /** A date without a time: 2026-11-23. */
  localDay(date: string): string;
  /** 0 is Monday. */
  weekday(number: number): string;
  /** 09:00 as the language writes it. */
  time(text: string): string;
}

/** A Monday. */
const SOME_WEEK = Date.UTC(2026, 0, 5);
const DAY_MS = 24 * 60 * 60 * 1000;

export function formatsFor(language: string, currency: string, timeZone: string): Formats {
  const digits = exponentOf(currency);
  const money = new Intl.NumberFormat(language, {
    style: "currency",
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  const day = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone });
  const localDay = new Intl.DateTimeFormat(language, { dateStyle: "full", timeZone: "UTC" });
  const weekday = new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" });
  const time = new Intl.DateTimeFormat(language, { timeStyle: "short", timeZone: "UTC" });
  return {
    language,
    // Intl takes the decimal text as it is, so no amount is ever rounded by a division.
    money: (minorUnits) => money.format(formatMinor(minorUnits, currency) as `${number}`),
    day: (moment) => day.format(moment),
    dayAndTime: (moment, zone = timeZone) =>
      new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short", timeZone: zone }).format(moment),
    localDay: (date) => localDay.format(new Date(`${date}T00:00:00Z`)),
    weekday: (number) => weekday.format(SOME_WEEK + number * DAY_MS),
    time: (text) => time.format(new Date(`1970-01-01T${text === "24:00" ? "00:00" : text}:00Z`)),
  };
}
