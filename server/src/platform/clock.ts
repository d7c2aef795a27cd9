/** The clock is passed in: decisions and tests never read the machine's time themselves. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** A pause with up to half of it added at random, so that processes that collided do not collide again. */
export function withJitter(milliseconds: number): number {
  return milliseconds * (1 + Math.random() * 0.5);
}

/** A clock that stands still until it is moved; for tests and dry runs. */
export function fixedClock(start: Date): Clock & { advance(milliseconds: number): void } {
  let current = start.getTime();
  return {
    now: () => new Date(current),
    advance: (milliseconds) => {
      current += milliseconds;
    },
  };
}
