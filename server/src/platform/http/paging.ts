import { Type, type TSchema } from "typebox";
import { isId } from "../ids.ts";
import { common } from "../refusals.ts";
import { isMoment } from "./formats.ts";
import { isStorable } from "./unstorable.ts";

/**
 * Cursor-paged lists. A cursor holds the sort values of the last row of a page, so the next page starts behind it by
 * index, however deep it is. Clients treat it as opaque; because they can forge it, it is checked like any input.
 */
export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 200;
const MAX_CURSOR_CHARACTERS = 1024;

/** Properties to spread into the query schema of a list route: `Type.Object({ ...PageQuery, sku: … })`. */
export const PageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_PAGE_SIZE,
      default: DEFAULT_PAGE_SIZE,
      description: "Rows per page.",
      examples: [50],
    }),
  ),
  after: Type.Optional(
    Type.String({
      maxLength: MAX_CURSOR_CHARACTERS,
      description: "`next` of the page before; absent for the first page.",
      examples: ["WyJhIiwxXQ"],
    }),
  ),
};

/** The answer of a list route: one page of `schema` and the cursor of the next one. */
export function pageOf<Row extends TSchema>(schema: Row, options: { $id?: string } = {}) {
  return Type.Object(
    {
      data: Type.Array(schema, { description: "The rows of this page, in the order of the list; at most `limit`." }),
      next: Type.Union([Type.String(), Type.Null()], {
        description: "Pass it as `after` for the next page; null on the last one.",
        examples: ["WyJhIiwxXQ"],
      }),
    },
    { description: "One page of a list.", ...options },
  );
}

export interface Page<Row> {
  data: Row[];
  next: string | null;
}

/**
 * The type of one sort value. Times are ISO 8601 texts in UTC, so that none of their digits is lost. An integer may be
 * as large as 2^53 − 1: compare int columns with `$n::bigint`, else a forged cursor is out of range.
 */
export type CursorPart = "text" | "integer" | "time" | "uuid";
type PartValue<Part> = Part extends "integer" ? number : string;
export type CursorValues<Shape extends readonly CursorPart[]> = {
  -readonly [Index in keyof Shape]: PartValue<Shape[Index]>;
};

export function encodeCursor(values: readonly (string | number | Date)[]): string {
  return Buffer.from(JSON.stringify(values)).toString("base64url");
}

/** The values of a cursor, or null for the first page. A cursor that does not have this shape is refused. */
export function decodeCursor<const Shape extends readonly CursorPart[]>(
  text: string | undefined,
  shape: Shape,
): CursorValues<Shape> | null {
  if (text === undefined) return null;
  const values = parse(text);
  const fits =
    Array.isArray(values) &&
    values.length === shape.length &&
    shape.every((part, index) => isPart(part, values[index]));
  if (!fits) {
    throw common.refuse("invalidInput", {
      message: "This cursor is not one of this list's.",
      faults: [{ pointer: "?after", message: "must be `next` of the page before" }],
    });
  }
  return values as CursorValues<Shape>;
}

/** The page of rows that were read with `limit + 1`: the extra row only tells that there is a next page. */
export function cutPage<Row, View>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => View,
  sortValues: (row: Row) => readonly (string | number | Date)[],
): Page<View> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return {
    data: data.map(view),
    next: rows.length > limit && last !== undefined ? encodeCursor(sortValues(last)) : null,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return null;
  }
}

const TIME = /^[\d-]{10}T[\d:]{8}(\.\d{1,6})?Z$/;

function isPart(part: CursorPart, value: unknown): boolean {
  switch (part) {
    case "integer":
      return Number.isSafeInteger(value);
    case "text":
      return typeof value === "string" && isStorable(value);
    case "time":
      return typeof value === "string" && TIME.test(value) && isMoment(value);
    case "uuid":
      return typeof value === "string" && isId(value);
  }
}
