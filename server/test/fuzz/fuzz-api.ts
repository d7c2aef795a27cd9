import fc from "fast-check";
import { type Fuzzer, fuzzer, operationsOf, requestOf, type ApiDocument } from "./fuzz-operations.ts";
import { openRetailer, type Retailer } from "../harness/retailer.ts";
import { knownThings } from "./known-things.ts";

export interface FuzzedApi {
  shop: Retailer;
  fuzz: Fuzzer;
  /** Sends so many requests to every operation; what an operation did that its document does not promise. */
  run(requests: number): Promise<string[]>;
  close(): Promise<void>;
}

/** With a worker, what was uploaded, waits or is due is carried out meanwhile. */
export async function openFuzzedApi(options: { worker?: boolean } = {}): Promise<FuzzedApi> {
  const shop = await openRetailer(options);
  const document = await shop.admin.get<ApiDocument>("/openapi.json");
  const context = { schemas: document.components.schemas, known: await knownThings(shop) };
  const fuzz = fuzzer(shop.url, shop.admin.key, document);
  return {
    shop,
    fuzz,
    run: async (requests) => {
      const failures: string[] = [];
      for (const operation of operationsOf(document)) {
        const property = fc.asyncProperty(requestOf(operation, context), (request) => fuzz.check(operation, request));
        const run = await fc.check(property, { numRuns: requests });
        if (run.failed)
          failures.push(`${operation.operationId} (ORRERY_TEST_SEED=${run.seed}): ${String(run.errorInstance)}`);
      }
      return failures;
    },
    close: async () => {
      await fuzz.close();
      await shop.close();
    },
  };
}
