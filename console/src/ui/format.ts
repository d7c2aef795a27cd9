/** Numbers, money and times as the reader's own locale writes them. All formatters are made once and kept. */

let locale = "en";

/** Set once the language of the texts is known. The browser's regional variant (en-GB) wins over the bare language. */
export function setFormatLocale(language: string, preferred: readonly string[]): void {
  locale = preferred.find((tag) => tag === language || tag.startsWith(`${language}-`)) ?? language;
  formatters.clear();
}

export function formatLocale(): string {
  return locale;
}

const formatters = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function kept<T extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(
  key: string,
  make: () => T,
): T {
  const known = formatters.get(key);
  if (known) return known as T;
  const made = make();
  formatters.set(key, made);
  return made;
}

export function formatCount(value: number): string {
  return kept("count", () => new Intl.NumberFormat(locale)).format(value);
}

/** For tiles and axes, where 12,400 is better read as 12K. Exact values stay in the title. */
export function formatCompact(value: number): string {
  return kept("compact", () => new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 })).format(
    value,
  );
}

/** `ratio` 0.125 is written "12.5 %". */
export function formatPercent(ratio: number): string {
  return kept("percent", () => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 })).format(
    ratio,
  );
}

const bytesUnits = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

export function formatBytes(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), bytesUnits.length - 1);
  const unit = bytesUnits[step] ?? "byte";
  return kept(
    `bytes:${unit}`,
    () => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 }),
  ).format(bytes / 1000 ** step);
}

/**
 * The currencies of ISO 4217 whose minor unit is not a hundredth. The browser's own table is CLDR's,
 * which differs from ISO (it gives the Iraqi dinar no decimals where ISO gives it three).
 */
const exponents: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
};

export function currencyExponent(currency: string): number {
  return exponents[currency] ?? 2;
}

/** The decimal string of an integer in minor units: (-5, 2) is "-0.05". Exact at any size a JSON integer has. */
export function minorToDecimal(minor: number, exponent: number): string {
  const digits = BigInt(Math.abs(minor))
    .toString()
    .padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent);
  const fraction = digits.slice(digits.length - exponent);
  return `${minor < 0 ? "-" : ""}${whole}${exponent > 0 ? `.${fraction}` : ""}`;
}

export function formatMoney(minor: number, currency: string): string {
  const exponent = currencyExponent(currency);
  const formatter = kept(
    `money:${currency}`,
    () =>
      new Intl.NumberFormat(locale, {
        style: "currency",
        currency,
        minimumFractionDigits: exponent,
        maximumFractionDigits: exponent,
      }),
  );
  return formatter.format(minorToDecimal(minor, exponent) as unknown as number);
}

export function formatDateTime(at: Date, timeZone?: string): string {
  return kept(
    `at:${timeZone ?? ""}`,
    () =>
      new Intl.DateTimeFormat(locale, {
        year: "numeric",
        month: "short",
        day: "numeric",
        hour: "2-digit",
        minute: "2-digit",
        timeZone,
      }),
  ).format(at);
}

/** With seconds and the zone's name: what a title shows when "5 min ago" is not enough. */
export function formatDateTimeExact(at: Date, timeZone?: string): string {
  return kept(
    `exact:${timeZone ?? ""}`,
    () => new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long", timeZone }),
  ).format(at);
}

export function formatTime(at: Date, timeZone?: string): string {
  return kept(
    `time:${timeZone ?? ""}`,
    () => new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone }),
  ).format(at);
}

export function formatDate(at: Date, timeZone?: string): string {
  return kept(
    `date:${timeZone ?? ""}`,
    () => new Intl.DateTimeFormat(locale, { year: "numeric", month: "short", day: "numeric", timeZone }),
  ).format(at);
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** "in 5 min.", "3 hr. ago"; beyond a week a relative time says too little and the date is given. */
export function formatRelative(at: Date, now: number): string {
  const distance = at.getTime() - now;
  const size = Math.abs(distance);
  if (size > 7 * day) return formatDate(at);
  const formatter = kept("relative", () => new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" }));
  // What has just been given four hours has "in 4 hr", not "in 3 hr"; what is past has lasted whole units only.
  const whole = distance > 0 ? Math.round : Math.trunc;
  if (size < minute) return formatter.format(whole(distance / 1000), "second");
  if (size < hour) return formatter.format(whole(distance / minute), "minute");
  if (size < day) return formatter.format(whole(distance / hour), "hour");
  return formatter.format(whole(distance / day), "day");
}

/** "41 ms", "2.5 sec", "12 min": in the unit that keeps it short. */
export function formatDuration(milliseconds: number): string {
  const [unit, size] = durationUnits.find(([, , below]) => milliseconds < below) ?? ["hour", hour];
  const digits = unit === "millisecond" ? 0 : 1;
  return kept(
    `duration:${unit}`,
    () => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits }),
  ).format(milliseconds / size);
}

/** Unit, its length, and up to which duration it is used. */
const durationUnits = [
  ["millisecond", 1, 1000],
  ["second", 1000, 90_000],
  ["minute", minute, 90 * minute],
] as const;
