// Loaded into a measured process by `--import`: it answers over the parent's IPC channel what the process has used so
// far. A channel rather than a route, so that the product needs none; it does not keep the process alive. Plain
// JavaScript, so that a process whose own code is cached does not load the type stripper for it.
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send({ cpu: user + system, rss, heapUsed, external });
});
process.channel?.unref();
