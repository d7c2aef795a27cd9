import { useState } from "react";

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

/** Which columns are shown is a habit of the reader on this device, so it is kept there, by the table's name. */
export function useShownColumns<Row>(name: string, columns: readonly TableColumn<Row>[]) {
  const key = `orrery.columns.${name}`;
  const [shown, setShown] = useState(() => storedChoice(key));
  const isShown = (column: TableColumn<Row>) => column.fixed === true || (shown[column.id] ?? !column.optional);
  const toggle = (column: TableColumn<Row>) =>
    setShown((before) => {
      const after = { ...before, [column.id]: !isShown(column) };
      localStorage.setItem(key, JSON.stringify(after));
      return after;
    });
  return { visible: columns.filter(isShown), isShown, toggle };
}

function storedChoice(key: string): Readonly<Record<string, boolean>> {
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
