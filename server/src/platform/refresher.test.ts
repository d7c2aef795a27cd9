import { expect, test } from "vitest";
import { Refresher } from "./refresher.ts";

function controlled() {
  const started: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const refresh = () =>
    new Promise<void>((resolve) => {
      most = Math.max(most, ++running);
      started.push(() => {
        running--;
        resolve();
      });
    });
  return { started, refresh, most: () => most };
}
const noError = (error: unknown) => {
  throw error;
};

test("who asks during a refresh waits for the next one, which all who asked share", async () => {
  const { started, refresh, most } = controlled();
  const refresher = new Refresher({ everyMs: 60_000, refresh, onError: noError });
  const first = refresher.now();
  const later = Promise.all([refresher.now(), refresher.now(), refresher.now()]);
  let done = false;
  void later.then(() => (done = true));
  started[0]!();
  await first;
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toBe(false);
  expect(started).toHaveLength(2);
  started[1]!();
  await later;
  expect(most()).toBe(1);
  await refresher.stop();
});

test("a failed refresh is told to whoever waits, and the next one runs", async () => {
  let runs = 0;
  const refresher = new Refresher({
    everyMs: 60_000,
    refresh: () => (++runs === 1 ? Promise.reject(new Error("down")) : Promise.resolve()),
    onError: noError,
  });
  await expect(refresher.now()).rejects.toThrow("down");
  await refresher.now();
  expect(runs).toBe(2);
  await refresher.stop();
});

test("the timer reports its failures and goes on", async () => {
  const errors: unknown[] = [];
  const refresher = new Refresher({
    everyMs: 5,
    refresh: () => Promise.reject(new Error("down")),
    onError: (error) => errors.push(error),
  });
  await expect.poll(() => errors.length).toBeGreaterThan(2);
  await refresher.stop();
});
