import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { Type } from "typebox";
import { buildApi } from "../../src/main/api.ts";
import { openApplication } from "../../src/main/application.ts";
import { NO_MESSAGING } from "../../src/main/messaging-settings.ts";
import { startWorker } from "../../src/main/worker.ts";
import { orderConditions } from "../../src/orders/order-context.ts";
import { recordFact } from "../../src/orders/order-run.ts";
import { orderSteps, stepsOfOrders } from "../../src/orders/steps.ts";
import { defineStep, type OwnStep, stepOver } from "../../src/orders/steps/step.ts";
import { parseAddressRange } from "../../src/platform/outbound/address-policy.ts";
import { createSecretBox } from "../../src/platform/secrets.ts";
import type { StepRun } from "../../src/workflow/public.ts";

/**
 * The next release of Orrery, API and workers, in a process of its own: this one with a step and a name that it does not have. Its
 * arguments: database, the key of secrets in hex. Writes its address when it is up.
 */
const [databaseUrl, key] = process.argv.slice(2) as [string, string];

const stamp = stepOver(
  orderConditions as never,
  defineStep({
    name: "stamp",
    description: "A step that only the next release has.",
    params: Type.Object({}, { additionalProperties: false }),
    forHistorical: false,
    run: ({ run }) => recordFact(run, "order.signaled", { name: "stamped", data: {}, fulfillmentOrderId: null }),
  }),
);
(stepsOfOrders as Record<string, OwnStep>)["stamp"] = stamp;
(orderSteps as Map<string, StepRun>).set("order.stamp", stamp.run);

// And a name for conditions, which the older release has never heard of.
const { compile } = orderConditions;
Object.assign(orderConditions, {
  compile: (text: string) => compile(text.replaceAll("order.wantsStamp", 'order.metadata.wanted == "stamp"')),
});

const log = pino({ level: "error" }, pino.destination(2));
const application = await openApplication({
  databaseUrl,
  log,
  secrets: createSecretBox([Buffer.from(key, "hex")]),
  outboundPolicy: { allowedNetworks: [parseAddressRange("127.0.0.0/8")!], ports: [443] },
  messaging: NO_MESSAGING,
});
const worker = startWorker(application, log);
const api = await buildApi(application, log);
await api.listen({ port: 0, host: "127.0.0.1" });
process.stdout.write(`http://127.0.0.1:${(api.server.address() as AddressInfo).port}\n`);
process.once("SIGTERM", () => {
  const stopped = api.close().then(() => worker.stop());
  void stopped.then(() => application.close()).then(() => process.exit(0));
});
