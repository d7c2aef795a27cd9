import {
  columnVisibilityFeature,
  type ColumnDef,
  tableFeatures,
  type ColumnVisibilityState,
} from "@tanstack/react-table";
import { useState } from "react";

export const features = tableFeatures({ columnVisibilityFeature });

/** A column of a DataTable. Widths are in pixels; a column without one shares what is left. */
export type TableColumn<Row> = {
  id: string;
  header: string;
  cell: (row: Row) => React.ReactNode;
  width?: number;
  /** Numbers stand right; everything else left. */
  numeric?: boolean;
  /** Sentences: they take the lines they need instead of being cut. */
  wrap?: boolean;
  /** Shown only when the reader asks for it. */
  optional?: boolean;
  /** Always shown: the column that names the row. */
  fixed?: boolean;
};

export function columnDefinitions<Row extends object>(
  columns: readonly TableColumn<Row>[],
): ColumnDef<typeof features, Row>[] {
  return columns.map((column) => ({
    id: column.id,
    header: column.header,
    cell: (context) => column.cell(context.row.original),
    enableHiding: !column.fixed,
  }));
}

/** Which columns are shown is a habit of the reader on this device, so it is kept there, by the table's name. */
export function useColumnVisibility<Row>(name: string, columns: readonly TableColumn<Row>[]) {
  const key = `orrery.columns.${name}`;
  const [visibility, setVisibility] = useState<ColumnVisibilityState>(() => {
    const hidden = Object.fromEntries(columns.filter((each) => each.optional).map((each) => [each.id, false]));
    return { ...hidden, ...storedVisibility(key) };
  });
  const change = (update: ColumnVisibilityState | ((before: ColumnVisibilityState) => ColumnVisibilityState)) =>
    setVisibility((before) => {
      const after = typeof update === "function" ? update(before) : update;
      localStorage.setItem(key, JSON.stringify(after));
      return after;
    });
  return [visibility, change] as const;
}

function storedVisibility(key: string): ColumnVisibilityState {
  const stored = localStorage.getItem(key);
  if (!stored) return {};
  try {
    const parsed: unknown = JSON.parse(stored);
    if (typeof parsed !== "object" || parsed === null) return {};
    return Object.fromEntries(Object.entries(parsed).filter(([, shown]) => typeof shown === "boolean"));
  } catch {
    // A value that another version or a person wrote there: the defaults are a good answer.
    localStorage.removeItem(key);
    return {};
  }
}
