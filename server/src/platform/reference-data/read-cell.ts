import { fromCsvCell } from "../http/csv.ts";

/** How the text of a cell becomes the value of a field. */
export type CellType = "text" | "integer" | "number" | "boolean" | "json" | "list";

export type CellValue = { value: unknown } | { fault: string };

const INTEGER = /^[+-]?\d{1,15}$/;
const NUMBER = /^[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})$/;
const TRUE = new Set(["true", "yes", "y", "1"]);
const FALSE = new Set(["false", "no", "n", "0"]);

/** A cell that is not empty. Text is taken as it is, but for the apostrophe that an export put before a formula. */
export function readCell(type: CellType, cell: string): CellValue {
  switch (type) {
    case "text":
      return { value: fromCsvCell(cell) };
    case "integer":
      return INTEGER.test(cell) ? { value: Number(cell) } : { fault: "must be a whole number" };
    case "number":
      return NUMBER.test(cell) ? { value: Number(cell) } : { fault: "must be a number, with a point for decimals" };
    case "boolean":
      return booleanOf(cell.toLowerCase());
    case "list":
      return {
        value: fromCsvCell(cell)
          .split("|")
          .map((part) => part.trim()),
      };
    case "json":
      return jsonOf(cell);
  }
}

function booleanOf(text: string): CellValue {
  if (TRUE.has(text)) return { value: true };
  return FALSE.has(text) ? { value: false } : { fault: "must be true or false" };
}

function jsonOf(cell: string): CellValue {
  try {
    return { value: JSON.parse(cell) as unknown };
  } catch {
    return { fault: "must be JSON" };
  }
}
