import fc from "fast-check";

// A request is text: what JSON.stringify would never write must be sent as well. A mutation puts a piece of text, good
// JSON or not, in the place of one value, or spoils the object around it.

export interface Mutation {
  /** Chooses one of the places in the value. */
  place: number;
  kind: "replace" | "remove" | "duplicate" | "add";
  /** JSON text, or what a client with a bug would send for it. */
  piece: string;
}

const DEEP = 10_000;

/** Texts that break out of SQL, array literals, patterns, paths, HTML, or logs where they are not treated as data. */
export const NASTY_TEXTS = [
  "' or 1=1 --",
  "'; drop table orders.orders; --",
  "\\'; select pg_sleep(9) --",
  "$1",
  "$$; select 1; $$",
  "{}",
  '{"a",NULL}',
  "NULL",
  '","',
  "\\",
  "%_\\%",
  "(1,2)",
  "../../../../etc/passwd",
  "%00",
  "%2e%2e%2f",
  "<script>alert(1)</script>",
  "{{7*7}}${7*7}",
  "=cmd|' /C calc'!A0",
  "\r\nX-Injected: 1",
  "\u202e\u200b\ufeff",
  "ﷺ".repeat(50),
  "👩‍👩‍👧‍👦",
  "İıſK",
] as const;

const PIECES = [
  "null",
  "true",
  "false",
  "0",
  "-1",
  "1.5",
  "-0",
  "1e400",
  "-1e400",
  "9007199254740993",
  "1e308",
  "2147483648",
  "-9223372036854775809",
  "123456789012345678901234567890",
  '""',
  '" "',
  "[]",
  "{}",
  "[[]]",
  "[null]",
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"NaN"',
  '"1"',
  "NaN",
  "Infinity",
  "undefined",
  "'x'",
  "",
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":1,"valueOf":2,"hasOwnProperty":3}',
  `${"[".repeat(DEEP)}${"]".repeat(DEEP)}`,
  `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`,
  JSON.stringify("x".repeat(100_000)),
  `[${"0,".repeat(6_000)}0]`,
  '"0000-00-00T00:00:00Z"',
  '"2026-02-30T00:00:00Z"',
  '"+275760-09-13T00:00:00.001Z"',
  '"2026-11-20"',
  '"2026-11-20T25:61:61Z"',
  ...NASTY_TEXTS.map((text) => JSON.stringify(text)),
] as const;

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  place: fc.nat({ max: 1_000 }),
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant<Mutation["kind"]>("replace") },
    { weight: 1, arbitrary: fc.constantFrom<Mutation["kind"]>("remove", "duplicate", "add") },
  ),
  piece: fc.constantFrom(...PIECES),
});

/** The value as JSON text with the mutation in it. */
export function mutatedText(value: unknown, { place, kind, piece }: Mutation): string {
  const places = placesOf(value);
  const chosen = places[place % places.length]!;
  return write(value, "", chosen, kind, piece);
}

/** Paths of all values inside, the whole first. */
function placesOf(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, `${path}/${key}`))];
}

function write(value: unknown, path: string, chosen: string, kind: Mutation["kind"], piece: string): string {
  if (path === chosen && kind === "replace") return piece;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value))
    return `[${value.map((item, index) => write(item, `${path}/${index}`, chosen, kind, piece)).join(",")}]`;
  const members = Object.entries(value).flatMap(([key, inner]) => {
    const at = `${path}/${key}`;
    const member = `${JSON.stringify(key)}:${write(inner, at, chosen, kind, piece)}`;
    if (at !== chosen || kind === "replace" || kind === "add") return [member];
    return kind === "remove" ? [] : [member, `${JSON.stringify(key)}:${piece}`];
  });
  if (path === chosen && kind === "add") members.push(`"unheardOf":${piece}`);
  return `{${members.join(",")}}`;
}
