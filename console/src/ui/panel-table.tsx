import type { ReactNode } from "react";
import classes from "./panel-table.module.css";

export type PanelColumn<Row> = { header: string; numeric?: boolean; cell: (row: Row) => ReactNode };

type PanelTableProps<Row> = {
  label: string;
  columns: readonly PanelColumn<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
};

/** A small table inside a panel that bleeds; where it is too wide or too long, it scrolls by itself. */
export function PanelTable<Row>({ label, columns, rows, rowId }: PanelTableProps<Row>) {
  return (
    <div className={classes.scroll}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ header, numeric }) => (
              <th key={header} scope="col" data-numeric={numeric}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowId(row)}>
              {columns.map(({ header, numeric, cell }) => (
                <td key={header} data-numeric={numeric}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
