/** Numbers stand right, text left. */
export function printTable(rows: readonly Record<string, string | number>[]): void {
  const head = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => head.map((column) => textOf(row[column])));
  const widths = head.map((column, index) => Math.max(column.length, ...cells.map((row) => row[index]!.length)));
  const rightAligned = head.map((column) => rows.every((row) => typeof row[column] === "number"));
  const lineOf = (row: readonly string[]): string =>
    row
      .map((text, index) => (rightAligned[index] ? text.padStart(widths[index]!) : text.padEnd(widths[index]!)))
      .join("  ")
      .trimEnd();
  console.log(lineOf(head));
  console.log(widths.map((width) => "─".repeat(width)).join("  "));
  for (const row of cells) console.log(lineOf(row));
}

function textOf(value: string | number | undefined): string {
  if (typeof value !== "number") return value ?? "";
  if (Number.isInteger(value)) return value.toLocaleString("en-US");
  return value.toLocaleString("en-US", { minimumFractionDigits: 1, maximumFractionDigits: value < 10 ? 3 : 1 });
}
