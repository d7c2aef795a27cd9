// Plain JavaScript, because it must also run on the Node that it refuses.
const [major] = process.versions.node.split(".").map(Number);
if (major < 24) {
  console.error(
    [
      `Orrery runs on Node 24 or later; this is Node ${process.versions.node} (${process.execPath}).`,
      "Node 24 comes with the dependencies: run `npm ci` and then the npm scripts (`npm start`, `npm test`, …), which use it.",
      "If you did, npm was told not to run install scripts (see `npm config get ignore-scripts`): run `npm rebuild node`.",
    ].join("\n"),
  );
  process.exit(1);
}

// Keeps what Node has compiled and stripped of types: the next start takes half the CPU and 30 MB less, because the
// stripper (WebAssembly) is not even loaded. Imported here, after the check, because older releases lack it.
const { enableCompileCache } = await import("node:module");
enableCompileCache?.();
