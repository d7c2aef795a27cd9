import { statement } from "../db/statements.ts";
import type { Database } from "../db/database.ts";

export interface RepeatOptions {
  database: Database;
  /** Also the name of the lock by which one process at a time does it. */
  name: string;
  everyMs: number;
  /** Answers whether there may be more to do at once. */
  work: () => Promise<boolean>;
  log: { error(details: object, message: string): void };
}

export interface Repeating {
  /** Does it now, or again if it is under way. */
  nudge(): void;
  stop(): Promise<void>;
}

const tryLease = statement<{ taken: boolean }>(
  "platform.tryLease",
  `insert into platform.leases as l (name, holder, until) values ($1, $2, now() + $3::int * interval '1 millisecond')
   on conflict (name) do update set holder = excluded.holder, until = excluded.until where l.until < now() or l.holder = excluded.holder
   returning true as taken`,
);

/** A holder that dies is replaced after this; every turn renews it. Database time decides, not the clocks of the nodes. */
const LEASE_MS = 10_000;

/**
 * Repeats work in one process of all, by a lease in the database. Work must be safe to run twice: a holder that stalls
 * longer than its lease may overlap with its successor; locks and statements of the work decide then.
 */
export function repeat(options: RepeatOptions): Repeating {
  const holder = crypto.randomUUID();
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let nudged = false;

  const turn = async (): Promise<void> => {
    let again = false;
    try {
      const [lease] = await options.database.read(tryLease, [
        options.name,
        holder,
        Math.max(LEASE_MS, options.everyMs * 3),
      ]);
      if (lease !== undefined) again = await options.work();
    } catch (error) {
      if (!stopped)
        options.log.error({ err: error, job: options.name }, "a repeated job failed; it will be tried again");
    }
    if (stopped) return;
    schedule(again || nudged ? 0 : options.everyMs);
    nudged = false;
  };
  const schedule = (delayMs: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      running = turn();
    }, delayMs);
  };
  schedule(0);
  return {
    nudge: () => {
      if (timer === undefined) nudged = true;
      else schedule(0);
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
