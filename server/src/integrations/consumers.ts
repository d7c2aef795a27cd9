export { webhookConsumer } from "./webhooks/fan-out.ts";
