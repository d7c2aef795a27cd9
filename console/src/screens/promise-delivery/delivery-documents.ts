import { useDocumentKinds } from "../change-documents/documents.ts";
import type { Schema } from "./schema-fields.tsx";

export type DeliveryKind = "fulfillment-method" | "carrier-service";

/** The addresses of what is kept of a kind. */
export const pagesOf = {
  "fulfillment-method": {
    list: "/delivery/methods",
    page: "/delivery/methods/$code",
    draft: "/delivery/methods/$code/draft",
  },
  "carrier-service": {
    list: "/delivery/services",
    page: "/delivery/services/$code",
    draft: "/delivery/services/$code/draft",
  },
} as const;

/** What a document of the kind may say: its fields are made of it. */
export function useSchema(kind: DeliveryKind): Schema | undefined {
  const { data } = useDocumentKinds();
  return data?.find((one) => one.kind === kind)?.schema as Schema | undefined;
}

export type Content = Readonly<Record<string, unknown>>;

export function asContent(content: unknown): Content | null {
  return typeof content === "object" && content !== null && !Array.isArray(content) ? (content as Content) : null;
}

/** What a new one begins with. */
export const beginnings: Record<DeliveryKind, (title: string) => Content> = {
  "fulfillment-method": (title) => ({
    title,
    kind: "delivery",
    clock: { processingMinutes: 120 },
    services: ["standard"],
  }),
  "carrier-service": (title) => ({
    title,
    carrier: title,
    zones: [{ name: "Domestic", domestic: true, transitDays: { from: 1, to: 3 } }],
    collection: Object.fromEntries(
      ["mon", "tue", "wed", "thu", "fri"].map((day) => [day, { from: "08:00", until: "18:00" }]),
    ),
    delivery: { days: ["mon", "tue", "wed", "thu", "fri"], from: "08:00", until: "18:00" },
  }),
};
