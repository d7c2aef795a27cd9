import { defineConfig } from "vitest/config";

/** `npm test`. Long simulations are in vitest.deep.config.ts, the console in a browser in vitest.browser.config.ts. */
export default defineConfig({
  test: {
    pool: "forks",
    // Two cores are what this must run on; many tests wait for a time to pass, so three processes keep them busy.
    maxWorkers: 3,
    // A process per file loads the whole server anew for each: a sixth of all the time.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    setupFiles: ["./server/test/harness/seeds.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "server",
          include: [
            "server/src/**/*.test.ts",
            "server/test/**/*.test.ts",
            "scripts/**/*.test.ts",
            "bench/**/*.test.ts",
          ],
          exclude: ["server/test/deep/**", "**/*.browser.test.ts"],
          globalSetup: ["./server/test/harness/setup.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "console",
          include: ["console/src/**/*.test.{ts,tsx}"],
          exclude: ["**/*.browser.test.{ts,tsx}"],
        },
      },
    ],
  },
});
