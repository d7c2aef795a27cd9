import { defineConfig } from "vitest/config";

/** `npm run test:browser`: the console in a real browser (Debian's chromium) against a server with the demo's retailer. */
export default defineConfig({
  test: {
    include: ["console/test/browser/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 1,
    fileParallelism: false,
    // Seconds on a quiet machine; a busy one may take much longer without anything being wrong.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    globalSetup: ["./console/test/browser/serve-demo.ts"],
  },
});
