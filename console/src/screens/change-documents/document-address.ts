import type { LinkProps } from "@tanstack/react-router";
import type { DocumentName } from "./documents.ts";

type Address = NonNullable<LinkProps["to"]>;

/** Where documents of a kind are read, and where their draft is changed. */
const addresses: Readonly<Record<string, { page: Address; draft: Address }>> = {
  workflow: { page: "/changes/workflows/$code", draft: "/changes/workflows/$code/draft" },
  "workflow-selection": { page: "/changes/choices/$code", draft: "/changes/choices/$code/draft" },
  "message-template": { page: "/message-templates/$code", draft: "/message-templates/$code/draft" },
  "message-sender": { page: "/message-senders/$code", draft: "/message-senders/$code" },
  "availability-controls": { page: "/availability-rules", draft: "/availability-rules/draft" },
  "fulfillment-method": { page: "/delivery/methods/$code", draft: "/delivery/methods/$code/draft" },
  "carrier-service": { page: "/delivery/services/$code", draft: "/delivery/services/$code/draft" },
  "inbound-source": { page: "/connections/sources/$code", draft: "/connections/sources/$code/draft" },
  "availability-feed": { page: "/connections/feeds/$code", draft: "/connections/feeds/$code" },
  "task-queue": { page: "/task-queues/$code", draft: "/task-queues/$code" },
  "exception-levels": { page: "/exception-levels/$code", draft: "/exception-levels/$code" },
};

/** The page of a document; undefined for a kind that has none. */
export function addressOf({ kind, code }: DocumentName, which: "page" | "draft"): LinkProps | undefined {
  const known = Object.hasOwn(addresses, kind) ? addresses[kind] : undefined;
  return known && ({ to: known[which], params: { code } } as LinkProps);
}
