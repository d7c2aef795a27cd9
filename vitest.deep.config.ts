import { defineConfig } from "vitest/config";

/** `npm run test:deep`: seeded simulations and kill tests, one at a time, on a database with production's settings. */
export default defineConfig({
  test: {
    include: ["server/test/deep/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 1,
    testTimeout: 1_800_000,
    hookTimeout: 120_000,
    setupFiles: ["./server/test/harness/seeds.ts"],
    globalSetup: ["./server/test/harness/setup-durable.ts"],
  },
});
