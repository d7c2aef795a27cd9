import type { Client } from "../client.ts";

const DOCUMENT = "/v1/documents/availability-controls/availability";
const DAY_MS = 86_400_000;

/** What Harbor & Pine does not promise although it is there: what partners report late, and what shoppers expect on shelves. */
export async function publishAvailabilityRules(client: Client, now: Date): Promise<void> {
  const inDays = (days: number): string => new Date(now.getTime() + days * DAY_MS).toISOString();
  const rules = [
    {
      name: "Vendors report late",
      effect: { type: "buffer", units: 3 },
      scope: { locationTypes: ["vendor"] },
    },
    {
      name: "Marketplace buffer",
      effect: { type: "buffer", units: 2 },
      scope: { channels: ["marketplace"], locationTypes: ["warehouse", "3pl"] },
    },
    {
      name: "One for the shelf",
      effect: { type: "safetyStock", units: 1 },
      scope: { categories: ["Outdoor"], locationTypes: ["store"] },
    },
    {
      name: "Jackets stay in our own shops",
      effect: { type: "exclude" },
      scope: { channels: ["marketplace", "social"], categories: ["Clothing/Jackets"] },
      validFrom: inDays(5),
      validUntil: inDays(12),
    },
  ];
  await client.put(`${DOCUMENT}/draft`, { content: { title: "Availability rules", rules } });
  await client.post(`${DOCUMENT}/publish`, { note: "Buffers for what others report, and one of each on the shelf." });
}
