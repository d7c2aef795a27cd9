import { setTimeout as pause } from "node:timers/promises";
import { Connection, type HttpAnswer } from "./connection.ts";
import { percentile } from "./percentiles.ts";

export interface OpenReport {
  perSecond: number;
  /** Milliseconds from the moment a call was due to its answer, so that what waits for a connection counts. */
  p50: number;
  p99: number;
  byKind: Record<string, { p50: number; p99: number }>;
}

export interface OpenOptions {
  perSecond: number;
  seconds: number;
  next: () => { kind: string; call: (connection: Connection) => Promise<HttpAnswer> };
}

const CONNECTIONS = 128;
const TICK_MS = 2;

/** Calls that come at their rate however long the answers take, as customers do; each of `next` must succeed. */
export class OpenLoad {
  readonly #idle: Connection[];
  readonly #all: readonly Connection[];

  private constructor(connections: Connection[]) {
    this.#all = [...connections];
    this.#idle = connections;
  }

  static async open(url: string, key: string): Promise<OpenLoad> {
    const address = new URL(url);
    return new OpenLoad(await Promise.all(Array.from({ length: CONNECTIONS }, () => Connection.open(address, key))));
  }

  async run({ perSecond, seconds, next }: OpenOptions): Promise<OpenReport> {
    const latencies = new Map<string, number[]>();
    const due: number[] = [];
    const calls = Math.round(perSecond * seconds);
    const started = performance.now();
    let failure: Error | null = null;
    let sent = 0;
    let answered = 0;
    const send = async (connection: Connection, dueAt: number): Promise<void> => {
      const { kind, call } = next();
      try {
        const { status, body } = await call(connection);
        if (status >= 400) throw new Error(`${kind}: ${status} ${body}`);
        const own = latencies.get(kind) ?? [];
        latencies.set(kind, own);
        own.push(performance.now() - dueAt);
      } catch (error) {
        failure ??= error as Error;
      }
      answered++;
      const waiting = due.shift();
      if (waiting === undefined) this.#idle.push(connection);
      else void send(connection, waiting);
    };
    while (answered < calls && failure === null) {
      const until = Math.min(calls, Math.floor(((performance.now() - started) * perSecond) / 1000));
      for (; sent < until; sent++) {
        const dueAt = started + (sent * 1000) / perSecond;
        const connection = this.#idle.pop();
        if (connection === undefined) due.push(dueAt);
        else void send(connection, dueAt);
      }
      await pause(TICK_MS);
    }
    const elapsed = (performance.now() - started) / 1000;
    if (failure !== null) throw failure as Error;
    const all = [...latencies.values()].flat();
    return {
      perSecond: calls / elapsed,
      p50: percentile(all, 0.5),
      p99: percentile(all, 0.99),
      byKind: Object.fromEntries(
        [...latencies].map(([kind, own]) => [kind, { p50: percentile(own, 0.5), p99: percentile(own, 0.99) }]),
      ),
    };
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }
}
