import { defineConfig } from "vitest/config";

/** `npm run test:browser`: the console in a real browser (Debian's chromium) against a server with the demo's retailer. */
export default defineConfig({
  test: {
    include: ["console/test/browser/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 180_000,
    globalSetup: ["./console/test/browser/serve-demo.ts"],
  },
});
