import pg from "pg";
import type { BenchDatabase } from "../runner/database.ts";
import { percentile } from "../runner/percentiles.ts";

const CONNECTIONS = 16;

/** Either so many calls in all, or as many as fit into the time. */
export type Limit = { calls: number } | { seconds: number };

export interface DirectReport {
  calls: number;
  /** Those that answered true. */
  successes: number;
  seconds: number;
  perSecond: number;
  /** Milliseconds of one transaction. */
  p50: number;
  p99: number;
}

/** Connections that write without Orrery, each one transaction after the other; nothing is pipelined. */
export class DirectWriters {
  readonly #clients: readonly pg.Client[];

  private constructor(clients: readonly pg.Client[]) {
    this.#clients = clients;
  }

  static async open({ url }: BenchDatabase): Promise<DirectWriters> {
    const clients = Array.from({ length: CONNECTIONS }, () => new pg.Client({ connectionString: url }));
    // A lost connection fails the statement under way, where it is heard of.
    for (const client of clients) client.on("error", () => undefined);
    await Promise.all(clients.map((client) => client.connect()));
    return new DirectWriters(clients);
  }

  async run(limit: Limit, write: (client: pg.Client, number: number) => Promise<boolean>): Promise<DirectReport> {
    const { calls = Infinity, seconds = Infinity } = limit as { calls?: number; seconds?: number };
    const latencies: number[] = [];
    let next = 0;
    let successes = 0;
    const started = performance.now();
    const until = started + seconds * 1000;
    const work = async (client: pg.Client): Promise<void> => {
      while (next < calls) {
        const sent = performance.now();
        if (sent >= until) return;
        if (await write(client, next++)) successes++;
        latencies.push(performance.now() - sent);
      }
    };
    await Promise.all(this.#clients.map(work));
    const elapsed = (performance.now() - started) / 1000;
    return {
      calls: latencies.length,
      successes,
      seconds: elapsed,
      perSecond: latencies.length / elapsed,
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.end()));
  }
}

export interface Prepared {
  name: string;
  text: string;
  parameters: readonly string[];
}

/** SQL with named parameters (`:order`); prepared once per connection under its name. */
export function prepared(name: string, sql: string): Prepared {
  const parameters: string[] = [];
  const text = sql.replaceAll(/(?<!:):([a-z]\w*)/gi, (_, parameter: string) => {
    const known = parameters.indexOf(parameter);
    return `$${known === -1 ? parameters.push(parameter) : known + 1}`;
  });
  return { name, text, parameters };
}

export async function run<Row>(
  client: pg.Client,
  { name, text, parameters }: Prepared,
  values: object,
): Promise<Row[]> {
  const given = values as Record<string, unknown>;
  return (await client.query({ name, text, values: parameters.map((parameter) => given[parameter]) })).rows as Row[];
}
