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
import { readCheckouts } from "../promising/public.ts";
import { refuse } from "./refusals.ts";
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
  const named = requests.flatMap(({ input }) => input.checkout ?? []);
  const [skus, exchanges, checkouts] = await Promise.all([
    dependencies.skus.resolve([...codes]),
    checkExchanges(
      dependencies.database,
      requests.map(({ input }) => input),
      principal,
    ),
    readCheckouts(dependencies.database, named),
  ]);
  const now = dependencies.clock.now();
  return await Promise.all(
    requests.map(async ({ input, key }, index) => {
      const plan = planCapture(input, principal, dependencies.network, skus, now);
      if (plan instanceof Refusal) return plan;
      const refusal = exchanges[index]!;
      if (refusal !== null) return refusal;
      if (input.checkout !== undefined) {
        plan.checkout = checkouts.get(input.checkout) ?? null;
        if (plan.checkout?.channelId !== plan.channel.id) return unknownCheckout(input.checkout);
      }
      try {
        return await dependencies.captureOrder({ plan, origin, key });
      } catch (error) {
        if (error instanceof Refusal) return error;
        throw error;
      }
    }),
  );
}

function unknownCheckout(id: string): Refusal {
  const message = `the channel has no checkout ${id}`;
  return refuse("unknownCheckout", { message: `/checkout: ${message}`, faults: [{ pointer: "/checkout", message }] });
}
