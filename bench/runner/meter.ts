/**
 * Loaded into a measured process by `--import`: it answers over the parent's IPC channel what the process has used so
 * far. A channel rather than a route, so that the product needs none; it does not keep the process alive.
 */
export interface Usage {
  /** Microseconds of CPU, all threads. */
  cpu: number;
  /** Bytes. */
  rss: number;
  heapUsed: number;
  external: number;
}

process.on("message", (message) => {
  if (message === "collect") globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ cpu: user + system, rss, heapUsed, external } satisfies Usage);
});
process.channel?.unref();
