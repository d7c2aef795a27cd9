const SPACE = 32;
const MINUS = 45;
const ZERO = 48;

/**
 * Reads rows of `width` integers from a text that PostgreSQL put together with `string_agg(… || ' ' || …, ' ')`. A row
 * object per position costs the driver 1.5 µs and the garbage collector its share; this way a position costs 0.1 µs
 * (500 SKUs × 20 locations: 1 ms instead of 15 ms of CPU). The row passed to `visit` is used again for the next one.
 */
export function forEachNumberRow(text: string, width: number, visit: (row: Float64Array) => void): void {
  const row = new Float64Array(width);
  let column = 0;
  let value = 0;
  let sign = 1;
  for (let index = 0; index <= text.length; index++) {
    const code = index < text.length ? text.charCodeAt(index) : SPACE;
    if (code === MINUS) sign = -1;
    else if (code !== SPACE) value = value * 10 + (code - ZERO);
    else {
      row[column++] = sign * value;
      value = 0;
      sign = 1;
      if (column === width) {
        visit(row);
        column = 0;
      }
    }
  }
}
