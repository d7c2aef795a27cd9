import { afterAll, beforeAll, expect, test } from "vitest";
import { type FuzzedApi, openFuzzedApi } from "./fuzz-api.ts";

/** A taste of it for every operation; the deep test sends hundreds of times as many. */
const REQUESTS = 8;

let api: FuzzedApi;
beforeAll(async () => {
  api = await openFuzzedApi();
});
afterAll(() => api.close());

test("whatever is sent, every operation answers as its document says, and never with 5xx (reliability 8, 9)", {
  timeout: 120_000,
}, async () => {
  expect(await api.run(REQUESTS)).toEqual([]);
});

test("afterwards the data keeps all its promises, and enough was taken to mean something", async () => {
  await api.shop.audit();
  const taken = [...api.fuzz.statuses.keys()].filter((name) => / 2\d\d$/.test(name));
  expect(new Set(taken.map((name) => name.split(" ")[0])).size).toBeGreaterThan(40);
});
