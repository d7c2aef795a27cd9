import { afterAll, beforeAll, expect, test } from "vitest";
import { type FuzzedApi, openFuzzedApi } from "../fuzz/fuzz-api.ts";

/** `ORRERY_FUZZ_REQUESTS=5000` looks longer. */
const REQUESTS = Number(process.env["ORRERY_FUZZ_REQUESTS"] ?? 400);

let api: FuzzedApi;
beforeAll(async () => {
  api = await openFuzzedApi({ worker: true });
});
afterAll(() => api.close());

test("hundreds of requests to every operation: each answered as the document says, and no promise broken", async () => {
  expect(await api.run(REQUESTS)).toEqual([]);
  await api.shop.audit();
});
