import { Type } from "typebox";
import type { ImportKind } from "../platform/imports/kinds.ts";
import { common, type Fault } from "../platform/refusals.ts";
import { credibleTime } from "./credible-time.ts";

const CODE = "[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}";
/** A time must say its zone, else it would be taken for the server's. */
const SEEN_UNTIL = new RegExp(`^(${CODE})=(\\d{4}-\\d{2}-\\d{2}T[\\d:.]+(?:Z|[+-]\\d{2}:\\d{2}))$`);
const MAX_LIST_CHARACTERS = 4_096;
const DEFAULT_SOURCE = "file";

/** The query parameters of a stock upload. */
export const STOCK_IMPORT_OPTIONS = {
  source: Type.String({
    pattern: `^${CODE}$`,
    default: DEFAULT_SOURCE,
    description: "The system that counted.",
    examples: ["erp"],
  }),
  asOf: Type.Optional(
    Type.String({
      format: "date-time",
      description: "The moment that the file shows; a column `asOf` overrides it row by row. Needed for a full file.",
      examples: ["2026-11-20T03:00:00Z"],
    }),
  ),
  basis: Type.Enum(["physical", "available"], {
    default: "physical",
    description: "physical: all units there. available: without those that are allocated or damaged.",
    examples: ["physical"],
  }),
  scope: Type.Enum(["full", "partial"], {
    default: "partial",
    description: "full: positions of the named locations that the file does not name have nothing on hand.",
    examples: ["partial"],
  }),
  locations: Type.Optional(
    Type.String({
      pattern: `^${CODE}(,${CODE})*$`,
      maxLength: MAX_LIST_CHARACTERS,
      description: "The locations of a full file, parted by commas; without it those that occur in the file.",
      examples: ["DC-EAST,DC-WEST"],
    }),
  ),
  seenUntil: Type.Optional(
    Type.String({
      maxLength: MAX_LIST_CHARACTERS,
      description: "Sources whose facts the file has seen only up to another time: source=time, parted by commas.",
      examples: ["pos=2026-11-19T22:00:00Z"],
    }),
  ),
} satisfies ImportKind["options"];

export interface StockImportOptions {
  source: string;
  asOf: Date | null;
  basis: "physical" | "available";
  scope: "full" | "partial";
  locations: readonly string[] | null;
  seenUntil: ReadonlyMap<string, Date>;
}

/** The options as they were stored with the import; `checkStockImportOptions` has seen them at the upload. */
export function readStockImportOptions(options: Readonly<Record<string, unknown>>): StockImportOptions {
  const { source, asOf, basis, scope, locations, seenUntil } = options as Record<string, string | undefined>;
  return {
    source: source ?? DEFAULT_SOURCE,
    asOf: asOf === undefined ? null : new Date(asOf),
    basis: basis === "available" ? "available" : "physical",
    scope: scope === "full" ? "full" : "partial",
    locations: locations?.split(",") ?? null,
    seenUntil: new Map(
      (seenUntil?.split(",") ?? []).map((entry) => {
        const [, name, time] = SEEN_UNTIL.exec(entry) ?? [entry, entry, ""];
        return [name!, new Date(time!)];
      }),
    ),
  };
}

/** Refuses what the schema cannot tell; `isLocation` knows the codes of all locations. */
export function checkStockImportOptions(
  options: Readonly<Record<string, unknown>>,
  now: Date,
  isLocation: (code: string) => boolean,
): void {
  const { asOf, scope, locations, seenUntil } = options as Record<string, string | undefined>;
  const faults: Fault[] = [];
  const check = (time: string, pointer: string) => {
    const credible = credibleTime(time, now, pointer);
    if ("message" in credible) faults.push(credible);
  };
  if (asOf !== undefined) check(asOf, "?asOf");
  else if (scope === "full") faults.push({ pointer: "?asOf", message: "is required for a full file" });
  for (const entry of seenUntil?.split(",") ?? []) {
    const time = SEEN_UNTIL.exec(entry)?.[2];
    if (time === undefined) faults.push({ pointer: "?seenUntil", message: "must be source=time, parted by commas" });
    else check(time, "?seenUntil");
  }
  const unknown = locations?.split(",").filter((code) => !isLocation(code)) ?? [];
  if (unknown.length > 0)
    faults.push({ pointer: "?locations", message: `has unknown locations: ${unknown.slice(0, 10).join(", ")}` });
  if (faults.length > 0)
    throw common.refuse("invalidInput", { message: `${faults[0]!.pointer} ${faults[0]!.message}.`, faults });
}
