import type { SkuDirectory } from "../catalog/public.ts";
import type { NetworkDirectory } from "../network/public.ts";
import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import type { Origin } from "../platform/events/record-events.ts";
import type { RequestKey } from "../platform/http/idempotency.ts";
import type { Principal } from "../platform/http/route.ts";
import { Refusal } from "../platform/refusals.ts";
import type { CaptureRequest } from "./capture-orders.ts";
import { checkExchanges } from "./check-exchanges.ts";
import type { ChangeOrder } from "./change-orders.ts";
import type { ShipmentQueries } from "./shipment-queries.ts";
import { planCapture } from "./plan-capture.ts";
import type { CapturedOrderAnswer } from "./answer-schemas.ts";
import type { CaptureOrderInput } from "./schemas.ts";

export interface OrdersDependencies {
  database: Database;
  clock: Clock;
  network: NetworkDirectory;
  skus: SkuDirectory;
  captureOrder: (request: CaptureRequest) => Promise<CapturedOrderAnswer>;
  changeOrder: ChangeOrder;
  /** Orders are shown and found together with their shipments, which an upper module keeps. */
  shipments: ShipmentQueries;
}

/** Understands each order and hands it to the batcher; one answer or refusal per order, in order. */
export async function captureOrders(
  dependencies: OrdersDependencies,
  principal: Principal,
  origin: Origin,
  requests: readonly { input: CaptureOrderInput; key: RequestKey | null }[],
): Promise<(CapturedOrderAnswer | Refusal)[]> {
  const codes = new Set<string>();
  for (const { input } of requests) for (const line of input.lines) codes.add(line.sku);
  const [skus, exchanges] = await Promise.all([
    dependencies.skus.resolve([...codes]),
    checkExchanges(
      dependencies.database,
      requests.map(({ input }) => input),
      principal,
    ),
  ]);
  const now = dependencies.clock.now();
  return await Promise.all(
    requests.map(async ({ input, key }, index) => {
      const plan = planCapture(input, principal, dependencies.network, skus, now);
      if (plan instanceof Refusal) return plan;
      const refusal = exchanges[index]!;
      if (refusal !== null) return refusal;
      try {
        return await dependencies.captureOrder({ plan, origin, key });
      } catch (error) {
        if (error instanceof Refusal) return error;
        throw error;
      }
    }),
  );
}
