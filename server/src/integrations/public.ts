export { webhookJobKind } from "./webhooks/deliver-events.ts";
export { endDeliveriesOfRemoved } from "./webhooks/end-removed.ts";
export { forgetOldAttempts } from "./webhooks/keep-attempts.ts";
export { continueReplays } from "./webhooks/replay-events.ts";
export { WebhookDirectory } from "./webhooks/webhook-directory.ts";
