import type { DocumentKind } from "../../platform/documents/document-kind.ts";
import { checkSource } from "./compile-source.ts";
import { InboundSource } from "./source-schema.ts";

export const SOURCE_KIND = "inbound-source";

/** Who may tell us events and what they mean, as documents; secrets are never in them (W5). */
export function sourceDocuments(): DocumentKind {
  return {
    kind: SOURCE_KIND,
    title: "Source of events",
    description:
      "A system that tells events: how it signs them, how they are read, and what they mean for which entity.",
    schema: InboundSource,
    titleOf: (content) => {
      const { title } = (content ?? {}) as { title?: unknown };
      return typeof title === "string" && title !== "" ? title.slice(0, 200) : null;
    },
    facts: { scheme: "signature.scheme" },
    check: checkSource,
    shipped: [],
  };
}
