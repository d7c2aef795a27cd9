import { Counter, Histogram } from "prom-client";

const lag = new Histogram({
  name: "orrery_feed_lag_seconds",
  help: "From the beginning of the oldest transaction of a tick until its events are in the feed.",
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
});
const appended = new Counter({
  name: "orrery_feed_events_total",
  help: "Events appended to the feed by this process.",
});

export function observeTick(events: number, lagMs: number): void {
  appended.inc(events);
  lag.observe(lagMs / 1000);
}
