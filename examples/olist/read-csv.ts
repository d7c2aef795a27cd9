import { createReadStream } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse";

export type Row = Readonly<Record<string, string>>;

/** All rows of one file of the data set: a byte order mark, quotes and line breaks inside quotes are understood. */
export async function readRows(directory: string, name: string): Promise<Row[]> {
  const rows: Row[] = [];
  const parser = createReadStream(join(directory, name)).pipe(
    parse({ bom: true, columns: true, skip_empty_lines: true }),
  );
  for await (const row of parser) rows.push(row as Row);
  return rows;
}

/** "2017-07-09 21:57:05" is the wall clock of São Paulo; null when empty. */
export function saoPauloTime(text: string | undefined): Date | null {
  if (text === undefined || text === "") return null;
  const wall = Date.parse(`${text.replace(" ", "T")}Z`);
  // The offset at that wall time: −3 h, or −2 h in the summers until 2019; taken twice so that it is right beside a change.
  const first = wall - offsetMs(wall);
  return new Date(wall - offsetMs(first));
}

const clock = new Intl.DateTimeFormat("en-CA", {
  timeZone: "America/Sao_Paulo",
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

function offsetMs(instant: number): number {
  const parts = Object.fromEntries(clock.formatToParts(instant).map(({ type, value }) => [type, value]));
  const local = Date.UTC(
    Number(parts["year"]),
    Number(parts["month"]) - 1,
    Number(parts["day"]),
    Number(parts["hour"]),
    Number(parts["minute"]),
    Number(parts["second"]),
  );
  return local - Math.floor(instant / 1000) * 1000;
}

/** The local calendar day of an instant in São Paulo, "2017-07-09". */
export function saoPauloDay(instant: Date): string {
  return clock.format(instant).slice(0, 10);
}

/** "128.45" → 12845, exactly. */
export function cents(text: string): number {
  const match = /^(\d+)(?:\.(\d{1,2})0*)?$/.exec(text);
  if (match === null) throw new Error(`Not an amount: ${text}`);
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}
