import { defineConfig } from "vitest/config";

/** `npm test`. Long simulations are in vitest.deep.config.ts, the console in a browser in vitest.browser.config.ts. */
export default defineConfig({
  test: {
    pool: "forks",
    // Two processes beside PostgreSQL: the machine this must run on has two cores.
    maxWorkers: 3,
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
