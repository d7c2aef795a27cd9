import { Connection, type HttpAnswer } from "./connection.ts";
import { percentile } from "./percentiles.ts";

export interface CallOptions {
  /** Either so many calls in all, or as many as fit into the time. */
  calls?: number;
  seconds?: number;
  /** `number` counts the calls from 0. An answer of 400 or more is a failure. */
  call: (connection: Connection, number: number) => Promise<HttpAnswer>;
}

export interface LoadReport {
  calls: number;
  seconds: number;
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  failures: number;
  firstFailure: string | null;
}

/** Keep-alive connections, each with one caller that waits for its answer before it calls again. */
export class Callers {
  readonly #connections: readonly Connection[];

  private constructor(connections: readonly Connection[]) {
    this.#connections = connections;
  }

  /** With several keys the connections take them in turn: a key alone may not send more than its limit. */
  static async open(url: string, keys: string | readonly string[], count = 64): Promise<Callers> {
    const address = new URL(url);
    const list = typeof keys === "string" ? [keys] : keys;
    return new Callers(
      await Promise.all(
        Array.from({ length: count }, (_, index) => Connection.open(address, list[index % list.length]!)),
      ),
    );
  }

  async run({ calls = Infinity, seconds = Infinity, call }: CallOptions): Promise<LoadReport> {
    const latencies: number[] = [];
    let next = 0;
    let failures = 0;
    let firstFailure: string | null = null;
    const started = performance.now();
    const until = started + seconds * 1000;
    const work = async (connection: Connection): Promise<void> => {
      while (next < calls) {
        const sent = performance.now();
        if (sent >= until) return;
        const { status, body } = await call(connection, next++);
        latencies.push(performance.now() - sent);
        if (status < 400) continue;
        failures++;
        firstFailure ??= `${status} ${body}`;
      }
    };
    await Promise.all(this.#connections.map(work));
    const elapsed = (performance.now() - started) / 1000;
    return {
      calls: latencies.length,
      seconds: elapsed,
      perSecond: latencies.length / elapsed,
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      failures,
      firstFailure,
    };
  }

  /** The same, where every answer must be a success. */
  async runWithoutFailure(options: CallOptions): Promise<LoadReport> {
    const report = await this.run(options);
    if (report.failures > 0)
      throw new Error(`${report.failures} of ${report.calls} calls failed; first: ${report.firstFailure}`);
    return report;
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }
}
