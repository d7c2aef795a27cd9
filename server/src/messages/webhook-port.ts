import { Webhook } from "standardwebhooks";
import type { Clock } from "../platform/clock.ts";
import type { Outbound } from "../platform/outbound/send-outbound.ts";
import type { Delivery, MessagePort, OutgoingMessage } from "./ports.ts";
import type { Medium } from "./template.ts";

export interface WebhookPortOptions {
  url: string;
  /** Standard Webhooks: `whsec_` and 24 to 64 bytes in base64. */
  secret: string;
  medium: Medium;
  outbound: Outbound;
  clock: Clock;
}

/** The receiver says that the address will never take it. */
const GONE = 410;
/** The receiver says that it will never take this message. */
const REFUSED = [400, 413, 415, 422];

/**
 * SMS and push go to whatever gateway the installation has: one POST per message, signed as Standard Webhooks say, the
 * message's ID as webhook-id. The receiver answers 2xx once it has taken it, 410 when the number or device is gone, 400,
 * 413, 415 or 422 when it will never take it; everything else is tried again. It gets a message twice after a crash, with the same ID.
 */
export function webhookPort({ url, secret, medium, outbound, clock }: WebhookPortOptions): MessagePort {
  const signer = new Webhook(secret);
  return {
    send: async (message, signal) => {
      const body = JSON.stringify(bodyOf(message, medium));
      const now = clock.now();
      const headers = {
        "content-type": "application/json",
        "webhook-id": message.id,
        "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
        "webhook-signature": signer.sign(message.id, now, body),
      };
      try {
        const { status } = await outbound.send({ url, method: "POST", headers, body, signal });
        return deliveryOf(status);
      } catch (error) {
        return { sent: false, reason: String(error), final: false, badAddress: false };
      }
    },
    close: async () => {},
  };
}

function bodyOf(message: OutgoingMessage, medium: Medium): object {
  const { id, orderId, trigger, language, recipient, subject, text, from } = message;
  return { id, medium, to: recipient, title: subject, text, language, trigger, orderId, sender: from.name };
}

function deliveryOf(status: number): Delivery {
  if (status >= 200 && status < 300) return { sent: true };
  const reason = `The gateway answered ${status}.`;
  return { sent: false, reason, final: status === GONE || REFUSED.includes(status), badAddress: status === GONE };
}
