import { monitorEventLoopDelay } from "node:perf_hooks";

// Loaded into a measured process by `--import`: it answers over the parent's IPC channel what the process has used so
// far. A channel rather than a route, so that the product needs none; it does not keep the process alive. Plain
// JavaScript, so that a process whose own code is cached does not load the type stripper for it.
const RESOLUTION_MS = 1;
/** Only where a bench asks for it: it wakes the process every millisecond. */
let stalls = null;

process.on("message", (message) => {
  if (message === "watchStalls") {
    stalls = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    stalls.enable();
  }
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  const longestStall = stalls === null ? 0 : stalls.max / 1e6 - RESOLUTION_MS;
  process.send({ cpu: user + system, rss, heapUsed, external, longestStall });
});
process.channel?.unref();
