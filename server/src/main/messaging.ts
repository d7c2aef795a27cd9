import { readdir, readFile } from "node:fs/promises";
import { type MessagePort, type Medium, smtpPort, webhookPort } from "../messages/public.ts";
import type { Clock } from "../platform/clock.ts";
import type { ShippedDocument } from "../platform/documents/document-kind.ts";
import { type OutboundPolicy, parseAddressRange } from "../platform/outbound/address-policy.ts";
import { createOutbound } from "../platform/outbound/send-outbound.ts";
import type { Messaging } from "./messaging-settings.ts";

/**
 * Who runs the installation says where its gateways are, also inside its own network. That opens the network to nobody else:
 * addresses that users give (webhooks, calls of workflows) go by the policy of ORRERY_OUTBOUND_ALLOW alone.
 */
const OF_THE_OPERATOR: OutboundPolicy = {
  allowedNetworks: [parseAddressRange("0.0.0.0/0")!, parseAddressRange("::/0")!],
  ports: [],
};

export function openMessagePorts(
  { smtpUrl, mailFrom, smsUrl, pushUrl, webhookSecret, publicUrl }: Messaging,
  clock: Clock,
): Readonly<Record<Medium, MessagePort | null>> {
  const gateway = (url: string | null, medium: Medium): MessagePort | null => {
    if (url === null) return null;
    const outbound = createOutbound(OF_THE_OPERATOR);
    const port = webhookPort({ url, secret: webhookSecret!, medium, outbound, clock });
    return { ...port, close: () => outbound.close() };
  };
  return {
    email: smtpUrl === null ? null : smtpPort({ url: smtpUrl, from: mailFrom!, domain: new URL(publicUrl).hostname }),
    sms: gateway(smsUrl, "sms"),
    push: gateway(pushUrl, "push"),
  };
}

const TEMPLATES = new URL("../../message-templates/", import.meta.url);

/** The templates that come with this release. */
export async function shippedTemplates(): Promise<ShippedDocument[]> {
  const names = (await readdir(TEMPLATES)).filter((name) => name.endsWith(".json")).sort();
  return await Promise.all(
    names.map(async (name) => {
      const { code, version, content } = JSON.parse(await readFile(new URL(name, TEMPLATES), "utf8")) as {
        code: string;
        version: number;
        content: unknown;
      };
      return { code, shippedVersion: version, content };
    }),
  );
}
