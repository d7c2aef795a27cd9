import type { Database } from "../../src/platform/db/database.ts";

/** The time of this process and of one database together: it stands still until it is moved, forwards or backwards. */
export interface FrozenClock {
  now(): number;
  move(database: Database, milliseconds: number): Promise<void>;
  /** Everybody has the machine's time again. */
  release(): void;
}

/**
 * Statements that say `now()` find this one before PostgreSQL's own, because it is first on the database's search path.
 * Connections that are open already must be closed by the caller, or be made later.
 */
const TAKE_OVER = `
  create schema clock;
  create table clock.time (at timestamptz not null);
  create function clock.now() returns timestamptz language sql stable as 'select at from clock.time';
`;

export async function freezeClock(database: Database): Promise<FrozenClock> {
  const RealDate = globalThis.Date;
  // To the second: a moment that no rounding of anybody changes.
  let at = Math.floor(RealDate.now() / 1_000) * 1_000;
  await database.pool.query(TAKE_OVER);
  await database.pool.query("insert into clock.time values ($1)", [new RealDate(at).toISOString()]);
  const name = new URL(database.url).pathname.slice(1);
  await database.pool.query(`alter database ${name} set search_path = clock, pg_catalog, "$user", public`);
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given) =>
      given.length === 0 ? new target(at) : (Reflect.construct(target, given) as InstanceType<DateConstructor>),
    get: (target, property) => (property === "now" ? () => at : (Reflect.get(target, property) as unknown)),
  });
  return {
    now: () => at,
    move: async (moved, milliseconds) => {
      at += milliseconds;
      await moved.pool.query("update clock.time set at = $1", [new RealDate(at).toISOString()]);
    },
    release: () => void (globalThis.Date = RealDate),
  };
}
